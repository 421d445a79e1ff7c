import { median } from '../analysis/index.js';

/** The range of an axis, and whether a mean lies below it. */
export interface CutAxis {
  readonly low: number;
  readonly high: number;
  readonly isCut: boolean;
}

/**
 * The range of an axis that shows most means well: a few that lie far below (a network that learned nothing) are left under
 * it, to be drawn at its foot. What counts as far is a multiple of the median distance from the median. The
 * ends of intervals are on it as far as that does not make it more than twice as long.
 *
 * @param means at least one
 * @param options.ends of intervals
 * @param options.isWhole leaves no mean under the axis
 * @param options.most the largest that a value can be, which the axis does not go beyond
 */
export function cutAxis(
  means: readonly number[],
  {
    ends = [],
    isWhole = false,
    most = Number.POSITIVE_INFINITY,
  }: { readonly ends?: readonly number[]; readonly isWhole?: boolean; readonly most?: number } = {},
): CutAxis {
  const highest = Math.max(...means);
  const centre = median(means);
  const spread = median(means.map((value) => Math.abs(value - centre)));
  const fence = centre - Math.max(3 * (highest - centre), 8 * spread);
  const lowest = Math.min(...means.filter((value) => isWhole || value >= fence));
  const span = highest - lowest || Math.abs(highest) * 0.01 || 1;
  const room = 0.08 * span;
  const low = Math.max(lowest - span / 2, Math.min(lowest, ...ends.filter((end) => isWhole || end >= fence))) - room;
  const high = Math.min(most, Math.min(highest + span / 2, Math.max(highest, ...ends)) + room);
  return { low, high, isCut: means.some((value) => value < low) };
}

/** Some three to five round numbers within a range. */
export function evenTicks(low: number, high: number): number[] {
  const rough = (high - low) / 5.5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((size) => size >= rough)!;
  const ticks: number[] = [];
  // From a little below 0 the first would be -0, which is read as "-0".
  for (let tick = Math.ceil(low / step) + 0; tick * step <= high; tick++) ticks.push(tick * step);
  return ticks;
}
