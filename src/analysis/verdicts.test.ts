import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Claim, claimThat, judgeFamily, judgeTogether } from './family.js';
import { mean, tInterval } from './intervals.js';
import { inverse, logOf, ratioOf } from './log-ratio.js';
import { pairedDifference } from './paired.js';
import { evidenceOfNext, predictionInterval } from './prediction.js';
import { slopeOf, trendOverTrials } from './trend.js';

/** Hours of sleep gained, drug 2 over drug 1: Student (1908), as tabulated in R's `sleep`. */
const sleep = [1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4];

const values = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 12 });

describe('ratios', () => {
  it('are those of geometric means, with the t interval of the logarithms', () => {
    const logs = [2, 4, 8].map(logOf);
    const { ratio, interval } = ratioOf(pairedDifference(logs));
    expect(ratio).toBeCloseTo(4, 12);
    // t = 4.30265, standard error ln 2 / sqrt(3): a factor of 5.594998.
    expect(interval!.low).toBeCloseTo(4 / 5.594998, 4);
    expect(inverse(interval!).high).toBeCloseTo(5.594998 / 4, 4);
  });
  it('of what is not positive are none, and support nothing', () => {
    for (const bad of [0, -1, Number.NaN]) {
      const found = pairedDifference([1, 2, bad].map(logOf));
      expect(ratioOf(found)).toEqual({ ratio: null, interval: null });
      expect(judgeFamily([claimThat(found, 'above')])[0].verdict).toMatchObject({
        outcome: 'undecided',
        reason: { kind: 'no-number' },
      });
    }
  });
  it('do not depend on which side is divided', () => {
    fc.assert(
      fc.property(values, (logs) => {
        const one = ratioOf(pairedDifference(logs));
        const other = ratioOf(pairedDifference(logs.map((log) => -log)));
        expect(one.ratio! * other.ratio!).toBeCloseTo(1, 9);
        expect(Math.log(one.interval!.low)).toBeCloseTo(-Math.log(other.interval!.high), 9);
      }),
    );
  });
});

describe('prediction', () => {
  it('agrees with scipy for one and for five further trials', () => {
    const one = predictionInterval(sleep)!;
    expect(one.low).toBeCloseTo(-1.3382509, 6);
    expect(one.high).toBeCloseTo(4.4982509, 6);
    const five = predictionInterval(sleep, 5)!;
    expect(five.low).toBeCloseTo(0.0559932, 6);
    expect(five.high).toBeCloseTo(3.1040068, 6);
    expect(evidenceOfNext(sleep).p).toBeCloseTo(0.251747732, 8);
  });
  it('is wider than the interval of the mean, and comes near it for many further trials', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 20 }), (own, further) => {
        const [truth, next] = [tInterval(own)!, predictionInterval(own, further)!];
        expect(next.low).toBeLessThanOrEqual(truth.low + 1e-12);
        expect(next.high).toBeGreaterThanOrEqual(truth.high - 1e-12);
        expect(predictionInterval(own, 1e12)!.low).toBeCloseTo(truth.low, 6);
      }),
    );
  });
  it('says nothing of one trial, of none, and of NaN', () => {
    for (const few of [[], [1], [1, Number.NaN]]) expect(predictionInterval(few)).toBeNull();
    expect(evidenceOfNext([])).toEqual({ n: 0, mean: null, interval: null, p: null });
    expect(evidenceOfNext([1, 1, 1]).p).toBeNull();
  });
});

describe('trends', () => {
  it('fit the line that numpy fits', () => {
    const points = [5, 4.2, 3.1, 2.5].map((y, place) => ({ x: -place, y }));
    expect(slopeOf(points)).toBeCloseTo(0.86, 12);
    expect(slopeOf([{ x: 1, y: 2 }])).toBeNull();
    expect(
      slopeOf([
        { x: 1, y: 2 },
        { x: 1, y: 3 },
      ]),
    ).toBeNull();
  });
  it('are one slope a trial, of trials with enough points', () => {
    const line = (trial: number, slope: number, count: number) =>
      Array.from({ length: count }, (_, x) => ({ trial, x, y: 1 + slope * x }));
    const found = trendOverTrials([...line(2, 3, 4), ...line(0, 1, 3), ...line(1, 9, 2)]);
    expect(found.differences).toEqual([expect.closeTo(1, 12), expect.closeTo(3, 12)]);
    expect(trendOverTrials([])).toMatchObject({ n: 0, mean: null, p: null });
    expect(trendOverTrials([...line(0, 1, 3), { trial: 1, x: 0, y: Number.NaN }, ...line(1, 1, 3)]).p).toBeNull();
  });
});

describe('a family of claims', () => {
  const claim = (differences: readonly number[], expected: 'above' | 'below' = 'above'): Claim =>
    claimThat(pairedDifference(differences), expected);
  it('is corrected as a whole', () => {
    const alone = judgeFamily([claim([1, 2, 1.5, 0.4])]);
    expect(alone[0].verdict.outcome).toBe('supported');
    const beside = judgeFamily([
      claim([1, 2, 1.5, 0.4]),
      ...Array.from({ length: 9 }, () => claim([1, -1, 0.5, -0.4])),
    ]);
    expect(beside[0].verdict).toMatchObject({ outcome: 'undecided', reason: { kind: 'not-significant' } });
    expect(beside[0].holmP).toBeCloseTo(10 * pairedDifference([1, 2, 1.5, 0.4]).p!, 12);
  });
  it('supports nothing of an empty set, of NaN, of one trial, of no spread and of no difference', () => {
    const judged = judgeFamily([claim([]), claim([1, Number.NaN]), claim([7]), claim([2, 2, 2]), claim([0, 0, 0])]);
    expect(judged.map(({ verdict }) => verdict.outcome)).toEqual(Array(5).fill('undecided'));
    expect(judged.map(({ holmP }) => holmP)).toEqual(Array(5).fill(null));
    expect(judgeFamily([])).toEqual([]);
    expect(judgeTogether([[null], []])).toEqual([[null], []]);
  });
  it('is one also where its claims lie in several lists', () => {
    const all = [claim([1, 2, 1.5, 0.4]), claim([3, 2, 2.5]), claim([1, -1, 2])];
    expect(
      judgeTogether([
        [all[0], null],
        [all[1], all[2]],
      ])
        .flat()
        .filter((one) => one !== null),
    ).toEqual(judgeFamily(all));
  });
  it('contradicts what the opposite claim supports, and the other way round', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 6 }), (all) => {
        const up = judgeFamily(all.map((own) => claim(own, 'above')));
        const down = judgeFamily(all.map((own) => claim(own, 'below')));
        const opposite = { supported: 'contradicted', contradicted: 'supported', undecided: 'undecided' } as const;
        up.forEach(({ verdict }, place) => {
          expect(down[place].verdict.outcome).toBe(opposite[verdict.outcome]);
          if (verdict.outcome === 'supported') expect(mean(all[place])).toBeGreaterThan(0);
        });
      }),
    );
  });
});
