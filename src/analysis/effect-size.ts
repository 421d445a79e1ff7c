import { deviation, mean } from './intervals.js';
import { logGamma } from './student.js';

/**
 * Cliff's delta: how much more often a value of one group lies above one of the other than below, -1 to 1 ("Dominance
 * Statistics: Ordinal Analyses to Answer Ordinal Questions", 1993). Null where a group is empty or has a NaN.
 */
export function cliffsDelta(ones: readonly number[], others: readonly number[]): number | null {
  if (ones.length === 0 || others.length === 0 || [...ones, ...others].some(Number.isNaN)) return null;
  let sum = 0;
  for (const one of ones) for (const other of others) sum += Math.sign(one - other);
  return sum / (ones.length * others.length);
}

/** What makes a standardised difference right on average when the deviation has so many degrees of freedom (Hedges 1981, equation 6e). */
export function hedgesCorrection(freedom: number): number {
  if (freedom < 2) return 0;
  return Math.exp(logGamma(freedom / 2) - logGamma((freedom - 1) / 2)) / Math.sqrt(freedom / 2);
}

/** Hedges' g: the difference of two means in pooled standard deviations, corrected for few values; null where there is no spread, or a NaN. */
export function hedgesG(ones: readonly number[], others: readonly number[]): number | null {
  const freedom = ones.length + others.length - 2;
  if (ones.length === 0 || others.length === 0 || freedom < 2) return null;
  if ([...ones, ...others].some(Number.isNaN)) return null;
  const squares = [ones, others].reduce((sum, group) => sum + (group.length - 1) * (deviation(group) ?? 0) ** 2, 0);
  // Of equal numbers the mean may be off by rounding, and so their deviation; they have none all the same.
  if (squares === 0 || [ones, others].every((group) => group.every((value) => value === group[0]))) return null;
  return (hedgesCorrection(freedom) * (mean(ones) - mean(others))) / Math.sqrt(squares / freedom);
}

/**
 * How far one value lies from the mean of a population, in standard deviations of that, with Hedges' correction: what his g is
 * for a group of one, whose own spread is unknown. Null where the population has no spread or fewer than three values.
 */
export function standardised(value: number, population: readonly number[]): number | null {
  if (population.length < 3) return null;
  return hedgesG([value], population);
}
