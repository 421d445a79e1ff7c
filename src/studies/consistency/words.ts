import { formatFixed, formatInterval } from '../../analysis/format.js';
import type { PairMean } from '../../analysis/pairs.js';

/** How many times as much as chance: 1.04, 12.3. */
export const timesText = (ratio: number): string => formatFixed(ratio, ratio >= 9.995 ? 1 : 2);

export const indexText = (index: number): string => formatFixed(index, 3);

/** "1.85 (1.70 to 2.00)"; without its interval where there is none, nothing where there is no pair. */
export function meanText(found: PairMean | null, format: (value: number) => string): string {
  if (found === null) return '';
  const interval = found.interval === null ? '' : ` (${formatInterval(found.interval, format)})`;
  return `${format(found.mean)}${interval}`;
}

/** "120 to 140", or one number. */
export function spanText(found: PairMean | null, format: (value: number) => string): string {
  if (found === null) return '';
  const [least, greatest] = [format(found.least), format(found.greatest)];
  return least === greatest ? least : `${least} to ${greatest}`;
}

/** "95% interval 1.70 to 2.00", with what follows or goes before it; nothing without an interval. */
export const intervalText = (
  { interval }: PairMean,
  format: (value: number) => string,
  before = '',
  after = '',
): string => (interval === null ? '' : `${before}95% interval ${formatInterval(interval, format)}${after}`);
