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
    const claims = (name: string, reference: StudyScheme['reference'] = null) => paperClaim(scheme(name, reference));
    expect([claims('imp', 'imp'), claims('snip'), claims('fisher')]).toEqual([
      'more accurate',
      'no more accurate',
      null,
    ]);
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
