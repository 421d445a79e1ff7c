import { describe, expect, it } from 'vitest';
import { compareStudy, findEntry } from '../shared/schemes/compare.js';
import type { MeasuredStudy, StudyScheme } from '../shared/schemes/found.js';
import { findingsOf, reportOf } from '../shared/schemes/page.fixture.js';
import { clear, each, scheme, study } from '../shared/schemes/small.fixture.js';
import { judge } from '../shared/schemes/words.js';
import { judgeClaim, paperClaim } from './claims.js';
import { schemes } from './index.js';

const entryOf = (results: MeasuredStudy, name: string) => findEntry(compareStudy(results), name, 0.1)!;

describe('findings', () => {
  it('hold Frankle et al. 2021 against the trials', () => {
    const claims = (name: string, reference: StudyScheme['reference'] = null, control = 'reinitialise') =>
      paperClaim(scheme(name, reference), control);
    expect([claims('imp', 'imp'), claims('snip'), claims('fisher')]).toEqual([
      'more accurate',
      'no more accurate',
      null,
    ]);
    expect([claims('imp', 'imp', 'small-dense'), claims('snip', null, 'inverted-mask')]).toEqual([null, null]);
    const results = study([
      ...clear.points,
      ...each('imp', [0.9, 0.92, 0.9402], { condition: 'shuffled' }),
      ...each('snip', [0.89, 0.9103, 0.9299], { condition: 'shuffled' }),
      ...each('random', [0.81, 0.83, 0.85], { condition: 'shuffled' }),
    ]);
    const { toControls: ofImp } = entryOf(results, 'imp');
    const { toControls: ofSnip } = entryOf(results, 'snip');
    expect(judge(ofImp.shuffled).outcome).toBe('supported');
    expect(judgeClaim('more accurate', ofImp.shuffled).outcome).toBe('supported');
    expect(judgeClaim('no more accurate', ofImp.shuffled).outcome).toBe('contradicted');
    expect(judgeClaim('no more accurate', ofSnip.shuffled).outcome).toBe('undecided');
    const findings = findingsOf(schemes, results);
    expect(findings[0]).toMatch(/^IMP less its mask shuffled within layers: at 10\.0% \+1\.00 /);
    expect(findings[1]).toMatch(
      /report of SNIP that .* Comparisons here that support it: 0 of 1; that contradict it: 0 of 1; undecided: 1 of 1/,
    );
    expect(findings[2]).toMatch(/schemes that the paper does not treat, .* Less accurate: RANDOM/);
    const row = reportOf(schemes, results).tables[1].rows.find(([name]) => name === 'SNIP')!;
    expect(row.at(-1)).toBe('undecided');
  });
});

describe('beside controls that the paper does not have', () => {
  it('say what was found, and hold no claim against it', () => {
    const results = study([
      ...clear.points,
      ...each('imp', [0.9, 0.92, 0.9402], { condition: 'small-dense' }),
      ...each('snip', [0.81, 0.83, 0.85], { condition: 'small-dense' }),
    ]);
    const findings = findingsOf(schemes, results);
    expect(findings[0]).toMatch(/^IMP less a small dense network of as many weights: at 10\.0% \+1\.00 /);
    expect(findings[1]).toMatch(/^Tickets of the other schemes, .*a small dense network.*: SNIP \(at 10\.0%\)/);
    expect(findings.join(' ')).not.toContain('Frankle');
    const { head } = reportOf(schemes, results).tables[1];
    expect(head.at(-1)).toBe('ticket less it');
  });
});
