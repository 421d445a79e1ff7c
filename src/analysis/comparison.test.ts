import { describe, expect, it } from 'vitest';
import { fixtureResults } from '../../test/fixtures/run-results.js';
import { compareRun, findContrast, findGroup, type MeasuredRun, nearestLevel } from './comparison.js';
import { headline } from './headline.js';
import type { MeasuredCell } from './metrics.js';
import type { Measures } from './speed.js';
import { statements } from './statements/index.js';
import { accurateThan, earlierThan, fasterThan } from './statements/words.js';
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
  // A loss that falls in a straight line from 2 to 0 at the early stop, and stays there.
  const history = { iteration: [0, iteration, 10_000], validationLoss: [2, 0, 0] };
  return { condition, trial, level, draw, status: 'done', earlyStop: point, end: point, history };
}

const diverge = (one: MeasuredCell): MeasuredCell => ({ ...one, status: 'diverged' });

const measures: Measures = { loss: 0.5, margin: 0.002 };

function run(cells: readonly MeasuredCell[], densities = [1, 0.21]): MeasuredRun {
  return { cells, measures, planned: cells.length, ladder: densities.map((density, level) => ({ level, density })) };
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
    const { earlyStop, testAtEarlyStop, timeToLoss } = findContrast(forward.levels[1], 'dense')!.metrics;
    const logs = [3000 / 5000, 3300 / 5200, 3000 / 4800].map(Math.log);
    expect(earlyStop.differences).toEqual(logs.map((log) => expect.closeTo(log, 12)));
    expect(earlyStop.trials).toEqual([0, 1, 2]);
    // A ratio of geometric means; its interval by t = 4.30265 with two degrees of freedom.
    const centre = (logs[0] + logs[1] + logs[2]) / 3;
    const half =
      (4.302652729911275 * Math.sqrt(logs.reduce((sum, log) => sum + (log - centre) ** 2, 0) / 2)) / Math.sqrt(3);
    expect(earlyStop.ratio).toBeCloseTo(Math.exp(centre), 12);
    expect(earlyStop.ratioInterval!.low).toBeCloseTo(Math.exp(centre - half), 9);
    expect(earlyStop.ratioInterval!.high).toBeCloseTo(Math.exp(centre + half), 9);
    expect([earlyStop.ticketMean, earlyStop.otherMean]).toEqual([3100, 5000]);
    // Three quarters of the way down to zero.
    expect([timeToLoss.ticketMean, timeToLoss.otherMean]).toEqual([2325, 3750]);
    expect(timeToLoss.ratio).toBeCloseTo(Math.exp(centre), 12);
    expect(testAtEarlyStop.differences).toEqual([0.002, 0.003, 0.004].map((value) => expect.closeTo(value, 12)));
    expect(testAtEarlyStop.ratio).toBeNull();
    expect(compareRun({ ...three, cells: [...three.cells].reverse() }).levels[1].contrasts).toEqual(
      forward.levels[1].contrasts,
    );
  });

  it('averages control draws within their trial: two draws do not make two replications', () => {
    const { earlyStop } = findContrast(compareRun(three).levels[1], 'reinitialise')!.metrics;
    expect(earlyStop.n).toBe(3);
    // The mean of a trial's logarithms, as their geometric mean.
    const trial0 = Math.log(3000) - (Math.log(6000) + Math.log(8000)) / 2;
    expect(earlyStop.differences[0]).toBeCloseTo(trial0, 12);
    expect(earlyStop.otherMean).toBeCloseTo(7200, 9);
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

  it('counts trainings that never have the loss with their last iteration, and says how many', () => {
    const slow = run(
      three.cells.map((one) =>
        one.condition === 'reinitialise' && one.trial > 0
          ? { ...one, history: { iteration: [0, 10_000], validationLoss: [2, 1] } }
          : one,
      ),
    );
    const comparison = compareRun(slow);
    expect(findGroup(comparison.levels[1], 'reinitialise')!.neverReached).toBe(2);
    expect(findContrast(comparison.levels[1], 'reinitialise')!.metrics.timeToLoss.otherMean).toBeCloseTo(
      (5250 + 10_000 + 10_000) / 3,
      9,
    );
    const found = statements(comparison).find(({ id }) => id === 'learns-faster-than-reinitialise')!;
    expect(found.sentence).toContain(
      '2 of 4 trainings of its random re-initialisation do not reach it, and count with the last iteration',
    );
    expect(levelRows(comparison)[1].timeToLoss).toBe('2,325');
  });

  it('compares areas over the iterations that all trainings have', () => {
    const rewound = run(
      three.cells.map((one) =>
        one.condition === 'ticket' ? { ...one, history: { iteration: [1000, 10_000], validationLoss: [0, 0] } } : one,
      ),
    );
    const { lossArea } = findContrast(compareRun(rewound).levels[1], 'dense')!.metrics;
    // From 1,000 on, where the first dense network's loss is 1.6 of 2, to 5,000, of 9,000 iterations.
    expect(lossArea.otherMean).toBeCloseTo(
      (((5000 - 1000) * 1.6) / 2 / 9000 +
        ((5200 - 1000) * (2 * (1 - 1000 / 5200))) / 2 / 9000 +
        ((4800 - 1000) * (2 * (1 - 1000 / 4800))) / 2 / 9000) /
        3,
      9,
    );
    expect(lossArea.ratio).toBeNull();
  });
});

describe('sentences', () => {
  it('say the numbers, the interval and the verdict', () => {
    const found = statements(compareRun(three));
    const sentence = (id: string) => found.find((statement) => statement.id === id)!.sentence;
    expect(sentence('learns-faster-than-dense')).toMatch(
      /^At 21\.0% of weights the ticket is 1\.6 times as fast as the dense network in reaching a validation loss of 0\.5 \(95% interval 1\.5 to 1\.7; 2,325 iterations against 3,750, 3 trials\): supported \(p = 0\.0\d\d\)\.$/,
    );
    expect(sentence('learns-faster-in-every-trial')).toMatch(
      /in 3 of 3 trials; a further trial is expected to show a speed of 1\.\d to 1\.\d times that of the dense network and .* times that of its random re-initialisation \(95% prediction intervals\)/,
    );
    expect(sentence('earlier-than-dense')).toMatch(
      /^At 21\.0% of weights the ticket reaches its early stop 38% earlier than the dense network \(ratio 0\.62, 95% interval 0\.58 to 0\.67, 3 trials\): supported/,
    );
    expect(sentence('lower-loss-than-dense')).toMatch(
      /is 38% lower than that of the dense network \(0\.310 against 0\.500 nats/,
    );
    expect(headline(compareRun(three))).toMatch(
      /^At 21\.0% of weights the ticket learns faster than the dense network \(1\.6 times as fast, 95% interval 1\.5 to 1\.7\) and its random re-initialisation \(.*\), in 3 of 3 trials, timed to a validation loss of 0\.5\. At its early stop it is/,
    );
    expect(found.find(({ id }) => id === 'more-accurate-than-reinitialise')!.sentence).toMatch(
      /^At 21\.0% of weights the ticket is 0\.77 points more accurate at its early stop than its random re-initialisation \(test accuracy 98\.30% against 97\.53%; difference \+0\.77 points, 95% interval .* 3 trials\): (supported|undecided)/,
    );
  });

  it('are undecided with one trial, and say so', () => {
    const one = statements(compareRun(run(three.cells.filter(({ trial }) => trial === 0))));
    for (const { outcome, id } of one) expect([id, outcome === 'undecided' || outcome === null]).toEqual([id, true]);
    expect(one[0].sentence).toMatch(/1 trial\): undecided, one trial shows no spread/);
    expect(headline(compareRun(run(three.cells.filter(({ trial }) => trial === 0))))).toMatch(/\(one trial\)/);
  });

  it('do not say "0% earlier"', () => {
    expect(earlierThan({ ratio: 1.001, ticketMean: 1001, otherMean: 1000 })).toBe('as early as');
    expect(earlierThan({ ratio: 0.996, ticketMean: 996, otherMean: 1000 })).toBe('as early as');
    expect(fasterThan({ ratio: 0.25, ratioInterval: { low: 0.2, high: 0.3 } })).toBe('4.0 times as fast as');
    expect(fasterThan({ ratio: 0.85, ratioInterval: { low: 0.843, high: 0.858 } })).toBe('1.18 times as fast as');
    expect(accurateThan(-0.00001)).toBe('as accurate as');
    expect(earlierThan({ ratio: 1.12, ticketMean: 1120, otherMean: 1000 })).toBe('12% later than');
  });

  it('say that two stops are at the same time, also at iteration 0, which gives no ratio', () => {
    expect(earlierThan({ ratio: 1, ticketMean: 10, otherMean: 10 })).toBe('at the same time as');
    expect(earlierThan({ ratio: null, ticketMean: 0, otherMean: 0 })).toBe('at the same time as');
    expect(earlierThan({ ratio: null, ticketMean: 50, otherMean: 0 })).toBe('later than');
    const both = [0, 1, 2].flatMap((trial) => [cell('dense', trial, 0, 0, 0.9), cell('ticket', trial, 1, 0, 0.9)]);
    const comparison = compareRun(run(both));
    expect(statements(comparison).find(({ id }) => id === 'earlier-than-dense')!.sentence).toMatch(
      /reaches its early stop at the same time as the dense network/,
    );
    expect(headline(comparison)).toMatch(/is not shown to learn faster or more slowly than the dense network/);
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
    expect(found.find(({ id }) => id === 'matches-dense')).toMatchObject({
      outcome: 'undecided',
      reason: { kind: 'no-number' },
    });
    const rows = levelRows(comparison);
    expect(rows[1].contrasts.map(({ accuracy }) => accuracy.sign)).toEqual(['~', '~']);
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
