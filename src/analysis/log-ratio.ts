import type { Interval } from './intervals.js';
import type { PairedDifference } from './paired.js';

/**
 * Ratios of positive quantities. Times and losses vary by factors: the spread of a time grows with the time, and a ratio of means of
 * few trials is skewed. Their logarithms are close to normal, so that Student's t of the mean log ratio over trials holds what it
 * promises also for three trials; back from the logarithm it is a ratio of geometric means with its interval.
 */

/** The logarithm of a positive number; NaN of anything else, which has no ratio. */
export const logOf = (value: number): number => (value > 0 ? Math.log(value) : Number.NaN);

/** A mean difference of logarithms as a ratio. */
export interface Ratio {
  /** Null where there is no pair, or one of them has no ratio. */
  readonly ratio: number | null;
  /** 95%; null for fewer than two pairs. */
  readonly interval: Interval | null;
}

const up = ({ low, high }: Interval): Interval => ({ low: Math.exp(low), high: Math.exp(high) });

/** @param logs differences of natural logarithms, one a trial */
export function ratioOf({ mean, interval }: Pick<PairedDifference, 'mean' | 'interval'>): Ratio {
  const isNumber = mean !== null && Number.isFinite(mean);
  return { ratio: isNumber ? Math.exp(mean) : null, interval: isNumber && interval !== null ? up(interval) : null };
}

/** The other way round: how many times as fast where the ratio is of times. */
export const inverse = ({ low, high }: Interval): Interval => ({ low: 1 / high, high: 1 / low });
