import { bisect } from './bisect.js';

/** Logarithm of the gamma function for x > 0, by Lanczos's approximation (g = 7, nine terms); relative error below 1e-13. */
export function logGamma(x: number): number {
  const terms = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  let sum = terms[0];
  for (let i = 1; i < terms.length; i++) sum += terms[i] / (x - 1 + i);
  const base = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum);
}

/**
 * The regularised incomplete beta function I_x(a, b) for a, b > 0 and 0 <= x <= 1: the continued fraction of DLMF
 * 8.17.22, evaluated by Lentz's method on the side where it converges quickly.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return front * fraction;
}

function checkFreedom(freedom: number): void {
  if (!(freedom > 0)) throw new RangeError(`degrees of freedom are ${freedom}; expected a number above 0.`);
}

/** Probability that a Student t variable with `freedom` degrees of freedom is at most `t`. */
export function studentCdf(t: number, freedom: number): number {
  checkFreedom(freedom);
  const tail = studentTwoSided(t, freedom) / 2;
  return t <= 0 ? tail : 1 - tail;
}

/** Probability that a Student t variable lies at least as far from 0 as `t`: the two-sided p value. */
export function studentTwoSided(t: number, freedom: number): number {
  checkFreedom(freedom);
  if (!Number.isFinite(t)) return 0;
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/** The t below which a Student t variable lies with probability `p`, 0 < p < 1. */
export function studentQuantile(p: number, freedom: number): number {
  checkFreedom(freedom);
  if (!(p > 0 && p < 1)) throw new RangeError(`p is ${p}; expected a number above 0 and below 1.`);
  if (p === 0.5) return 0;
  // Look for the size of t by its upper tail, where the two signs mirror each other.
  const tail = Math.min(p, 1 - p);
  let high = 1;
  while (studentTwoSided(high, freedom) / 2 > tail) high *= 2;
  const size = bisect((t) => -studentTwoSided(t, freedom) / 2, -tail, 0, high);
  return p < 0.5 ? -size : size;
}
