import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankCorrelation, ranksOf } from '../rank-correlation.js';
import {
  agreementOf,
  coreOf,
  countOverlap,
  expectedCounts,
  hypergeometricMoments,
  livingParts,
  logChanceOf,
  logHypergeometric,
  logUpperTail,
  overlapOf,
  overlapOfParts,
  overlapWithinParts,
  partsOf,
  poissonBinomial,
  tensorOverlap,
  unionOf,
} from './index.js';

/** Every set of so many of the places, as bytes. */
function setsOf(size: number, count: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let bits = 0; bits < 2 ** size; bits++) {
    const set = Uint8Array.from({ length: size }, (_, i) => (bits >>> i) & 1);
    if (set.reduce((sum, bit) => sum + bit, 0) === count) found.push(set);
  }
  return found;
}

const sizes = fc
  .integer({ min: 0, max: 8 })
  .chain((size) => fc.record({ size: fc.constant(size), first: fc.nat(size), second: fc.nat(size) }));

const bytes = (length: number) =>
  fc.array(fc.nat(1), { minLength: length, maxLength: length }).map((bits) => Uint8Array.from(bits));

const pairs = fc.integer({ min: 1, max: 40 }).chain((length) => fc.tuple(bytes(length), bytes(length)));

describe('the hypergeometric law', () => {
  it('is that of all pairs of sets, counted one by one', () => {
    fc.assert(
      fc.property(sizes, (law) => {
        const { size, first, second } = law;
        const all = setsOf(size, first).flatMap((a) => setsOf(size, second).map((b) => countOverlap(a, b).common));
        const mean = all.reduce((sum, common) => sum + common, 0) / all.length;
        const variance = all.reduce((sum, common) => sum + (common - mean) ** 2, 0) / all.length;
        const moments = hypergeometricMoments(law);
        expect(moments.mean).toBeCloseTo(mean, 10);
        expect(moments.variance).toBeCloseTo(variance, 10);
        for (let common = -1; common <= size + 1; common++) {
          const here = all.filter((one) => one === common).length / all.length;
          const atLeast = all.filter((one) => one >= common).length / all.length;
          expect(Math.exp(logHypergeometric(law, common))).toBeCloseTo(here, 10);
          expect(Math.exp(logUpperTail(law, common))).toBeCloseTo(atLeast, 10);
        }
        for (const common of new Set(all)) {
          const { z, expected } = overlapOf({ ...law, common });
          expect(expected).toBeCloseTo(mean, 10);
          if (variance === 0) expect(z).toBeNull();
          else expect(z).toBeCloseTo((common - mean) / Math.sqrt(variance), 8);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has tails that add up, also where they are far below the least number', () => {
    const law = { size: 235_200, first: 47_040, second: 47_040 };
    const { mean } = hypergeometricMoments(law);
    expect(mean).toBeCloseTo(9408, 6);
    for (const common of [9200, 9408, 9409, 9600, 12_000]) {
      const here = Math.exp(logHypergeometric(law, common));
      const change = Math.exp(logUpperTail(law, common)) - Math.exp(logUpperTail(law, common + 1));
      expect(Math.abs(change - here)).toBeLessThan(1e-9);
    }
    const far = logUpperTail(law, 30_000);
    expect(far).toBeLessThan(-10_000);
    expect(Number.isFinite(far)).toBe(true);
    expect(logUpperTail(law, 47_040)).toBe(logHypergeometric(law, 47_040));
  });
});

describe('overlap', () => {
  it('of masks is what their sets say, and the same from either side', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const found = overlapOf(countOverlap(a, b));
        const places = (mask: Uint8Array) => new Set([...mask.keys()].filter((i) => mask[i] === 1));
        const [first, second] = [places(a), places(b)];
        const both = [...first].filter((i) => second.has(i)).length;
        const either = new Set([...first, ...second]).size;
        expect(found.common).toBe(both);
        expect(found.jaccard).toEqual(either === 0 ? null : both / either);
        const turned = overlapOf(countOverlap(b, a));
        expect(turned.jaccard).toBe(found.jaccard);
        expect(turned.z === null).toBe(found.z === null);
        if (found.z !== null) expect(turned.z).toBeCloseTo(found.z, 9);
        if (found.excess !== null) expect(found.excess).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('says nothing where one mask is empty or full', () => {
    expect(overlapOf({ size: 10, first: 0, second: 4, common: 0 })).toMatchObject({
      jaccard: 0,
      ratio: null,
      excess: null,
      z: null,
    });
    expect(overlapOf({ size: 10, first: 10, second: 4, common: 4 })).toMatchObject({ ratio: 1, excess: null, z: null });
    expect(overlapOf({ size: 0, first: 0, second: 0, common: 0 })).toMatchObject({
      jaccard: null,
      ratio: null,
      z: null,
    });
    expect(overlapOf({ size: 1, first: 1, second: 0, common: 0 }).z).toBeNull();
  });

  it('has numbers that can be worked out by hand', () => {
    // 12 of 20 and 5 of 20: 3 expected, variance 3 (8/20)(15)/19.
    const found = overlapOf({ size: 20, first: 12, second: 5, common: 4 });
    expect(found).toMatchObject({ jaccard: 4 / 13, ratio: 4 / 3, expectedJaccard: 3 / 14, excess: 1 / 2 });
    expect(found.z).toBeCloseTo(1 / Math.sqrt((3 * 0.4 * 15) / 19), 12);
    expect(logChanceOf({ size: 4, first: 2, second: 2, common: 2 })).toBeCloseTo(Math.log(1 / 6), 12);
  });

  it('of parts adds means and variances, and of one part is that of the whole', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const counts = countOverlap(a, b);
        expect(overlapOfParts([counts])).toEqual(overlapOf(counts));
        const two = overlapOfParts([counts, counts]);
        const one = overlapOf(counts);
        expect(two.jaccard).toBe(one.jaccard);
        expect(two.expected).toBeCloseTo(2 * one.expected, 9);
        if (one.z === null) expect(two.z).toBeNull();
        else expect(two.z).toBeCloseTo(Math.SQRT2 * one.z, 9);
      }),
    );
  });
});

describe('overlap of a tensor', () => {
  const tensors = fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }))
    .chain(([outputs, inputs, area]) => {
      const size = outputs * inputs * area;
      return fc.tuple(fc.constant([outputs, inputs, area]), bytes(size), bytes(size));
    });

  it('is given of the whole, of each output and of each input', () => {
    fc.assert(
      fc.property(tensors, ([shape, a, b]) => {
        const [outputs, inputs, area] = shape;
        const found = tensorOverlap(shape, a, b);
        expect(found).toMatchObject(countOverlap(a, b));
        const width = inputs * area;
        partsOf(found.rows).forEach((row, i) => {
          const cut = (mask: Uint8Array) => mask.subarray(i * width, (i + 1) * width);
          expect(row).toEqual(countOverlap(cut(a), cut(b)));
        });
        partsOf(found.columns).forEach((column, j) => {
          const cut = (mask: Uint8Array) => mask.filter((_, place) => Math.floor(place / area) % inputs === j);
          expect(column).toEqual(countOverlap(cut(a), cut(b)));
        });
        expect(found.rows.first).toHaveLength(outputs);
        expect(overlapWithinParts(found.rows).common).toBe(found.common);
      }),
    );
  });

  it('counts as nothing that both keep the same neurons, once it knows how much each keeps', () => {
    // Both keep all of the first neuron and nothing of the others: far above chance, and none of it within neurons.
    const mask = Uint8Array.from({ length: 40 }, (_, i) => (i < 10 ? 1 : 0));
    const found = tensorOverlap([4, 10], mask, mask);
    expect(overlapOf(found).z).toBeGreaterThan(5);
    expect(overlapWithinParts(found.rows)).toMatchObject({ ratio: 1, z: null, excess: null });
    expect(livingParts(found.rows)).toEqual({ size: 4, first: 1, second: 1, common: 1 });
    expect(livingParts(found.columns)).toEqual({ size: 10, first: 10, second: 10, common: 10 });
  });

  it('is refused of masks of another shape', () => {
    expect(() => tensorOverlap([2, 3], new Uint8Array(6), new Uint8Array(5))).toThrow('6 and 5 places; expected 6.');
    expect(() => countOverlap(new Uint8Array(6), new Uint8Array(5))).toThrow(RangeError);
  });
});

describe('what several masks agree on', () => {
  it('is counted place by place', () => {
    const masks = [Uint8Array.of(1, 1, 0, 0, 1), Uint8Array.of(1, 0, 0, 1, 1), Uint8Array.of(1, 0, 0, 1, 0)];
    expect(agreementOf(masks)).toEqual({ size: 5, kept: [3, 3, 2], counts: [1, 1, 2, 1] });
    expect([...coreOf(masks)]).toEqual([1, 0, 0, 0, 0]);
    expect([...unionOf(masks)]).toEqual([1, 1, 0, 1, 1]);
  });

  it('by chance is the mean over all masks of those sizes', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 5 })
          .chain((size) =>
            fc.record({ size: fc.constant(size), kept: fc.array(fc.nat(size), { minLength: 1, maxLength: 3 }) }),
          ),
        ({ size, kept }) => {
          let all: Uint8Array[][] = [[]];
          for (const count of kept) all = all.flatMap((some) => setsOf(size, count).map((set) => [...some, set]));
          const sums = new Array<number>(kept.length + 1).fill(0);
          for (const masks of all) {
            agreementOf(masks).counts.forEach((count, k) => {
              sums[k] += count / all.length;
            });
          }
          expectedCounts({ size, kept, counts: [] }).forEach((count, k) => {
            expect(count).toBeCloseTo(sums[k], 9);
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('follows the binomial law where all densities are the same', () => {
    const law = poissonBinomial([0.2, 0.2, 0.2]);
    [0.512, 0.384, 0.096, 0.008].forEach((p, k) => {
      expect(law[k]).toBeCloseTo(p, 12);
    });
    expect(expectedCounts({ size: 0, kept: [0, 0], counts: [] })).toEqual([0, 0, 0]);
    expect(() => agreementOf([new Uint8Array(2), new Uint8Array(3)])).toThrow(RangeError);
  });
});

describe('rank correlation', () => {
  it('is 1 in one order, -1 in the other, and nothing without spread', () => {
    expect(ranksOf([3, 1, 3, 0])).toEqual([3.5, 2, 3.5, 1]);
    expect(rankCorrelation([1, 2, 30], [-1, 0, 1])).toBe(1);
    expect(rankCorrelation([1, 2, 30], [5, 4, 3])).toBe(-1);
    // Ranks 1 2 3 4 against 2 1 4 3: 1 - 6 (4) / (4 (16 - 1)).
    expect(rankCorrelation([1, 2, 3, 4], [2, 1, 4, 3])).toBeCloseTo(0.6, 12);
    expect(rankCorrelation([1, 1], [2, 3])).toBeNull();
    expect(rankCorrelation([1], [2])).toBeNull();
    expect(() => rankCorrelation([1], [])).toThrow(RangeError);
  });
});
