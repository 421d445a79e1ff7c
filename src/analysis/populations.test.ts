import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamReader, stream } from '../random/stream.js';
import { binomialInterval } from './binomial.js';
import { cliffsDelta, hedgesCorrection, hedgesG, standardised } from './effect-size.js';
import { rankCorrelation, ranksOf } from './rank-correlation.js';
import { spearmanInterval } from './spearman.js';
import { combineStandings, standingOf } from './standing.js';

describe('the interval of a share', () => {
  it('is that of the tables of Clopper and Pearson', () => {
    const ends = (hits: number, count: number, confidence?: number) => {
      const { low, high } = binomialInterval(hits, count, confidence) ?? { low: -1, high: -1 };
      return [low.toFixed(4), high.toFixed(4)];
    };
    expect(ends(8, 10)).toEqual(['0.4439', '0.9748']);
    expect(ends(0, 10)).toEqual(['0.0000', '0.3085']);
    expect(ends(10, 10)).toEqual(['0.6915', '1.0000']);
    expect(ends(1, 50)).toEqual(['0.0005', '0.1065']);
    expect(ends(5, 20, 0.9)).toEqual(['0.1041', '0.4556']);
    expect(binomialInterval(0, 0)).toBeNull();
    expect(() => binomialInterval(3, 2)).toThrow('3 of 2');
  });
});

describe('a standing among others', () => {
  it('counts equals half in the percentile and against it in p', () => {
    const found = standingOf(5, [1, 2, 5, 9]);
    expect(found).toMatchObject({ n: 4, worse: 2, equal: 1, better: 1, percentile: 0.625, p: 3 / 5 });
    expect(standingOf(5, [1, 2, 5, 9], 'lower')).toMatchObject({ worse: 1, better: 2, percentile: 0.375, p: 4 / 5 });
    expect(standingOf(1, [])).toMatchObject({ n: 0, percentile: null, p: 1, asGood: null });
    expect(standingOf(10, new Array(50).fill(3)).p).toBe(1 / 51);
  });

  it('is exact: were the value drawn as the others, p would be below a level no more often than that', () => {
    const reader = new StreamReader(stream(4, 'ranks'));
    const ps = Array.from({ length: 4000 }, () => {
      const drawn = Array.from({ length: 20 }, () => reader.below(40));
      return standingOf(drawn[0], drawn.slice(1)).p;
    });
    for (const level of [0.05, 0.1, 0.5]) {
      const share = ps.filter((p) => p <= level).length / ps.length;
      expect(share).toBeLessThan(level + 3 * Math.sqrt((level * (1 - level)) / ps.length));
    }
  });

  it('adds up over trials to what listing all places gives', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(counts, fc.nat(999), (ns, seed) => {
        const reader = new StreamReader(stream(seed, 'places'));
        const ranks = ns.map((n) => reader.below(n + 1));
        // Others 0 .. n - 1, and a value with so many of them above.
        const standings = ns.map((n, i) =>
          standingOf(
            n - ranks[i] - 0.5,
            Array.from({ length: n }, (_, k) => k),
          ),
        );
        let sums = [0];
        for (const n of ns) sums = sums.flatMap((sum) => Array.from({ length: n + 1 }, (_, rank) => sum + rank));
        const sum = ranks.reduce((a, b) => a + b);
        const all = ns.reduce((a, b) => a + b);
        const share = (most: number) => sums.filter((one) => one <= most).length / sums.length;
        const found = combineStandings(standings);
        expect(found.p).toBeCloseTo(share(sum), 12);
        expect(found.lowP).toBeCloseTo(share(all - sum), 12);
        expect(found.leastP).toBeCloseTo(Math.min(1, 2 / sums.length), 12);
      }),
      { numRuns: 80 },
    );
    expect(combineStandings([standingOf(1, [])])).toMatchObject({ trials: 0, p: null, twoSidedP: null });
    const best = standingOf(9, new Array(50).fill(3));
    expect(combineStandings([best, best, best]).p).toBeCloseTo(1 / 51 ** 3, 15);
  });
});

describe('effect sizes', () => {
  it('are those of the textbook', () => {
    expect(cliffsDelta([1, 2, 3], [2, 3, 4])).toBeCloseTo(-5 / 9, 12);
    expect(cliffsDelta([9], [1, 2, 9, 10])).toBe(0.25);
    expect(cliffsDelta([], [1])).toBeNull();
    // Of whole numbers in closed form: 1 / sqrt(pi) at two, 24 / (sqrt(5) Gamma(4.5)) at ten.
    expect([2, 3, 10, 50].map((freedom) => hedgesCorrection(freedom).toFixed(4))).toEqual([
      '0.5642',
      '0.7236',
      '0.9227',
      '0.9849',
    ]);
    const g = hedgesG([5, 7, 9], [1, 3, 5]) as number;
    expect(g / hedgesCorrection(4)).toBeCloseTo(2, 12);
    expect(hedgesG([1, 1], [1, 1])).toBeNull();
  });

  it('of one value are its distance in deviations, corrected', () => {
    const population = [1, 2, 3, 4, 5];
    const distance = (6 - 3) / Math.sqrt(2.5);
    expect((standardised(6, population) as number) / hedgesCorrection(4)).toBeCloseTo(distance, 12);
    expect(standardised(6, [2, 2, 2])).toBeNull();
    expect(standardised(6, [1, 2])).toBeNull();
  });
});

describe("Spearman's rank correlation", () => {
  it('is that of the textbook, equal values sharing their ranks', () => {
    // Hours of television against a test of ten people: -29 / 165.
    const test = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
    const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
    expect(rankCorrelation(test, hours)).toBeCloseTo(-29 / 165, 12);
    expect(ranksOf([10, 20, 10, 5])).toEqual([2.5, 4, 2.5, 1]);
    // Pearson's correlation of 1.5, 1.5, 3 and 1, 2, 3.
    expect(rankCorrelation([1, 1, 2], [1, 2, 3])).toBeCloseTo(Math.sqrt(3) / 2, 12);
    expect(rankCorrelation([1, 2, 3], [3, 2, 1])).toBe(-1);
    expect(rankCorrelation([1], [1])).toBeNull();
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(() => rankCorrelation([1], [])).toThrow('1 and 0 values');
  });

  it('has the interval of Bonett and Wright', () => {
    const half = 1.959964 * Math.sqrt((1 + 0.5 * 0.64) / 27);
    const { low, high } = spearmanInterval(0.8, 30) ?? { low: 0, high: 0 };
    expect(low).toBeCloseTo(Math.tanh(Math.atanh(0.8) - half), 6);
    expect(high).toBeCloseTo(Math.tanh(Math.atanh(0.8) + half), 6);
    expect(spearmanInterval(1, 5)?.high).toBeLessThanOrEqual(1);
    expect(spearmanInterval(0.5, 3)).toBeNull();
  });

  it('has an interval that holds the truth about as often as it says', () => {
    const reader = new StreamReader(stream(8, 'pairs'));
    const noise = () => Array.from({ length: 12 }, () => reader.uniform()).reduce((a, b) => a + b, -6);
    // Of a Gaussian pair with correlation r, Spearman's is 6 / pi asin(r / 2).
    const truth = (6 / Math.PI) * Math.asin(0.3);
    const held = Array.from({ length: 600 }, () => {
      const xs = Array.from({ length: 40 }, noise);
      const ys = xs.map((x) => 0.6 * x + 0.8 * noise());
      const { low, high } = spearmanInterval(rankCorrelation(xs, ys) as number, 40) ?? { low: 1, high: -1 };
      return low <= truth && truth <= high;
    }).filter(Boolean).length;
    expect(held / 600).toBeGreaterThan(0.92);
    expect(held / 600).toBeLessThan(0.98);
  });
});
