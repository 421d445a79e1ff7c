import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamReader, stream } from '../random/stream.js';
import { tInterval } from './intervals.js';
import { type PairValue, pairMean, pairwiseDifferences, testPairs } from './trial-pairs.js';

const pairsOf = (count: number, value: (first: number, second: number) => number): PairValue[] =>
  Array.from({ length: count }, (_, first) =>
    Array.from({ length: count - first - 1 }, (_, k) => ({
      first,
      second: first + k + 1,
      value: value(first, first + k + 1),
    })),
  ).flat();

const numbers = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 3, maxLength: 8 });

describe('a mean over pairs of trials', () => {
  it('of values that trials have on their own is that of the trials, with their t interval', () => {
    fc.assert(
      fc.property(numbers, (own) => {
        const found = pairMean(pairsOf(own.length, (i, j) => (own[i] + own[j]) / 2))!;
        const interval = tInterval(own)!;
        expect(found.mean).toBeCloseTo(own.reduce((sum, value) => sum + value, 0) / own.length, 8);
        found.byTrial.forEach((value, i) => {
          expect(value).toBeCloseTo(own[i], 8);
        });
        expect(found.interval!.low).toBeCloseTo(interval.low, 6);
        expect(found.interval!.high).toBeCloseTo(interval.high, 6);
      }),
    );
  });

  it('has pseudo-values whose mean it is, whatever the pairs say', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 8 }), fc.nat(), (count, seed) => {
        const reader = new StreamReader(stream(seed, 'pairs'));
        const found = pairMean(pairsOf(count, () => reader.uniform()))!;
        expect(found.byTrial.reduce((sum, value) => sum + value, 0) / count).toBeCloseTo(found.mean, 10);
        expect(found).toMatchObject({ trials: count, pairs: (count * (count - 1)) / 2 });
        expect(found.least).toBeLessThanOrEqual(found.mean);
        expect(found.greatest).toBeGreaterThanOrEqual(found.mean);
      }),
    );
  });

  it('has an interval that errs on the wide side, even where pairs have nothing to do with their trials', () => {
    // Each pair a draw of its own, of variance 1 / 12: the mean of 10 of them has a variance of 1 / 120.
    const reader = new StreamReader(stream(1, 'pairs'));
    const draws = 4000;
    let [estimate, covered] = [0, 0];
    for (let draw = 0; draw < draws; draw++) {
      const { byTrial, mean, interval } = pairMean(pairsOf(5, () => reader.uniform()))!;
      estimate += byTrial.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (4 * 5) / draws;
      if (interval!.low <= 0.5 && interval!.high >= 0.5) covered += 1 / draws;
    }
    // The jackknife says 2 (n - 1) / (n - 2) of that.
    expect(estimate * 120).toBeGreaterThan(2.5);
    expect(estimate * 120).toBeLessThan(2.85);
    expect(covered).toBeGreaterThan(0.97);
  });

  it('covers as often as it says where pairs and trials both matter', () => {
    const reader = new StreamReader(stream(2, 'pairs'));
    const normal = () => Array.from({ length: 12 }, () => reader.uniform()).reduce((sum, u) => sum + u, -6);
    let covered = 0;
    const draws = 2000;
    for (let draw = 0; draw < draws; draw++) {
      const own = Array.from({ length: 5 }, normal);
      const { interval } = pairMean(pairsOf(5, (i, j) => own[i] + own[j] + 0.3 * own[i] * own[j]))!;
      if (interval!.low <= 0 && interval!.high >= 0) covered += 1 / draws;
    }
    expect(covered).toBeGreaterThan(0.91);
  });

  it('of one pair, or none, says nothing of spread', () => {
    const one = pairMean(pairsOf(2, () => 3))!;
    expect(one).toMatchObject({ mean: 3, pairs: 1, trials: 2, interval: null, byTrial: [] });
    expect(testPairs(one, 1, 'above').judge()).toEqual({
      outcome: 'undecided',
      reason: { kind: 'under-three-trials' },
    });
    expect(pairMean([])).toBeNull();
    expect(testPairs(null, 1, 'above').judge().reason).toEqual({ kind: 'no-two-trials' });
  });

  it('is judged by its interval, and by the p value that was corrected', () => {
    const clear = pairMean(pairsOf(4, (i, j) => 5 + 0.1 * i - 0.05 * j))!;
    const test = testPairs(clear, 1, 'above');
    expect(test.difference).toBeCloseTo(clear.mean - 1, 12);
    expect(test.judge().outcome).toBe('supported');
    expect(test.judge(0.2).outcome).toBe('undecided');
    expect(testPairs(clear, 1, 'below').judge().outcome).toBe('contradicted');
    expect(testPairs(clear, 5, 'above').judge().outcome).toBe('undecided');
  });

  it('is compared pair by pair', () => {
    const differences = pairwiseDifferences(
      pairsOf(4, (i, j) => i + j),
      pairsOf(3, () => 1),
    );
    expect(differences.map(({ value }) => value)).toEqual([0, 1, 2]);
  });
});
