import type { Interval } from './intervals.js';
import { normalQuantile } from './normal.js';

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
