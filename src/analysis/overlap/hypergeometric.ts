import { logGamma } from '../student.js';

/**
 * Two sets of places drawn independently, each uniformly among all sets of its size: how many places they have in common
 * follows the hypergeometric distribution, whichever of the two is held fixed.
 */
export interface SetSizes {
  /** Places in all. */
  readonly size: number;
  /** Places in either set. */
  readonly first: number;
  readonly second: number;
}

/** Mean and variance of the places in common. */
export function hypergeometricMoments({ size, first, second }: SetSizes): {
  readonly mean: number;
  readonly variance: number;
} {
  if (size === 0) return { mean: 0, variance: 0 };
  const mean = (first / size) * second;
  // One place is in both or it is not: the variance of a single draw is none where it is certain.
  const variance = size === 1 ? 0 : (mean * ((size - first) / size) * (size - second)) / (size - 1);
  return { mean, variance };
}

const logChoose = (n: number, k: number) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);

/** Natural logarithm of the probability of so many places in common; minus infinity where that cannot be. */
export function logHypergeometric({ size, first, second }: SetSizes, common: number): number {
  if (common < Math.max(0, first + second - size) || common > Math.min(first, second)) return Number.NEGATIVE_INFINITY;
  return logChoose(first, common) + logChoose(size - first, second - common) - logChoose(size, second);
}

/**
 * Natural logarithm of the probability of at least so many places in common. Terms are summed from the observed one outwards,
 * relative to it, so that a tail far below the least positive number still has its logarithm.
 */
export function logUpperTail(sizes: SetSizes, common: number): number {
  const { size, first, second } = sizes;
  const least = Math.max(0, first + second - size);
  const most = Math.min(first, second);
  if (common <= least) return 0;
  if (common > most) return Number.NEGATIVE_INFINITY;
  if (common > hypergeometricMoments(sizes).mean) {
    let sum = 1;
    let term = 1;
    for (let x = common; x < most && term > sum * 1e-17; x++) {
      term *= ((first - x) / (x + 1)) * ((second - x) / (size - first - second + x + 1));
      sum += term;
    }
    return Math.min(0, logHypergeometric(sizes, common) + Math.log(sum));
  }
  let sum = 1;
  let term = 1;
  for (let x = common - 1; x > least && term > sum * 1e-17; x--) {
    term *= (x / (first - x + 1)) * ((size - first - second + x) / (second - x + 1));
    sum += term;
  }
  const below = Math.min(1, Math.exp(logHypergeometric(sizes, common - 1) + Math.log(sum)));
  return Math.log1p(-below);
}
