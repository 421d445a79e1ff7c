import { describe, expect, it } from 'vitest';
import { findingsOf, tablesOf } from '../../test/fixtures/scheme-reports.js';
import { cost, each, scheme, study, whole } from '../../test/fixtures/small-study.js';
import { fixtureStudy } from '../../test/fixtures/study-results.js';
import { formatLarge, formatList, formatPowerOfTen, formatSeconds, formatTwoDigits } from '../analysis/index.js';
import { frontierFindings } from './frontier/findings.js';
import { compareStudy, findEntry } from './shared/schemes/compare.js';
import { judgeClaim, paperClaim } from './shared/schemes/control-findings.js';
import type { MeasuredStudy, StudyScheme } from './shared/schemes/found.js';
import { judge } from './shared/schemes/words.js';

const entryOf = (results: MeasuredStudy, name: string) => findEntry(compareStudy(results), name, 0.1)!;

const frontierFindingsOf = (found: MeasuredStudy) => frontierFindings(compareStudy(found));

describe('findings', () => {
  /** Differences that hardly vary, so that three trials decide. */
  const clear = study([
    ...each('dense', [0.9, 0.92, 0.94]),
    ...each('imp', [0.91, 0.93, 0.9501], cost(1000)),
    ...each('snip', [0.89, 0.9101, 0.93], cost(20)),
    ...each('random', [0.8, 0.82, 0.8401]),
  ]);

  it('name the best cheap ticket, who never beats random, and the price of a point', () => {
    const findings = frontierFindingsOf(clear);
    expect(findings[0]).toMatch(
      /most accurate ticket that took less to find than one dense training is that of SNIP: 91\.00%/,
    );
    expect(findings[0]).toMatch(/found for 0\.10 dense trainings\. IMP reaches 93\.00% .* for 5\.0 dense trainings/);
    expect(findings[0]).toMatch(/: less accurate, p < 0\.001 after Holm's correction \(2 schemes tested\)\.$/);
    expect(findings[1]).toMatch(
      /Tickets more accurate than RANDOM .* beyond chance: IMP \(at 10\.0%\); SNIP \(at 10\.0%\)\. Less accurate: none\.$/,
    );
    // 4.9 dense trainings for 2 points.
    expect(findings[2]).toMatch(
      /took 4\.9 dense trainings more to find than SNIP and its ticket is 2\.00 points more accurate .*: 2\.5 dense trainings a point/,
    );
  });

  it('say undecided where the interval does', () => {
    const wide = study([
      ...whole.points.filter(({ scheme }) => scheme !== 'snip'),
      ...each('snip', [0.93, 0.86, 0.94], cost(20)),
    ]);
    const findings = frontierFindingsOf(wide);
    expect(findings[0]).toMatch(/undecided/);
    expect(findings.find((text) => text.includes('price'))).toMatch(/the price of a point is undecided/);
    const alone = frontierFindingsOf(study(wide.points.filter(({ trial }) => trial === 0)));
    expect(alone[0]).toMatch(/one trial, so no interval.*undecided, one trial shows no spread/);
  });

  it('never call a scheme better than random that is not', () => {
    const same = study([
      ...clear.points.filter(({ scheme }) => scheme !== 'snip'),
      ...each('snip', [0.801, 0.818, 0.841], cost(20)),
    ]);
    expect(frontierFindingsOf(same)[1]).toMatch(/At no density shown to be more accurate than it: SNIP\.$/);
  });

  it('do without IMP, without random masks, without a dense network, and without anything', () => {
    const without = (name: string) => frontierFindingsOf(study(clear.points.filter(({ scheme }) => scheme !== name)));
    expect(without('imp')[0]).toMatch(/IMP has no finished ticket/);
    expect(without('dense')).toEqual([
      'No dense network has finished, so costs and accuracies cannot be held against it.',
    ]);
    const schemes = clear.schemes.filter(({ name }) => name !== 'random');
    const points = clear.points.filter((one) => one.scheme !== 'random');
    expect(frontierFindingsOf(study(points, { schemes }))[1]).toMatch(/No random masks were drawn/);
    expect(findingsOf(study([]))).toEqual(['No training has finished yet.']);
    expect(findingsOf(study(each('dense', [0.9])))[0]).toMatch(/no finished ticket took less to find/);
  });

  it('hold Frankle et al. 2021 against the trials', () => {
    const claims = (name: string, reference: StudyScheme['reference'] = null) => paperClaim(scheme(name, reference));
    expect([claims('imp', 'imp'), claims('snip'), claims('fisher')]).toEqual([
      'more accurate',
      'no more accurate',
      null,
    ]);
    const results = study(
      [
        ...clear.points,
        ...each('imp', [0.9, 0.92, 0.9402], { condition: 'shuffled' }),
        ...each('snip', [0.89, 0.9103, 0.9299], { condition: 'shuffled' }),
        ...each('random', [0.81, 0.83, 0.85], { condition: 'shuffled' }),
      ],
      { study: 'schemes' },
    );
    const { toControls: ofImp } = entryOf(results, 'imp');
    const { toControls: ofSnip } = entryOf(results, 'snip');
    expect(judge(ofImp.shuffled).outcome).toBe('supported');
    expect(judgeClaim('more accurate', ofImp.shuffled).outcome).toBe('supported');
    expect(judgeClaim('no more accurate', ofImp.shuffled).outcome).toBe('contradicted');
    expect(judgeClaim('no more accurate', ofSnip.shuffled).outcome).toBe('undecided');
    const findings = findingsOf(results);
    expect(findings[0]).toMatch(/^IMP less its mask shuffled within layers: at 10\.0% \+1\.00 /);
    expect(findings[1]).toMatch(
      /report of SNIP that .* Comparisons here that support it: 0 of 1; that contradict it: 0 of 1; undecided: 1 of 1/,
    );
    expect(findings[2]).toMatch(/schemes that the paper does not treat, .* Less accurate: RANDOM/);
    const row = tablesOf(results)[1].rows.find(([name]) => name === 'SNIP')!;
    expect(row.at(-1)).toBe('undecided');
  });

  it('of initialisations say how far apart they are, corrected for the choice of the two', () => {
    const kind = 'initialisations' as const;
    const dense = { condition: 'dense', density: 1 };
    const results = study(
      [
        ...each('a', [0.9, 0.92, 0.94], dense),
        ...each('b', [0.8, 0.8201, 0.84], dense),
        ...each('c', [0.85, 0.87, 0.88], dense),
      ],
      { study: kind, dense: 'own', schemes: ['a', 'b', 'c'].map((name) => scheme(name)) },
    );
    expect(findingsOf(results)[0]).toMatch(
      /^Dense networks: from 82\.00% .* of B to 92\.00% .* of A, .* points apart: beyond chance \(p < 0\.001 after Bonferroni's correction over 3 pairs\)\.$/,
    );
  });
});

describe('tables', () => {
  it.each(['frontier', 'schemes', 'initialisations'] as const)('of %s have as many texts a row as heads', (kind) => {
    const results = fixtureStudy(kind, {
      missing: ({ trial, scheme }) => trial === 2 && scheme.startsWith('s'),
      draws: 2,
    });
    const tables = tablesOf(results);
    expect(tables).toHaveLength(2);
    for (const { head, rows } of tables) {
      for (const row of rows) {
        expect(row).toHaveLength(head.length);
        for (const text of row) expect(text).not.toMatch(/NaN|undefined|null|Infinity|\d{6}/);
      }
    }
  });
});

describe('numbers in words', () => {
  it('keep two digits', () => {
    const expected = {
      0: '0',
      0.0031: '0.0031',
      0.00995: '0.010',
      5.23: '5.2',
      9.96: '10',
      99.7: '100',
      430: '430',
      12345: '12,345',
    };
    for (const [value, text] of Object.entries(expected))
      expect([value, formatTwoDigits(Number(value))]).toEqual([value, text]);
    expect(formatTwoDigits(4.1e-7)).toBe('4.1 × 10⁻⁷');
  });

  it('shorten large counts', () => {
    expect([0, 950, 999.6, 12_345, 999_960, 3e6, 1.2e12].map(formatLarge)).toEqual([
      '0',
      '950',
      '1.00 k',
      '12.3 k',
      '1.00 M',
      '3.00 M',
      '1.20 T',
    ]);
  });

  it('tell times, powers and lists', () => {
    expect([0, 0.42, 155, 720, 18_720].map(formatSeconds)).toEqual(['0 s', '0.42 s', '155 s', '12 min', '5.2 h']);
    expect([-12, -5, -3, 0, 2, 12].map(formatPowerOfTen)).toEqual(['10⁻¹²', '10⁻⁵', '0.001', '1', '100', '10¹²']);
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(formatList)).toEqual(['', 'a', 'a and b', 'a, b and c']);
  });
});
