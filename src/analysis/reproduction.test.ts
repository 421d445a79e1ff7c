import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeReproduction } from './reproduction.js';

/** Hours of sleep gained, drug 2 over drug 1: Student (1908), as tabulated in R's `sleep`. */
const sleep = [1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4];

describe('the reproduction of a published number', () => {
  it('is contradicted outside the prediction interval of both experiments', () => {
    // scipy: 0.0559932 to 3.1040068 for the mean of five other trials.
    const found = judgeReproduction(sleep, { value: 3.2, trials: 5 }, 0.5);
    expect(found.interval!.low).toBeCloseTo(0.0559932, 6);
    expect(found.verdict.outcome).toBe('contradicted');
    // The interval of the mean alone, 0.70 to 2.46, would have excluded this one.
    expect(judgeReproduction(sleep, { value: 2.9, trials: 5 }, 0.5).verdict.outcome).toBe('undecided');
  });
  it('is supported where a difference of the margin is excluded, by two one-sided tests', () => {
    // Against a number without an error this is the one-sample test: scipy gives 0.0211169 for a margin of 2.5 about zero.
    const found = judgeReproduction(sleep, { value: 0, trials: 1e12 }, 2.5);
    expect(found.equivalenceP).toBeCloseTo(0.02111686, 6);
    expect(judgeReproduction(sleep, { value: 1.5, trials: 5 }, 2).verdict.outcome).toBe('supported');
    expect(judgeReproduction(sleep, { value: 1.5, trials: 5 }, 0.1).verdict.outcome).toBe('undecided');
  });
  it('says nothing of no trial, of one, of no spread, and of NaN', () => {
    for (const values of [[], [1], [2, 2, 2], [1, Number.NaN]]) {
      expect(judgeReproduction(values, { value: 2, trials: 5 }, 1).verdict.outcome).toBe('undecided');
    }
    expect(judgeReproduction(sleep, { value: Number.NaN, trials: 5 }, 1).verdict.outcome).toBe('undecided');
  });
  it('rewards no wide interval: more noise never turns undecided into supported', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 20, noNaN: true }),
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        (times, margin) => {
          const centre = sleep.reduce((a, b) => a + b) / sleep.length;
          const wide = sleep.map((value) => centre + times * (value - centre));
          const published = { value: centre, trials: 5 };
          const [one, other] = [sleep, wide].map(
            (values) => judgeReproduction(values, published, margin).verdict.outcome,
          );
          if (one === 'undecided') expect(other).toBe('undecided');
        },
      ),
    );
  });
});
