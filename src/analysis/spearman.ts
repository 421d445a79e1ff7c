import type { Interval } from './intervals.js';
import { normalCdf, normalQuantile } from './normal.js';

/** Correlations closer to 1 than this are taken to be this far from it, where Fisher's z would be infinite. */
const CLOSE = 1e-6;

/** Fisher's z of a correlation, in which its spread hardly depends on it. */
export function fisherZ(correlation: number): number {
  return Math.atanh(Math.max(CLOSE - 1, Math.min(1 - CLOSE, correlation)));
}

/**
 * Two-sided p that rank correlations of several samples are all chance, by their sum. Where every order is as likely, a rank
 * correlation of n pairs has mean 0 and variance 1 / (n - 1), equal values or not (Kendall, "Rank Correlation Methods", chapter
 * 5), and a sum of some tens of pairs is close to normal. Each sample counts as much as any other.
 *
 * @returns null without any sample of two pairs or more
 */
export function chanceOfCorrelations(
  samples: readonly { readonly correlation: number; readonly pairs: number }[],
): number | null {
  const some = samples.filter(({ pairs }) => pairs > 1);
  if (some.length === 0) return null;
  const sum = some.reduce((all, { correlation }) => all + correlation, 0);
  const variance = some.reduce((all, { pairs }) => all + 1 / (pairs - 1), 0);
  return 2 * normalCdf(-Math.abs(sum) / Math.sqrt(variance));
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
