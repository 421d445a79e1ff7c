import { StreamReader, stream } from '../random/stream.js';
import { normalCdf, normalQuantile } from './normal.js';
import { studentQuantile } from './student.js';

/** A range that holds the true value with the stated confidence, in the units of the values. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The mean of at least one value. */
export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** The sample standard deviation (divisor n - 1); null for fewer than two values. */
export function deviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  let sum = 0;
  for (const value of values) sum += (value - centre) * (value - centre);
  return Math.sqrt(sum / (values.length - 1));
}

/**
 * Student's t interval of the mean.
 *
 * @param confidence between 0 and 1
 * @returns null for fewer than two values, which say nothing of spread, and where one of them is no number
 */
export function tInterval(values: readonly number[], confidence = 0.95): Interval | null {
  const spread = deviation(values);
  if (spread === null || Number.isNaN(spread)) return null;
  const half = (studentQuantile(0.5 + confidence / 2, values.length - 1) * spread) / Math.sqrt(values.length);
  const centre = mean(values);
  return { low: centre - half, high: centre + half };
}

/** How a bootstrap draws. */
export interface BootstrapOptions {
  readonly confidence?: number;
  readonly resamples?: number;
  readonly seed?: number;
}

/**
 * The bias-corrected and accelerated bootstrap interval of any statistic: Efron, "Better Bootstrap Confidence
 * Intervals" (1987). The resamples come from a stream of `seed`, so the same rows give the same interval.
 *
 * @param rows the units of replication, such as trials; at least two
 * @param statistic of any number of rows; resamples where it is not finite are left out
 * @returns null for fewer than two rows, or when the statistic is not finite
 */
export function bootstrapInterval<Row>(
  rows: readonly Row[],
  statistic: (rows: readonly Row[]) => number,
  { confidence = 0.95, resamples = 4000, seed = 0 }: BootstrapOptions = {},
): Interval | null {
  const count = rows.length;
  const observed = count < 2 ? Number.NaN : statistic(rows);
  if (!Number.isFinite(observed)) return null;
  const reader = new StreamReader(stream(seed, 'bootstrap'));
  const found: number[] = [];
  const sample: Row[] = [...rows];
  for (let resample = 0; resample < resamples; resample++) {
    for (let i = 0; i < count; i++) sample[i] = rows[reader.below(count)];
    const value = statistic(sample);
    if (Number.isFinite(value)) found.push(value);
  }
  if (found.length === 0) return null;
  found.sort((a, b) => a - b);
  if (found[0] === found[found.length - 1]) return { low: found[0], high: found[0] };

  let below = 0;
  for (const value of found) below += value < observed ? 1 : value === observed ? 0.5 : 0;
  // Kept off 0 and 1, where the bias correction would be infinite.
  const bias = normalQuantile((below + 0.5) / (found.length + 1));
  const acceleration = jackknifeAcceleration(rows, statistic);
  const end = (probability: number): number => {
    const z = bias + normalQuantile(probability);
    const corrected = normalCdf(bias + z / (1 - acceleration * z));
    return found[Math.min(found.length - 1, Math.max(0, Math.floor(corrected * (found.length + 1)) - 1))];
  };
  return { low: end((1 - confidence) / 2), high: end((1 + confidence) / 2) };
}

/** Efron's acceleration: a sixth of the skewness of the jackknife values, negated. */
function jackknifeAcceleration<Row>(rows: readonly Row[], statistic: (rows: readonly Row[]) => number): number {
  const left = rows.map((_, out) => statistic(rows.filter((_, place) => place !== out))).filter(Number.isFinite);
  if (left.length < 2) return 0;
  const centre = mean(left);
  let squares = 0;
  let cubes = 0;
  for (const value of left) {
    squares += (centre - value) ** 2;
    cubes += (centre - value) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}
