import type { LevelComparison, MetricContrast } from '../comparison.js';
import { confidenceText } from '../estimate-words.js';
import { formatCount, formatDensity, formatFixed, ratioFormat } from '../format.js';
import { inverse } from '../log-ratio.js';

/** Comparisons in words, the same in statements and in the headline. */

type Compared = Pick<MetricContrast, 'ratio' | 'ticketMean' | 'otherMean'>;

/** "At 21.0% of weights". */
export function atLevel(level: LevelComparison): string {
  return `At ${formatDensity(level.density)}% of weights`;
}

/** "3.4 times as fast as", of times; "not comparable in speed with" where there is no ratio. */
export function fasterThan({ ratio, ratioInterval }: Pick<MetricContrast, 'ratio' | 'ratioInterval'>): string {
  if (ratio === null) return 'not comparable in speed with';
  return `${ratioFormat(ratioInterval && inverse(ratioInterval))(1 / ratio)} times as fast as`;
}

/** "95% interval 3.1 to 3.8" of how many times as fast. */
export function fasterInterval({ ratioInterval }: Pick<MetricContrast, 'ratioInterval'>, before = '', after = '') {
  const speeds = ratioInterval && inverse(ratioInterval);
  return confidenceText(speeds, ratioFormat(speeds), before, after);
}

/**
 * "38% earlier than", "12% later than", "as early as"; "at the same time as" where nothing lies between; without a share where
 * there is no ratio, one of the two being at iteration 0.
 */
export function earlierThan({ ratio, ticketMean, otherMean }: Compared): string {
  if (ticketMean === null || otherMean === null || Number.isNaN(ticketMean - otherMean)) {
    return 'at a time not comparable with';
  }
  if (ticketMean === otherMean && (ratio === null || ratio === 1)) return 'at the same time as';
  if (ratio === null) return `${ticketMean < otherMean ? 'earlier' : 'later'} than`;
  return percentOff(ratio, 'earlier', 'later', 'as early');
}

/** "48% lower than", of losses. */
export function lowerThan({ ratio }: Compared): string {
  return ratio === null ? 'not comparable with' : percentOff(ratio, 'lower', 'higher', 'as low');
}

function percentOff(ratio: number, below: string, above: string, same: string): string {
  const percent = Math.round(Math.abs(1 - ratio) * 100);
  if (percent === 0) return `${same} as`;
  return `${percent}% ${ratio < 1 ? below : above} than`;
}

/** "0.42 points more accurate than", "as accurate as"; of a difference of shares, and where it was measured. */
export function accurateThan(difference: number, where = ''): string {
  if (Number.isNaN(difference)) return `not comparable in accuracy${where} with`;
  const size = formatFixed(Math.abs(difference) * 100, 2);
  return size === '0.00'
    ? `as accurate${where} as`
    : `${size} points ${difference > 0 ? 'more' : 'less'} accurate${where} than`;
}

/** "ratio 0.62, 95% interval 0.57 to 0.68, 3 trials". */
export function ratioEvidence({ ratio, ratioInterval, n }: MetricContrast): string {
  const format = ratioFormat(ratioInterval);
  const found = ratio === null ? 'no ratio' : `ratio ${format(ratio)}${confidenceText(ratioInterval, format, ', ')}`;
  return `${found}, ${formatCount(n, 'trial')}`;
}
