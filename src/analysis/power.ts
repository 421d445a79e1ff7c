import { bisect } from './bisect.js';
import { normalCdf } from './normal.js';
import { incompleteBeta, logGamma, studentQuantile } from './student.js';

/**
 * Probability that a noncentral t variable is at most `t`: the series of Lenth, "Cumulative Distribution Function of the
 * Non-Central t Distribution" (1989), algorithm AS 243.
 *
 * @param shift the noncentrality: the true mean in standard errors; below 37 in size, where the first term vanishes
 */
export function noncentralCdf(t: number, freedom: number, shift: number): number {
  if (t < 0) return 1 - noncentralCdf(-t, freedom, -shift);
  const x = (t * t) / (freedom + t * t);
  const half = (shift * shift) / 2;
  let even = Math.exp(-half);
  let odd = (shift * Math.exp(-half - logGamma(1.5))) / Math.SQRT2;
  let sum = 0;
  // The weights are those of a Poisson distribution with mean `half`: past it they fall off.
  for (let j = 0; j < 1000; j++) {
    sum += even * incompleteBeta(x, j + 0.5, freedom / 2) + odd * incompleteBeta(x, j + 1, freedom / 2);
    if (j > half && Math.abs(even) + Math.abs(odd) < 1e-14) break;
    even *= half / (j + 1);
    odd *= half / (j + 1.5);
  }
  return Math.min(1, Math.max(0, normalCdf(-shift) + sum / 2));
}

/**
 * The chance that a paired t test finds a difference.
 *
 * @param effect the true difference in standard deviations over trials
 * @param level the p that it must lie below, two-sided
 */
export function powerOf(trials: number, effect: number, level = 0.05): number {
  if (trials < 2) return 0;
  const freedom = trials - 1;
  const bound = studentQuantile(1 - level / 2, freedom);
  const shift = Math.min(37, Math.abs(effect) * Math.sqrt(trials));
  return 1 - noncentralCdf(bound, freedom, shift) + noncentralCdf(-bound, freedom, shift);
}

/** With this power designs are judged, unless another is given. */
export const USUAL_POWER = 0.8;

/**
 * The smallest difference, in standard deviations over trials, that so many trials show with some power.
 *
 * @returns null for fewer than two trials, which show none
 */
export function smallestEffect(trials: number, level = 0.05, power = USUAL_POWER): number | null {
  if (trials < 2) return null;
  const most = 37 / Math.sqrt(trials);
  if (powerOf(trials, most, level) < power) return null;
  return bisect((effect) => powerOf(trials, effect, level), power, 0, most);
}
