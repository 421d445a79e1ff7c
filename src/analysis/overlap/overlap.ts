import { hypergeometricMoments, logUpperTail, type SetSizes } from './hypergeometric.js';

/** Two sets of places and what they have in common. */
export interface OverlapCounts extends SetSizes {
  readonly common: number;
}

/** How much two sets of places overlap, and how much two independent ones of their sizes would. */
export interface Overlap extends OverlapCounts {
  /** Common places as a share of those in either: 0 for none, 1 for the same set. Null where both are empty. */
  readonly jaccard: number | null;
  /** Common places of two independent sets, on average. */
  readonly expected: number;
  /** Their variance. */
  readonly variance: number;
  /** The Jaccard index of two independent sets with `expected` places in common. Null where both are empty. */
  readonly expectedJaccard: number | null;
  /** Common places over those expected: 1 for chance. Null where none are expected. */
  readonly ratio: number | null;
  /**
   * What is in common above chance, as a share of what could be: 0 for chance, 1 where one set is within the other, below
   * zero for less than chance. Null where chance leaves nothing to find, a set being empty or all there is.
   */
  readonly excess: number | null;
  /** Standard deviations of the distribution above its mean. Null where it has no spread, a set being empty or all there is. */
  readonly z: number | null;
}

/** Sums of counts, each with a distribution of its own: common places of all, their mean and their variance. */
interface Sums extends OverlapCounts {
  readonly expected: number;
  readonly variance: number;
  /** The most that could be in common. */
  readonly most: number;
}

function described({ size, first, second, common, expected, variance, most }: Sums): Overlap {
  const union = first + second - common;
  const room = most - expected;
  return {
    size,
    first,
    second,
    common,
    jaccard: union === 0 ? null : common / union,
    expected,
    variance,
    expectedJaccard: union === 0 ? null : expected / (first + second - expected),
    ratio: expected > 0 ? common / expected : null,
    excess: room > 1e-9 * Math.max(1, most) ? (common - expected) / room : null,
    z: variance > 0 ? (common - expected) / Math.sqrt(variance) : null,
  };
}

/** Two sets against the hypergeometric distribution of their sizes. */
export function overlapOf(counts: OverlapCounts): Overlap {
  const { mean: expected, variance } = hypergeometricMoments(counts);
  return described({ ...counts, expected, variance, most: Math.min(counts.first, counts.second) });
}

/**
 * Parts taken together, each drawn on its own: sets of a network's layers, of a layer's neurons or of its inputs. What is in
 * common is compared with independent sets that have the same sizes in every part, so that agreeing on how much each part
 * keeps counts as nothing.
 */
export function overlapOfParts(parts: readonly OverlapCounts[]): Overlap {
  const sums = { size: 0, first: 0, second: 0, common: 0, expected: 0, variance: 0, most: 0 };
  for (const part of parts) {
    const { mean, variance } = hypergeometricMoments(part);
    sums.size += part.size;
    sums.first += part.first;
    sums.second += part.second;
    sums.common += part.common;
    sums.expected += mean;
    sums.variance += variance;
    sums.most += Math.min(part.first, part.second);
  }
  return described(sums);
}

/** Overlaps of several parts, each already against a chance of its own, taken together. */
export function sumOverlaps(parts: readonly Pick<Overlap, 'common' | 'expected' | 'variance'>[]): {
  readonly common: number;
  readonly expected: number;
  /** Null where nothing is expected. */
  readonly ratio: number | null;
  /** Null where chance has no spread. */
  readonly z: number | null;
} {
  let [common, expected, variance] = [0, 0, 0];
  for (const part of parts) {
    common += part.common;
    expected += part.expected;
    variance += part.variance;
  }
  return {
    common,
    expected,
    ratio: expected > 0 ? common / expected : null,
    z: variance > 0 ? (common - expected) / Math.sqrt(variance) : null,
  };
}

/** Natural logarithm of the probability that two independent sets have at least as much in common. */
export function logChanceOf(counts: OverlapCounts): number {
  return logUpperTail(counts, counts.common);
}

/** Counts of two sets of places given as bytes, 1 for a place that is in the set. */
export function countOverlap(first: Uint8Array, second: Uint8Array): OverlapCounts {
  if (first.length !== second.length) {
    throw new RangeError(`masks of ${first.length} and ${second.length} places cannot be compared.`);
  }
  let [a, b, common] = [0, 0, 0];
  for (let i = 0; i < first.length; i++) {
    a += first[i];
    b += second[i];
    common += first[i] & second[i];
  }
  return { size: first.length, first: a, second: b, common };
}
