import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { fixtureResults } from '../../test/fixtures/run-results.js';
import { summaryText } from './summary.js';

describe('the summary of a run', () => {
  const summary = (trials: number) => summaryText(fixtureResults({ trials }), { output: new PassThrough() });

  it('says why one trial leaves claims undecided, and once which option to raise', () => {
    const text = summary(1).replaceAll(/\s+/g, ' ');
    expect(text).toContain('undecided, one trial shows no spread');
    expect(text.match(/--trials/g)).toHaveLength(1);
  });

  it('gives no such advice where there are several', () => {
    expect(summary(3)).not.toContain('--trials');
  });
});
