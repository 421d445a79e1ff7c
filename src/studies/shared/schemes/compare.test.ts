import { describe, expect, it } from 'vitest';
import { holm } from '../../../analysis/holm.js';
import { compareStudy, denseGroup, findEntry } from './compare.js';
import { schemeNotes } from './findings.js';
import type { MeasuredStudy } from './found.js';
import { allReach } from './group.js';
import { fixtureStudy } from './made.fixture.js';
import { cost, each, point, scheme, study, whole } from './small.fixture.js';
import { ticketSpreads } from './spread.js';
import { controlTable, costTable, qualityTable } from './tables.js';

const entryOf = (results: MeasuredStudy, name: string) => findEntry(compareStudy(results), name, 0.1)!;

describe('a study compared', () => {
  it('takes means, costs and differences as by hand', () => {
    const { ticket, toDense, toImp, toRandom, onFront } = entryOf(whole, 'snip');
    expect(ticket!.accuracy).toMatchObject({ n: 3, runs: 3, leftOut: 0 });
    expect(ticket!.accuracy!.mean).toBeCloseTo(0.9, 12);
    // Deviation sqrt(0.0003), t = 4.302653 with two degrees of freedom: half width 4.302653 * 0.01.
    expect(ticket!.accuracy!.interval!.low).toBeCloseTo(0.9 - 0.04302653, 7);
    expect(ticket).toMatchObject({
      findingInTrainings: 0.1,
      trainingInTrainings: 0.3,
      totalInTrainings: 0.4,
      finding: { flops: 20, examples: 40, seconds: 2 },
    });
    // Differences -0.02, -0.01, -0.03: deviation 0.01, half width 0.0248414.
    expect(toDense!.mean).toBeCloseTo(-0.02, 12);
    expect(toDense!.interval!.high).toBeCloseTo(-0.02 + 0.02484138, 7);
    expect(toImp!.mean).toBeCloseTo(-0.03, 12);
    expect(toRandom!.mean).toBeCloseTo(0.08, 12);
    expect(onFront).toEqual({ finding: true, total: true });
    expect(compareStudy(whole).entries.map((entry) => entry.onFront.finding)).toEqual([true, true, true]);
    expect(entryOf(whole, 'imp').toImp).toBeNull();
    expect(entryOf(whole, 'random').toRandom).toBeNull();
  });

  it("corrects by Holm's method over all comparisons of the page", () => {
    const results = study([
      ...whole.points.slice(0, 3),
      ...each('imp', [0.85, 0.86, 0.89]),
      ...each('snip', [0.7, 0.71, 0.75]),
    ]);
    const { entries, extremes } = compareStudy(results);
    const [imp, snip] = entries.map(({ toDense }) => toDense!);
    // t of -0.05, -0.06, -0.05 is 16, of -0.2, -0.21, -0.19 it is 34.6: snip's p is the smaller of these two.
    expect(snip.p!).toBeLessThan(imp.p!);
    const tests = [snip.p, imp.p, entries[1].toImp!.p, extremes.tickets[0]!.p];
    const ps = holm(tests);
    expect([snip.holmP, imp.holmP, entries[1].toImp!.holmP, extremes.tickets[0]!.holmP]).toEqual(ps);
  });

  it('leaves diverged runs out of means and costs, counts and names them', () => {
    const broken = study(
      whole.points.map((one) =>
        one.scheme === 'snip' && one.trial === 1 ? { ...one, status: 'diverged' as const, ...cost(1e9) } : one,
      ),
    );
    const { ticket, toDense } = entryOf(broken, 'snip');
    expect(ticket).toMatchObject({ runs: 3, trials: 3, diverged: 1, findingInTrainings: 0.1 });
    expect(ticket!.accuracy).toMatchObject({ n: 2, leftOut: 1 });
    expect(toDense!.differences).toHaveLength(2);
    expect(schemeNotes(compareStudy(broken))).toEqual([
      '12 of 12 trainings that are shown are finished.',
      '1 diverged and is in no mean: SNIP, ticket at 10.0%, trial 2.',
    ]);
    const row = qualityTable(compareStudy(broken)).rows.find(([name]) => name === 'SNIP')!;
    expect(row).toContain('2 of 3, 1 diverged');
    expect(row.some((text) => text.includes('2 of 3 pairs'))).toBe(true);
  });

  it('takes a scheme of which every run diverged', () => {
    const broken = study(
      whole.points.map((one) => (one.scheme === 'snip' ? { ...one, status: 'diverged' as const } : one)),
    );
    const { ticket, toDense, onFront } = entryOf(broken, 'snip');
    expect(ticket).toMatchObject({ diverged: 3, accuracy: null, finding: null, kept: null });
    expect(toDense).toMatchObject({ n: 0, mean: null });
    expect(onFront).toEqual({ finding: false, total: false });
    expect(qualityTable(compareStudy(broken)).rows.find(([name]) => name === 'SNIP')).toContain('0 of 3, 3 diverged');
  });

  it('says which trials are missing, and pairs the others', () => {
    const partial = study(
      whole.points.filter(
        ({ scheme, trial }) => !(scheme === 'snip' && trial === 2) && !(scheme === 'dense' && trial === 0),
      ),
      { planned: 12 },
    );
    expect(entryOf(partial, 'snip').toDense!.differences.map((value) => Number(value.toFixed(9)))).toEqual([-0.01]);
    expect(schemeNotes(compareStudy(partial))).toEqual([
      '10 of 12 trainings that are shown are finished.',
      'None diverged; every finished training is in its mean.',
      'Trials not finished: DENSE, dense (2 of 3); SNIP, ticket at 10.0% (2 of 3).',
    ]);
    const nothing = study(whole.points.filter(({ scheme }) => scheme !== 'snip'));
    expect(entryOf(nothing, 'snip')).toMatchObject({
      ticket: null,
      toDense: null,
      onFront: { finding: false, total: false },
    });
    expect(schemeNotes(compareStudy(nothing)).at(-1)).toMatch(/SNIP, ticket at 10\.0% \(0 of 3\)/);
  });

  it('counts who reaches the dense loss, and those that do not with their last iteration', () => {
    const never = study(
      whole.points.map((one) =>
        one.scheme === 'random'
          ? { ...one, reachesDense: null }
          : one.scheme === 'snip'
            ? { ...one, reachesDense: one.trial === 0 ? null : 2000 + 100 * one.trial }
            : one,
      ),
    );
    const some = entryOf(never, 'snip');
    expect(some.ticket!.reach).toMatchObject({ runs: 3, reached: 2, iterations: { n: 3 } });
    expect(allReach(some.ticket!.reach)).toBe(false);
    // The one that never gets there counts with its last iteration.
    expect(some.reachToDense).toMatchObject({ n: 3 });
    expect(some.reachToDense!.mean!).toBeGreaterThan(0);
    const none = entryOf(never, 'random');
    expect(none.ticket!.reach).toMatchObject({ runs: 3, reached: 0, iterations: { n: 3 } });
    expect(entryOf(never, 'imp').reachToDense).toMatchObject({ n: 3, mean: 0 });
    const rows = qualityTable(compareStudy(never)).rows;
    expect(rows.find(([name]) => name === 'SNIP')).toContain('≥ 3,100 (2 of 3 runs)');
    expect(rows.find(([name]) => name === 'RANDOM')).toContain('never (0 of 3 runs)');
  });

  it('averages the draws of a trial first', () => {
    const controls = [
      point('snip', 0, 0.8, { condition: 'shuffled' }),
      point('snip', 0, 0.9, { condition: 'shuffled', draw: 1 }),
      point('snip', 1, 0.91, { condition: 'shuffled' }),
    ];
    const { toControls } = entryOf(study([...whole.points, ...controls]), 'snip');
    const differences = toControls.shuffled.differences.map((value) => Number(value.toFixed(9)));
    expect(differences).toEqual([0.03, 0]);
  });

  it('lists collapsed layers with their runs', () => {
    const collapsed = study(
      whole.points.map((one) => (one.scheme === 'snip' && one.trial < 2 ? { ...one, collapsed: ['fc1'] } : one)),
    );
    expect(entryOf(collapsed, 'snip').ticket!.collapsed).toEqual([{ layer: 'fc1', runs: 2 }]);
    expect(
      costTable(compareStudy(collapsed))
        .rows.find(([name]) => name === 'SNIP')!
        .at(-1),
    ).toBe('fc1 (2 of 3 runs)');
  });

  it('holds an initialiser against its own dense network, never another one', () => {
    const results = study(
      [
        ...each('a', [0.9, 0.91, 0.92], { condition: 'dense', density: 1 }),
        ...each('a', [0.8, 0.82, 0.81]),
        ...each('b', [0.7, 0.7, 0.7]),
      ],
      { dense: 'own', schemes: [scheme('a'), scheme('b')] },
    );
    expect(entryOf(results, 'a').toDense!.mean).toBeCloseTo(-0.1, 12);
    expect(entryOf(results, 'b').toDense).toBeNull();
    expect(denseGroup(compareStudy(results), 'b')).toBeNull();
  });

  it('refuses a point that no table would show', () => {
    expect(() => compareStudy(study([point('grasp', 0, 0.9)]))).toThrow(/scheme "grasp"; expected one of dense, imp/);
    expect(() => compareStudy(study([point('snip', 0, 0.9, { density: 0.3 })]))).toThrow(
      /density 0\.3; expected one of 0\.1/,
    );
  });

  it('does not depend on the order of its points', () => {
    const results = fixtureStudy({ controls: ['shuffled', 'reinitialise'], schemes: 5 });
    const said = (found: MeasuredStudy) => {
      const comparison = compareStudy(found);
      const tables = [qualityTable, costTable, controlTable].map((table) => table(comparison));
      return { tables, spreads: ticketSpreads(comparison), notes: schemeNotes(comparison) };
    };
    expect(said({ ...results, points: [...results.points].reverse() })).toEqual(said(results));
  });
});
