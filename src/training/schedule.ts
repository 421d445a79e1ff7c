import type { LearningRateSchedule } from './types.js';

/** The same rate throughout. */
export const constantRate: LearningRateSchedule = { warmup: 0, shape: { kind: 'constant' } };

/** Taylor coefficients of the cosine in x^2, 1 / (2n)! with alternating signs: below pi / 4 the rest is under 1e-18. */
const COSINE = [
  1,
  -1 / 2,
  1 / 24,
  -1 / 720,
  1 / 40_320,
  -1 / 3_628_800,
  1 / 479_001_600,
  -1 / 87_178_291_200,
  1 / 20_922_789_888_000,
];
/** The same of sin(x) / x. */
const SINE = [
  1,
  -1 / 6,
  1 / 120,
  -1 / 5_040,
  1 / 362_880,
  -1 / 39_916_800,
  1 / 6_227_020_800,
  -1 / 1_307_674_368_000,
  1 / 355_687_428_096_000,
];

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) value = value * x + coefficients[i];
  return value;
}

/**
 * cos(pi * share) for a share of 0 .. 1, by symmetry about 1/2 and 1/4 and a fixed polynomial: the same bits everywhere,
 * which `Math.cos` does not promise.
 */
export function halfCosine(share: number): number {
  if (share > 0.5) return -halfCosine(1 - share);
  if (share > 0.25) {
    const x = Math.PI * (0.5 - share);
    return x * polynomial(SINE, x * x);
  }
  const x = Math.PI * share;
  return polynomial(COSINE, x * x);
}

/**
 * The rate of the step that begins at an iteration, in double precision.
 *
 * @param lr the rate that the schedule's shares are of
 */
export function learningRateAt({ warmup, shape }: LearningRateSchedule, lr: number, iteration: number): number {
  let rate = lr;
  switch (shape.kind) {
    case 'constant':
      break;
    case 'steps':
      for (const at of shape.at) if (iteration >= at) rate *= shape.factor;
      break;
    case 'cosine': {
      const way = iteration < shape.until ? halfCosine(iteration / shape.until) : -1;
      rate *= shape.floor + ((1 - shape.floor) * (1 + way)) / 2;
    }
  }
  return iteration < warmup ? (rate * (iteration + 1)) / warmup : rate;
}

/**
 * The rate of every step of a run: entry i is that of the step that begins at iteration i. Additions, multiplications
 * and divisions of doubles alone, rounded once to single precision, so that every machine has the same.
 *
 * Warm-up is a factor on the shape below it: a cosine goes on from where it would be, steps fall where they are said to.
 *
 * @param lr the rate that the schedule's shares are of
 * @param iterations length of the run
 */
export function learningRates(schedule: LearningRateSchedule, lr: number, iterations: number): Float32Array {
  return Float32Array.from({ length: iterations }, (_, iteration) => learningRateAt(schedule, lr, iteration));
}
