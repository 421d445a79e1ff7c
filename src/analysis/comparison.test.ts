import { describe, expect, it } from 'vitest';
import { fixtureResults } from '../../test/fixtures/run-results.js';
import {
  compareRun,
  findContrast,
  findGroup,
  type MeasuredCell,
  type MeasuredRun,
  nearestLevel,
} from './comparison.js';
import { headline } from './headline.js';
import { earlierThan, statements } from './statements.js';
import { levelRows } from './table.js';

function cell(
  condition: string,
  trial: number,
  level: number,
  iteration: number,
  accuracy: number,
  draw = 0,
): MeasuredCell {
  const point = { iteration, validationAccuracy: accuracy, testAccuracy: accuracy };
  return { condition, trial, level, draw, status: 'done', earlyStop: point, end: point };
}

const diverge = (one: MeasuredCell): MeasuredCell => ({ ...one, status: 'diverged' });

function run(cells: readonly MeasuredCell[], densities = [1, 0.21]): MeasuredRun {
  return { cells, planned: cells.length, ladder: densities.map((density, level) => ({ level, density })) };
}

const three = run([
  cell('dense', 0, 0, 5000, 0.98),
  cell('dense', 1, 0, 5200, 0.981),
  cell('dense', 2, 0, 4800, 0.979),
  cell('ticket', 0, 1, 3000, 0.982),
  cell('ticket', 1, 1, 3300, 0.984),
  cell('ticket', 2, 1, 3000, 0.983),
  cell('reinitialise', 0, 1, 6000, 0.975, 0),
  cell('reinitialise', 0, 1, 8000, 0.977, 1),
  cell('reinitialise', 1, 1, 7500, 0.976, 0),
  cell('reinitialise', 2, 1, 7100, 0.974, 0),
]);

describe('compareRun', () => {
  it('pairs by trial, whatever order the cells come in', () => {
    const forward = compareRun(three);
    const { earlyStop } = findContrast(forward.levels[1], 'dense')!.metrics;
    expect(earlyStop.differences).toEqual([-2000, -1900, -1800]);
    expect(earlyStop.mean).toBe(-1900);
    expect(earlyStop.ratio).toBeCloseTo(3100 / 5000, 12);
    // t = 4.30265 with two degrees of freedom, deviation 100: half width 248.4.
    expect(earlyStop.interval!.low).toBeCloseTo(-2148.4, 1);
    expect(compareRun({ ...three, cells: [...three.cells].reverse() }).levels[1].contrasts).toEqual(
      forward.levels[1].contrasts,
    );
  });

  it('averages control draws within their trial: two draws do not make two replications', () => {
    const { earlyStop } = findContrast(compareRun(three).levels[1], 'reinitialise')!.metrics;
    expect(earlyStop.n).toBe(3);
    expect(earlyStop.differences).toEqual([3000 - 7000, 3300 - 7500, 3000 - 7100]);
    const group = findGroup(compareRun(three).levels[1], 'reinitialise')!;
    expect(group.metrics.earlyStop).toMatchObject({ n: 3, runs: 4, min: 6000, max: 8000, mean: 7200 });
  });

  it('counts diverged cells and lists them, and leaves them out of means', () => {
    const broken = run([...three.cells.slice(0, 4), ...three.cells.slice(4, 6).map(diverge), ...three.cells.slice(6)]);
    const comparison = compareRun(broken);
    const group = findGroup(comparison.levels[1], 'ticket')!;
    expect(group).toMatchObject({ cells: 3, diverged: 2 });
    expect(group.metrics.earlyStop).toMatchObject({ n: 1, leftOut: 2, mean: 3000, interval: null });
    expect(comparison.diverged.map(({ trial }) => trial)).toEqual([1, 2]);
    expect(findContrast(comparison.levels[1], 'dense')!.metrics.earlyStop.n).toBe(1);
    expect(levelRows(comparison)[1]).toMatchObject({ trials: 1, diverged: 2 });
  });

  it('takes a level whose every ticket diverged', () => {
    const broken = run([...three.cells.slice(0, 3), ...three.cells.slice(3, 6).map(diverge)]);
    const comparison = compareRun(broken);
    expect(findGroup(comparison.levels[1], 'ticket')!.metrics.earlyStop).toBeNull();
    expect(levelRows(comparison)[1]).toMatchObject({ earlyStop: '', trials: 0, diverged: 3 });
    expect(headline(comparison)).toMatch(/nothing to compare/);
    expect(statements(comparison)).toEqual([]);
  });

  it('works on nothing, on one condition and on a missing dense network', () => {
    expect(headline(compareRun(run([])))).toBe('No training run has finished yet.');
    const dense = run(three.cells.slice(0, 3));
    expect(statements(compareRun(dense))).toEqual([]);
    expect(headline(compareRun({ ...dense, planned: 9 }))).toMatch(/^No ticket has finished yet/);
    // With --levels 1 there is none to wait for.
    expect(headline(compareRun(dense))).toBe(
      'The run is of the dense network alone and has no ticket, so there is nothing to compare.',
    );
    const undense = compareRun(run(three.cells.slice(3)));
    expect(findContrast(undense.levels[0], 'dense')).toBeUndefined();
    expect(statements(undense).map(({ id }) => id)).toContain('earlier-than-reinitialise');
  });

  it('judges winning by the definition of the paper', () => {
    expect(compareRun(three).levels[1].winning).toEqual({ byMeans: true, trials: 3, of: 3 });
    const slower = run([cell('dense', 0, 0, 100, 0.9), cell('ticket', 0, 1, 200, 0.95)]);
    expect(compareRun(slower).levels[1].winning).toEqual({ byMeans: false, trials: 0, of: 1 });
    const same = run([cell('dense', 0, 0, 100, 0.9), cell('ticket', 0, 1, 100, 0.9)]);
    expect(compareRun(same).levels[1].winning).toEqual({ byMeans: true, trials: 1, of: 1 });
  });

  it("corrects over levels by Holm's method", () => {
    const comparison = compareRun(fixtureResults({ levels: 6 }));
    for (const level of comparison.levels.slice(1)) {
      const { p, holmP } = findContrast(level, 'dense')!.metrics.earlyStop;
      expect(holmP!).toBeGreaterThanOrEqual(p!);
      expect(holmP!).toBeLessThanOrEqual(1);
    }
  });

  it('finds the level nearest a density by ratio', () => {
    const comparison = compareRun(fixtureResults({ levels: 12 }));
    expect(nearestLevel(comparison, 0.21)!.level).toBe(7);
    expect(nearestLevel(comparison, 0.0001)!.level).toBe(11);
    expect(nearestLevel(comparison, 1)!.level).toBe(1);
  });

  it('gives a bootstrap interval of the ratio from five trials on', () => {
    const at = (trials: number) =>
      findContrast(compareRun(fixtureResults({ trials, levels: 3 })).levels[2], 'dense')!.metrics.earlyStop;
    expect(at(4).ratioInterval).toBeNull();
    const { ratio, ratioInterval } = at(5);
    expect(ratioInterval!.low).toBeLessThan(ratio!);
    expect(ratioInterval!.high).toBeGreaterThan(ratio!);
  });
});

describe('sentences', () => {
  it('say the numbers, the interval and the verdict', () => {
    const found = statements(compareRun(three));
    expect(found.find(({ id }) => id === 'earlier-than-dense')!.sentence).toBe(
      'At 21.0% of weights the ticket reaches its early stop 38% earlier than the dense network ' +
        '(difference −1,900 iterations, 95% interval −2,148 to −1,652, 3 trials): supported.',
    );
    expect(found.find(({ id }) => id === 'more-accurate-than-reinitialise')!.sentence).toMatch(
      /^At 21\.0% of weights the ticket is 0\.77 points more accurate at its early stop than its random re-initialisation \(test accuracy 98\.30% against 97\.53%; difference \+0\.77 points, 95% interval .* 3 trials\): supported\.$/,
    );
  });

  it('are undecided with one trial, and say so', () => {
    const one = statements(compareRun(run(three.cells.filter(({ trial }) => trial === 0))));
    for (const { outcome, id } of one) expect([id, outcome === 'undecided' || outcome === null]).toEqual([id, true]);
    expect(one[0].sentence).toMatch(/1 trial\): undecided, one trial shows no spread/);
    expect(headline(compareRun(run(three.cells.filter(({ trial }) => trial === 0))))).toMatch(/\(one trial\)/);
  });

  it('do not say "0% earlier"', () => {
    expect(earlierThan({ ratio: 1.001, mean: 1 })).toBe('as early as');
    expect(earlierThan({ ratio: 0.996, mean: -4 })).toBe('as early as');
    expect(earlierThan({ ratio: 1.12, mean: 120 })).toBe('12% later than');
  });

  it('say that two stops are at the same time, also at iteration 0, which gives no ratio', () => {
    expect(earlierThan({ ratio: 1, mean: 0 })).toBe('at the same time as');
    expect(earlierThan({ ratio: null, mean: 0 })).toBe('at the same time as');
    expect(earlierThan({ ratio: null, mean: 50 })).toBe('later than');
    const both = [0, 1, 2].flatMap((trial) => [cell('dense', trial, 0, 0, 0.9), cell('ticket', trial, 1, 0, 0.9)]);
    const comparison = compareRun(run(both));
    expect(statements(comparison)[0].sentence).toMatch(/reaches its early stop at the same time as the dense network/);
    expect(headline(comparison)).toMatch(/stops at the same time as the dense network/);
  });

  it('support nothing where an accuracy is no number, as on an empty test set', () => {
    const empty = run(
      three.cells.map((one) => ({
        ...one,
        earlyStop: { ...one.earlyStop, testAccuracy: Number.NaN },
        end: { ...one.end, testAccuracy: Number.NaN },
      })),
    );
    const comparison = compareRun(empty);
    const { testAtEarlyStop, earlyStop } = findContrast(comparison.levels[1], 'dense')!.metrics;
    expect(testAtEarlyStop).toMatchObject({ n: 3, interval: null, p: null, permutationP: null, holmP: null });
    expect(earlyStop.interval).not.toBeNull();
    expect(comparison.levels[1].winning).toBeNull();
    const found = statements(comparison);
    expect(found.find(({ id }) => id === 'more-accurate-than-dense')).toMatchObject({
      outcome: 'undecided',
      reason: { kind: 'no-number' },
      sentence:
        'At 21.0% of weights the ticket is not comparable in accuracy at its early stop with the dense network (test accuracy n/a against n/a; difference n/a points, 3 trials): undecided, a number is missing from the comparison.',
    });
    expect(found.find(({ id }) => id === 'matches-dense')).toBeUndefined();
    const rows = levelRows(comparison);
    expect(rows[1].contrasts.map(({ accuracySign }) => accuracySign)).toEqual(['~', '~']);
    const text = JSON.stringify([found.map(({ sentence }) => sentence), rows, headline(comparison)]);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('never show a number that is none', () => {
    for (const trials of [1, 2, 3, 5]) {
      for (const levels of [2, 12, 19]) {
        const comparison = compareRun(fixtureResults({ trials, levels, reinitialise: 2 }));
        const text = JSON.stringify([
          statements(comparison).map(({ sentence }) => sentence),
          levelRows(comparison),
          headline(comparison),
        ]);
        expect(text).not.toMatch(/NaN|undefined|Infinity/);
      }
    }
  });
});
