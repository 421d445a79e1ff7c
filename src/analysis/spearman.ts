import type { Interval } from './intervals.js';
import { mean } from './intervals.js';
import { normalQuantile } from './normal.js';

/** Ranks from 1; equal values share the mean of theirs. */
export function midRanks(values: readonly number[]): number[] {
  const order = values.map((_, place) => place).sort((a, b) => values[a] - values[b] || a - b);
  const ranks = new Array<number>(values.length);
  for (let begin = 0; begin < order.length; ) {
    let end = begin + 1;
    while (end < order.length && values[order[end]] === values[order[begin]]) end++;
    for (let i = begin; i < end; i++) ranks[order[i]] = (begin + end + 1) / 2;
    begin = end;
  }
  return ranks;
}

/**
 * Spearman's rank correlation: Pearson's of the ranks, equal values sharing theirs ("The Proof and Measurement of Association
 * between Two Things", 1904). Null for fewer than three pairs, or where a side is all the same.
 *
 * @param ys as many as xs
 */
export function spearman(xs: readonly number[], ys: readonly number[]): number | null {
  if (xs.length !== ys.length)
    throw new RangeError(`${xs.length} values have ${ys.length} partners; expected as many.`);
  if (xs.length < 3) return null;
  const [a, b] = [midRanks(xs), midRanks(ys)];
  const [centreA, centreB] = [mean(a), mean(b)];
  let [product, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += (a[i] - centreA) * (b[i] - centreB);
    squareA += (a[i] - centreA) ** 2;
    squareB += (b[i] - centreB) ** 2;
  }
  return squareA === 0 || squareB === 0 ? null : Math.max(-1, Math.min(1, product / Math.sqrt(squareA * squareB)));
}

/** Correlations closer to 1 than this are taken to be this far from it, where Fisher's z would be infinite. */
const CLOSE = 1e-6;

/** Fisher's z of a correlation, in which its spread hardly depends on it. */
export function fisherZ(correlation: number): number {
  return Math.atanh(Math.max(CLOSE - 1, Math.min(1 - CLOSE, correlation)));
}

/**
 * The interval of Spearman's correlation through Fisher's z, whose variance is (1 + rho^2 / 2) / (n - 3): Bonett and Wright,
 * "Sample Size Requirements for Estimating Pearson, Kendall and Spearman Correlations" (2000), equation 6.
 *
 * @returns null for fewer than four pairs
 */
export function spearmanInterval(correlation: number, pairs: number, confidence = 0.95): Interval | null {
  if (pairs < 4) return null;
  const z = fisherZ(correlation);
  const half = normalQuantile(0.5 + confidence / 2) * Math.sqrt((1 + correlation ** 2 / 2) / (pairs - 3));
  return { low: Math.tanh(z - half), high: Math.tanh(z + half) };
}
