/** Medians and quartiles of samples, and ratios of samples that were taken in turns. */

/** The value below which a share of the samples lies, interpolated. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  return sorted[low] + (place - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** A ratio of two cases: the median, and the quartiles, of its values in each round. */
export interface Ratio {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The ratio of two cases that took turns: of each round the ratio of its two samples, so that what changed slowly, such as
 * the clock of the processor, falls on both.
 */
export function pairedRatio(above: readonly number[], below: readonly number[]): Ratio {
  const ratios = above.map((value, round) => value / below[round]);
  return { value: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}

const threeDigits = (value: number) => Number(value.toPrecision(3)).toLocaleString('en-US');

/** "1.09 (1.06 to 1.17)": median and interquartile range. */
export function spread(values: readonly number[]): string {
  return `${threeDigits(median(values))} (${threeDigits(quantile(values, 0.25))} to ${threeDigits(quantile(values, 0.75))})`;
}

/** A ratio in two or three digits: 0.056, 0.29, 1.2, 12. */
export function ratioText(value: number): string {
  if (value >= 10) return value.toFixed(0);
  if (value >= 1) return value.toFixed(2).replace(/0$/, '');
  return value >= 0.1 ? value.toFixed(2) : value.toFixed(3);
}
