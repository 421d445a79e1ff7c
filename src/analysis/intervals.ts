import { studentQuantile } from './student.js';

/** A range that holds the true value with the stated confidence, in the units of the values. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The mean of at least one value. */
export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** The sample standard deviation (divisor n - 1); null for fewer than two values. */
export function deviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  let sum = 0;
  for (const value of values) sum += (value - centre) * (value - centre);
  return Math.sqrt(sum / (values.length - 1));
}

/** Quantiles that have been asked for: figures ask for the same few at every place of a curve, and one takes a quarter of a millisecond. */
const quantiles = new Map<number, Map<number, number>>();

function quantileOf(confidence: number, freedom: number): number {
  const known = quantiles.get(confidence) ?? new Map<number, number>();
  quantiles.set(confidence, known);
  const quantile = known.get(freedom) ?? studentQuantile(0.5 + confidence / 2, freedom);
  known.set(freedom, quantile);
  return quantile;
}

/**
 * Student's t interval of the mean.
 *
 * @param confidence between 0 and 1
 * @returns null for fewer than two values, which say nothing of spread, and where one of them is no number
 */
export function tInterval(values: readonly number[], confidence = 0.95): Interval | null {
  const spread = deviation(values);
  if (spread === null || Number.isNaN(spread)) return null;
  const half = (quantileOf(confidence, values.length - 1) * spread) / Math.sqrt(values.length);
  const centre = mean(values);
  return { low: centre - half, high: centre + half };
}
