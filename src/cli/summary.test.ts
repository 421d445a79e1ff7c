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

  it('counts one cell as one, and of several', () => {
    const results = fixtureResults({ trials: 1, levels: 2 });
    const text = (trained: number) =>
      summaryText(results, { timing: { trained, seconds: 1 }, output: new PassThrough() });
    expect(text(1)).toContain('1 cell trained in');
    expect(text(2)).toContain('2 cells trained in');
    const [first, ...rest] = results.cells;
    const broken = { ...results, cells: [{ ...first, status: 'diverged' as const }, ...rest] };
    expect(summaryText(broken, { output: new PassThrough() })).toContain('1 cell diverged and is excluded');
  });

  it('says layer collapse in one line, however many tickets have it', () => {
    const results = fixtureResults({ trials: 3, levels: 4 });
    const cells = results.cells.map((found) =>
      found.level === 0
        ? found
        : { ...found, layers: found.layers.map((count) => (count.layer === 'fc2' ? { ...count, kept: 0 } : count)) },
    );
    const text = summaryText({ ...results, cells }, { output: new PassThrough() });
    expect(text.match(/^.*Layer collapse.*$/gm)).toEqual([
      expect.stringMatching(
        /^Layer collapse: 9 tickets have layers without any weight left: fc2 \(9\); the first is ticket/,
      ),
    ]);
  });

  it('gives no such advice where there are several', () => {
    expect(summary(3)).not.toContain('--trials');
  });
});
