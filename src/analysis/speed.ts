/**
 * How fast a network learns, read off its validation loss. The iteration of the lowest validation loss (early stop, the paper's
 * measure) is noisy: near its least the loss is flat, and where the loss still falls, early stop is the last iteration. These two
 * use the steep part of the curve, or all of it.
 */

/** A training's validation loss: mean nats, one evaluation a row, iterations rising. */
export interface LossCurve {
  readonly iteration: readonly number[];
  readonly validationLoss: readonly number[];
}

/** What is measured of a run besides what the paper measures; chosen before it runs. */
export interface Measures {
  /** The validation loss that trainings are timed to, in nats; null: they are not timed to any. */
  readonly loss: number | null;
  /** The loss of test accuracy that still counts as matching the dense network, a share of 1. */
  readonly margin: number;
}

/** When a training first had a loss. */
export interface TimeToLoss {
  /** Iterations, interpolated linearly between evaluations; the last iteration where the loss was never reached. */
  readonly iterations: number;
  /** False: censored at the end of training. */
  readonly reached: boolean;
}

/** The first time at which the validation loss is at most `loss`; null of a curve without an evaluation. */
export function timeToLoss({ iteration, validationLoss }: LossCurve, loss: number): TimeToLoss | null {
  if (iteration.length === 0) return null;
  const place = validationLoss.findIndex((value) => value <= loss);
  if (place === -1) return { iterations: iteration[iteration.length - 1], reached: false };
  const before = validationLoss[place - 1];
  // A loss that is no number before it gives no line to interpolate on.
  if (place === 0 || Number.isNaN(before)) return { iterations: iteration[place], reached: true };
  const share = (before - loss) / (before - validationLoss[place]);
  return { iterations: iteration[place - 1] + share * (iteration[place] - iteration[place - 1]), reached: true };
}

/** The loss at an iteration between two evaluations. */
function lossAt({ iteration, validationLoss }: LossCurve, at: number): number {
  const after = iteration.findIndex((one) => one >= at);
  if (iteration[after] === at) return validationLoss[after];
  const share = (at - iteration[after - 1]) / (iteration[after] - iteration[after - 1]);
  return validationLoss[after - 1] + share * (validationLoss[after] - validationLoss[after - 1]);
}

/**
 * The area under the validation loss, by the trapezoid rule, over the iterations that it spans: the mean validation loss while
 * training, in nats.
 *
 * @param from the first iteration that counts, so that curves that begin at different iterations can be compared; default: the first
 * @returns null where fewer than two evaluations lie there
 */
export function lossArea(curve: LossCurve, from = curve.iteration[0]): number | null {
  const { iteration, validationLoss } = curve;
  const last = iteration[iteration.length - 1];
  if (iteration.length < 2 || !(from < last)) return null;
  const rows = [...iteration.keys()].filter((row) => iteration[row] > from);
  let [at, value] = from <= iteration[0] ? [iteration[0], validationLoss[0]] : [from, lossAt(curve, from)];
  const start = at;
  let sum = 0;
  for (const row of rows) {
    if (iteration[row] === at) continue;
    sum += ((value + validationLoss[row]) / 2) * (iteration[row] - at);
    [at, value] = [iteration[row], validationLoss[row]];
  }
  return sum / (last - start);
}
