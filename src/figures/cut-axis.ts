import { median } from '../analysis/index.js';

/**
 * The range of an axis that shows most means well: a few that lie far below (a network that learned nothing) are left under
 * it, to be drawn at its foot. What counts as far is a multiple of the spread of the upper three quarters, after Tukey.
 *
 * @param means at least one
 * @param others what should be on the axis too, such as the dense network's mean
 * @returns the range, with some room at both ends; `isCut` when some mean lies below it
 */
export function cutAxis(
  means: readonly number[],
  others: readonly number[] = [],
): { low: number; high: number; isCut: boolean } {
  const high = Math.max(...means, ...others);
  const centre = median(means);
  const lowerHalf = means.filter((value) => value <= centre);
  const fence = centre - Math.max(3 * (high - centre), 4 * (centre - median(lowerHalf)));
  const kept = [...means.filter((value) => value >= fence), ...others.filter((value) => value >= fence), high];
  const low = Math.min(...kept);
  const room = 0.08 * (high - low || Math.abs(high) * 0.01 || 1);
  return { low: low - room, high: high + room, isCut: means.some((value) => value < low - room) };
}
