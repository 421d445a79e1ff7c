import { mean } from './intervals.js';
import { type PairedDifference, pairedDifference } from './paired.js';

/** A point of one trial's course. */
export interface TrendPoint {
  readonly trial: number;
  readonly x: number;
  readonly y: number;
}

/** The slope of the least-squares line; null for fewer than two different x. */
export function slopeOf(points: readonly Pick<TrendPoint, 'x' | 'y'>[]): number | null {
  if (points.length < 2) return null;
  const centre = mean(points.map(({ x }) => x));
  const level = mean(points.map(({ y }) => y));
  let [squares, products] = [0, 0];
  for (const { x, y } of points) {
    squares += (x - centre) * (x - centre);
    products += (x - centre) * (y - level);
  }
  return squares === 0 ? null : products / squares;
}

/**
 * A trend as one test: each trial's slope, and Student's t of their mean. Points of one trial share its network and data; the
 * trial is what is repeated.
 *
 * @param least points that a trial must have to be counted
 */
export function trendOverTrials(points: readonly TrendPoint[], least = 3): PairedDifference {
  const trials = [...new Set(points.map(({ trial }) => trial))].sort((a, b) => a - b);
  const slopes = trials.flatMap((trial) => {
    const own = points.filter((point) => point.trial === trial);
    const slope = own.length < least ? null : slopeOf(own);
    return slope === null ? [] : [slope];
  });
  return pairedDifference(slopes);
}
