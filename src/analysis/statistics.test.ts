import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cliffsDelta, hedgesG } from './effect-size.js';
import { holm } from './holm.js';
import { deviation, tInterval } from './intervals.js';
import { normalCdf, normalQuantile } from './normal.js';
import { pairedDifference, pairedTTest, signFlipTest } from './paired.js';
import { paretoFront } from './pareto.js';
import { rankCorrelation } from './rank-correlation.js';
import { standingOf } from './standing.js';
import { incompleteBeta, logGamma, studentCdf, studentQuantile, studentTwoSided } from './student.js';
import { median, summarise } from './summary.js';
import { verdict } from './verdict.js';
import { verdictText } from './verdict-words.js';

/** Hours of sleep gained, drug 2 over drug 1: Student (1908), as tabulated in R's `sleep`. */
const sleep = [1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4];

describe('the normal distribution', () => {
  it('has the values of the tables', () => {
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 12);
    expect(normalCdf(-6) / 9.865876450377018e-10).toBeCloseTo(1, 8);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 10);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 10);
  });
  it('refuses probabilities that have no quantile', () => {
    for (const p of [0, 1, -1, Number.NaN]) expect(() => normalQuantile(p)).toThrow(RangeError);
  });
});

describe('the Student distribution', () => {
  it.each([
    [0.975, 1, 12.7062047364],
    [0.975, 2, 4.3026527297],
    [0.975, 4, 2.7764451052],
    [0.95, 10, 1.8124611228],
    [0.975, 30, 2.0422724563],
    [0.9995, 1, 636.6192487688],
    [0.025, 4, -2.7764451052],
    [0.5, 7, 0],
  ])('quantile %d of %d degrees of freedom is %d', (p, freedom, t) => {
    expect(studentQuantile(p, freedom)).toBeCloseTo(t, 6);
  });
  it('with one degree of freedom is the Cauchy distribution', () => {
    for (const t of [-30, -1, 0, 0.3, 5]) expect(studentCdf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 12);
  });
  it('has a quantile that undoes the distribution', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), fc.integer({ min: 1, max: 60 }), (p, freedom) => {
        expect(studentCdf(studentQuantile(p, freedom), freedom)).toBeCloseTo(p, 9);
      }),
    );
  });
  it('rests on the gamma and the incomplete beta function', () => {
    expect(Math.exp(logGamma(5))).toBeCloseTo(24, 9);
    expect(Math.exp(logGamma(0.5))).toBeCloseTo(Math.sqrt(Math.PI), 11);
    expect(incompleteBeta(0.4, 2, 3)).toBeCloseTo(0.5248, 12);
    expect(incompleteBeta(0.9, 0.5, 1)).toBeCloseTo(Math.sqrt(0.9), 12);
    expect(studentTwoSided(Number.POSITIVE_INFINITY, 3)).toBe(0);
  });
});

describe('intervals', () => {
  it('give the t interval of the mean', () => {
    const interval = tInterval(sleep)!;
    expect(interval.low).toBeCloseTo(0.7001142, 6);
    expect(interval.high).toBeCloseTo(2.4598858, 6);
    expect(deviation(sleep)).toBeCloseTo(1.2299955, 6);
  });
  it('say nothing of spread with one value', () => {
    expect(tInterval([3])).toBeNull();
    expect(deviation([3])).toBeNull();
  });
});

describe('paired tests', () => {
  it('agree with the published t test', () => {
    expect(pairedTTest(sleep)).toBeCloseTo(0.00283289, 7);
  });
  it('count sign patterns exactly', () => {
    expect(signFlipTest([1, 2, 3, 4, 5])).toBe(2 / 32);
    expect(signFlipTest([-1, 2, 3, 4, 5])).toBe(4 / 32);
    expect(signFlipTest([1, -1])).toBe(1);
    expect(signFlipTest([0.1, 0.2, 0.3])).toBe(2 / 8);
    expect(signFlipTest([])).toBeNull();
  });
  it('never depend on which side is subtracted', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 9 }), (values) => {
        const turned = values.map((value) => -value);
        expect(signFlipTest(turned)).toBe(signFlipTest(values));
        expect(pairedTTest(turned)).toBe(pairedTTest(values));
      }),
    );
  });
  it('draw signs for many pairs, the same ones each time', () => {
    const many = Array.from({ length: 24 }, (_, i) => (i % 3 === 0 ? -1 : 1) * (i + 1));
    const p = signFlipTest(many)!;
    expect(signFlipTest(many)).toBe(p);
    expect(p).toBeGreaterThan(0.02);
    expect(p).toBeLessThan(0.6);
    expect(signFlipTest(Array.from({ length: 24 }, (_, i) => i + 1))).toBeCloseTo(1 / 20_001, 12);
  });
});

describe('Holm', () => {
  it('agrees with R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p?.toFixed(9)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  });
  it('leaves out tests that were not made, and stays at most 1', () => {
    expect(holm([null, 0.9, 0.8])).toEqual([null, 1, 1]);
    expect(holm([])).toEqual([]);
  });
});

describe('summaries', () => {
  it('average the draws of a trial before the trials', () => {
    const summary = summarise([[1, 3], [5]], 2)!;
    expect(summary).toMatchObject({ n: 2, runs: 3, leftOut: 2, mean: 3.5, median: 3.5, min: 1, max: 5 });
  });
  it('are null without a run and have no interval with one trial', () => {
    expect(summarise([[]], 1)).toBeNull();
    expect(summarise([[4, 6]])).toMatchObject({ n: 1, mean: 5, interval: null });
  });
  it('keep the mean of each trial', () => {
    expect(summarise([[1, 3], [5], [8, 8, 8]])!.means).toEqual([2, 5, 8]);
  });
  it('find the middle', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([10, 9, 1, 2])).toBe(5.5);
  });
});

describe('NaN', () => {
  it.each([[[Number.NaN]], [[Number.NaN, Number.NaN, Number.NaN]], [[1, Number.NaN, 2]], [[0.5, 0.4, Number.NaN]]])(
    'decides no comparison: %j',
    (differences) => {
      const found = pairedDifference(differences);
      expect(found).toMatchObject({ n: differences.length, interval: null, p: null, permutationP: null });
      for (const side of ['below', 'above'] as const) {
        expect(verdict(found, side)).toEqual({ outcome: 'undecided', reason: { kind: 'no-number' } });
        expect(verdict(found, side, 0.01).outcome).toBe('undecided');
      }
    },
  );

  it('is no p value that others are corrected for, and no rank', () => {
    expect(holm([0.01, Number.NaN, 0.02])).toEqual([0.02, null, 0.02]);
    expect(rankCorrelation([1, 2, Number.NaN], [1, 2, 3])).toBeNull();
    expect(standingOf(Number.NaN, [1, 2])).toMatchObject({ n: 0, percentile: null, asGood: null });
    expect(standingOf(1.5, [1, Number.NaN, 2])).toMatchObject({ n: 2, worse: 1, better: 1 });
    expect(cliffsDelta([Number.NaN], [1])).toBeNull();
    expect(hedgesG([1, Number.NaN], [1, 2])).toBeNull();
    expect(
      paretoFront([
        { cost: 1, quality: Number.NaN },
        { cost: 2, quality: 1 },
      ]),
    ).toEqual([false, true]);
  });
});

describe('verdicts', () => {
  const judge = (differences: number[], expected: 'below' | 'above' = 'below', p?: number | null) =>
    verdict(pairedDifference(differences), expected, p);
  it('are for, against and neither', () => {
    expect(judge([-10, -11, -12]).outcome).toBe('supported');
    expect(judge([-10, -11, -12], 'above').outcome).toBe('contradicted');
    expect(judge([10, 11, 12]).outcome).toBe('contradicted');
    expect(judge([-10, 4, -12])).toEqual({
      outcome: 'undecided',
      reason: { kind: 'interval-includes', value: 'zero' },
    });
  });
  it('are undecided with one trial, with none, and without spread, and say why', () => {
    expect(judge([-10])).toEqual({ outcome: 'undecided', reason: { kind: 'one-trial' } });
    expect(judge([])).toEqual({ outcome: 'undecided', reason: { kind: 'no-pair' } });
    expect(judge([-50, -50, -50])).toEqual({ outcome: 'undecided', reason: { kind: 'no-spread', trials: 3 } });
  });
  it('of picked claims need the corrected p as well', () => {
    expect(judge([-10, -11, -12], 'below', 0.2).outcome).toBe('undecided');
    expect(judge([-10, -11, -12], 'below', 0.04).outcome).toBe('supported');
  });
  it('are put into words with their reason, in the words of whoever asks', () => {
    expect(verdictText(judge([-10, -11, -12]))).toBe('supported');
    expect(verdictText(judge([-10, 4, -12]))).toBe('undecided, the interval includes zero');
    expect(verdictText(judge([-50, -50, -50]))).toBe(
      'undecided, all 3 trials show the same difference, so their spread cannot be judged',
    );
    const words = { supported: 'sooner', contradicted: 'later', undecided: '~' };
    expect(verdictText(judge([10, 11, 12]), words)).toBe('later');
    expect(verdictText(judge([-10, -11, -12], 'below', 0.2), words)).toBe(
      '~, not significant after correction for the number of tests',
    );
  });
});
