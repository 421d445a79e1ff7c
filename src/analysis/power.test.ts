import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noncentralCdf, powerOf, smallestEffect } from './power.js';
import { studentCdf } from './student.js';

describe('the noncentral t distribution', () => {
  it.each([
    // scipy 1.17, stats.nct.cdf
    [2, 4, 1, 0.7645674538243243],
    [2.5, 10, 2, 0.6480249588699087],
    [-1, 3, 0.5, 0.09212120981435942],
    [5, 5, 4, 0.6483883369678907],
  ])('at %d with %d degrees of freedom and a shift of %d agrees with scipy', (t, freedom, shift, expected) => {
    expect(noncentralCdf(t, freedom, shift)).toBeCloseTo(expected, 9);
  });
  it('is the t distribution without a shift, and falls with it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -6, max: 6, noNaN: true }),
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: -4, max: 4, noNaN: true }),
        (t, freedom, shift) => {
          expect(noncentralCdf(t, freedom, 0)).toBeCloseTo(studentCdf(t, freedom), 7);
          expect(noncentralCdf(t, freedom, shift + 0.5)).toBeLessThanOrEqual(noncentralCdf(t, freedom, shift) + 1e-9);
        },
      ),
    );
  });
});

describe('power', () => {
  it.each([
    [5, 1, 0.40138991737179536],
    [6, 1.5, 0.832529279866808],
    [20, 0.5, 0.564504418439021],
    [3, 2, 0.47074943127843494],
  ])('of %d trials for a difference of %d deviations agrees with scipy', (trials, effect, expected) => {
    expect(powerOf(trials, effect)).toBeCloseTo(expected, 8);
  });
  it('is the level where there is no difference', () => {
    for (const level of [0.05, 0.005]) expect(powerOf(6, 0, level)).toBeCloseTo(level, 9);
    expect(powerOf(1, 10)).toBe(0);
  });
  it('is reached by the smallest difference that shows', () => {
    for (const trials of [2, 3, 6, 20]) {
      for (const level of [0.05, 0.01]) {
        const effect = smallestEffect(trials, level)!;
        if (effect === null) expect(powerOf(trials, 37 / Math.sqrt(trials), level)).toBeLessThan(0.8);
        else expect(powerOf(trials, effect, level)).toBeCloseTo(0.8, 9);
      }
    }
    expect(smallestEffect(1)).toBeNull();
    expect(smallestEffect(6)!).toBeLessThan(smallestEffect(5)!);
  });
});
