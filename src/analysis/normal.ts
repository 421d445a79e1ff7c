import { bisect } from './bisect.js';

/**
 * Probability that a standard normal variable is at most `z`. The series of Marsaglia, "Evaluating the Normal
 * Distribution" (2004), whose terms are all of one sign, so that nothing cancels.
 */
export function normalCdf(z: number): number {
  if (z < -38) return 0;
  if (z > 9) return 1;
  if (z < -5) return normalTail(-z);
  let term = z;
  let sum = z;
  for (let odd = 3; Math.abs(term) > Math.abs(sum) * 1e-18 && odd < 400; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI);
}

/** The upper tail for large `z`, by Laplace's continued fraction. */
function normalTail(z: number): number {
  let fraction = z;
  for (let k = 60; k >= 1; k--) fraction = z + k / fraction;
  return Math.exp(-0.5 * z * z) / (Math.sqrt(2 * Math.PI) * fraction);
}

/** The `z` below which a standard normal variable lies with probability `p`, 0 < p < 1. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`p is ${p}; expected a number above 0 and below 1.`);
  return p <= 0.5 ? bisect(normalCdf, p, -38, 0) : -bisect(normalCdf, 1 - p, -38, 0);
}
