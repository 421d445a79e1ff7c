import { formatCount, formatInterval } from './format.js';
import type { Interval } from './intervals.js';

/** Means with their intervals in words, the same in every table and sentence. */

/** A mean over trials, or over pairs of them, and its 95% interval; null where there are too few to have one. */
export interface Estimate {
  readonly mean: number | null;
  readonly interval: Interval | null;
}

type Format = (value: number) => string;

/**
 * "0.42 (0.31 to 0.53)", for a table; without the interval where there is none, "" without a mean.
 *
 * @param ofInterval format of the interval's ends, where it is another
 */
export function estimateText(found: Estimate | null, format: Format, ofInterval: Format = format): string {
  if (found === null || found.mean === null) return '';
  const { mean, interval } = found;
  return `${format(mean)}${interval === null ? '' : ` (${formatInterval(interval, ofInterval)})`}`;
}

/** "95% interval 0.31 to 0.53", with what comes before and after it; "" where there is no interval. */
export function confidenceText(interval: Interval | null, format: Format, before = '', after = ''): string {
  return interval === null ? '' : `${before}95% interval ${formatInterval(interval, format)}${after}`;
}

/**
 * "0.42 points (95% interval 0.31 to 0.53, 3 trials)", for a sentence; "0.42 points (one trial, so no interval)".
 *
 * @param unit what follows the mean
 * @param more what follows the number of trials
 */
export function estimateSentence(
  { mean, interval, n }: { readonly mean: number; readonly interval: Interval | null; readonly n: number },
  format: Format,
  unit = '',
  more = '',
): string {
  const evidence =
    interval === null
      ? 'one trial, so no interval'
      : `${confidenceText(interval, format)}, ${formatCount(n, 'trial')}${more}`;
  return `${format(mean)}${unit} (${evidence})`;
}
