import { deviation, type Interval, mean } from './intervals.js';
import { studentQuantile, studentTwoSided } from './student.js';
import type { Evidence } from './verdict.js';

/**
 * Where the mean of further trials will lie, 95%, if they are drawn as those at hand were: the mean, plus and minus t times the
 * deviation times the root of 1/n + 1/m, for n trials at hand and m further ones. The interval of the mean says where the truth
 * is; another experiment has an error of its own.
 *
 * @param further how many trials the other mean is of
 * @returns null for fewer than two trials, and where one is no number
 */
export function predictionInterval(values: readonly number[], further = 1, confidence = 0.95): Interval | null {
  const error = predictionError(values, further);
  if (error === null) return null;
  const half = studentQuantile(0.5 + confidence / 2, values.length - 1) * error;
  const centre = mean(values);
  return { low: centre - half, high: centre + half };
}

function predictionError(values: readonly number[], further: number): number | null {
  const spread = deviation(values);
  if (spread === null || Number.isNaN(spread)) return null;
  return spread * Math.sqrt(1 / values.length + 1 / further);
}

/**
 * What the trials say of a further one: evidence that its value, too, lies on one side of zero.
 *
 * @param values differences of paired trials
 */
export function evidenceOfNext(values: readonly number[]): Evidence {
  const error = predictionError(values, 1);
  const centre = values.length === 0 ? null : mean(values);
  return {
    n: values.length,
    mean: centre,
    interval: predictionInterval(values),
    p: error === null || error === 0 || centre === null ? null : studentTwoSided(centre / error, values.length - 1),
  };
}
