import { exponential } from './exponential.js';
import { LANES } from './maps.js';
import type { TangentMaps } from './tangents.js';

/** What the cross-entropy of a batch is of. */
export interface LogitPlan {
  /** Of the live examples, in the order of the lanes. */
  readonly labels: readonly number[];
  readonly classes: number;
  /** What logits are divided by. */
  readonly temperature: number;
  /** Share of the label that is spread over all classes. */
  readonly smoothing: number;
  /** Examples that the loss is the mean of, those of other batches too. */
  readonly count: number;
}

/**
 * Writes the gradient of the mean cross-entropy of softmax(z / T) with respect to the logits z, (p - t) / (T n), and its tangent,
 * p (R z - sum of p R z) / (T^2 n); lanes without an example have +0. Double precision, classes in order.
 */
export function logitGradients(
  { value, tangent, gradient, gradientTangent }: TangentMaps,
  { labels, classes, temperature, smoothing, count }: LogitPlan,
): void {
  gradient.fill(0);
  gradientTangent.fill(0);
  const p = new Float64Array(classes);
  labels.forEach((label, example) => {
    // [block][class][16], which has no border.
    const first = Math.floor(example / LANES) * classes * LANES + (example % LANES);
    let top = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) top = Math.max(top, value[first + c * LANES]);
    let total = 0;
    for (let c = 0; c < classes; c++) {
      p[c] = exponential((value[first + c * LANES] - top) / temperature);
      total += p[c];
    }
    let along = 0;
    for (let c = 0; c < classes; c++) {
      p[c] /= total;
      along += p[c] * tangent[first + c * LANES];
    }
    for (let c = 0; c < classes; c++) {
      const at = first + c * LANES;
      const target = (c === label ? 1 - smoothing : 0) + smoothing / classes;
      gradient[at] = (p[c] - target) / (temperature * count);
      gradientTangent[at] = (p[c] * (tangent[at] - along)) / (temperature * temperature * count);
    }
  });
}
