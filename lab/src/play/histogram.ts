import type { Histogram } from './weights-messages.js';

/** Bins of a histogram: an odd number, so that zero lies in the middle of one. */
const BINS = 41;

/** Share of the values that a histogram's range is to hold: a few outliers would press everything else into its middle. */
const HELD = 0.998;

/**
 * How far from zero a histogram of some values reaches.
 *
 * @param values any number of arrays, looked at as one
 */
export function reachOf(values: readonly Float32Array[]): number {
  const count = values.reduce((sum, { length }) => sum + length, 0);
  if (count === 0) return 1;
  const magnitudes = new Float32Array(count);
  let at = 0;
  for (const part of values) for (const value of part) magnitudes[at++] = Math.abs(value);
  magnitudes.sort();
  return magnitudes[Math.ceil(HELD * count) - 1] || 1;
}

/** Counts values into bins from `-reach` to `reach`. */
export function histogramOf(values: readonly Float32Array[], reach: number): Histogram {
  const counts = new Array<number>(BINS).fill(0);
  const scale = BINS / (2 * reach);
  for (const part of values) {
    for (const value of part) {
      const bin = Math.floor((value + reach) * scale);
      counts[Math.min(BINS - 1, Math.max(0, bin))]++;
    }
  }
  return { from: -reach, counts };
}
