/** An axis of barriers in percentage points, linear up to half a point and logarithmic beyond, so that 0.1 and 80 are both seen. */
export const BARRIER_CONSTANT = 0.5;

const TICKS = [0, 0.5, 1, 2, 5, 10, 20, 50, 100];

/** @param barriers all that is to be on the axis, in points */
export function barrierAxis(barriers: readonly number[]): {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
} {
  const highest = Math.max(4, ...barriers) * 1.15;
  const high = Math.min(100, TICKS.find((tick) => tick >= highest) ?? 100);
  return { domain: [0, high], ticks: TICKS.filter((tick) => tick <= high) };
}
