import { formatFixed } from '../../analysis/format.js';
import type { PairMean } from '../../analysis/trial-pairs.js';

/** How many times as much as chance: 1.04, 12.3. */
export const timesText = (ratio: number): string => formatFixed(ratio, ratio >= 9.995 ? 1 : 2);

export const indexText = (index: number): string => formatFixed(index, 3);

/** "120 to 140", or one number. */
export function spanText(found: PairMean | null, format: (value: number) => string): string {
  if (found === null) return '';
  const [least, greatest] = [format(found.least), format(found.greatest)];
  return least === greatest ? least : `${least} to ${greatest}`;
}
