import type { Doubles, Tensors } from '../networks/network.js';
import type { Probe } from './probe.js';

/** Length of the step along the direction, as a share of the length of all weights: see `hessianProduct`. */
const STEP = 2 ** -8;

/** The Euclidean length of some tensors together. */
function lengthOf(names: readonly string[], tensors: ReadonlyMap<string, ArrayLike<number>>): number {
  let square = 0;
  for (const name of names) {
    const values = tensors.get(name) as ArrayLike<number>;
    for (let i = 0; i < values.length; i++) square += values[i] * values[i];
  }
  return Math.sqrt(square);
}

/**
 * H v by a central difference of gradients, (g(w + e v) - g(w - e v)) / 2e, where e |v| is 2^-8 of |w|: large enough for
 * gradients in single precision, small enough for the loss to be close to quadratic. Where an activation has a kink, as relu
 * has, it is the curvature over that step: what the kinks that lie within it add is in it.
 *
 * @param names the tensors that H is of and v moves; the others stay where they are
 * @param direction v, of any length; the product is of it as it is
 */
export function hessianProduct(
  probe: Pick<Probe, 'gradients'>,
  weights: Tensors,
  direction: Doubles,
  names: readonly string[],
): Doubles {
  const length = lengthOf(names, direction);
  if (length === 0)
    return new Map(names.map((name) => [name, new Float64Array((weights.get(name) as Float32Array).length)]));
  const step = (STEP * lengthOf(names, weights)) / length;
  const moved = (sign: number): Doubles => {
    const there = new Map(weights);
    for (const name of names) {
      const along = direction.get(name) as Float64Array;
      there.set(
        name,
        (weights.get(name) as Float32Array).map((value, i) => value + sign * step * along[i]),
      );
    }
    return probe.gradients(there);
  };
  const [up, down] = [moved(1), moved(-1)];
  return new Map(
    names.map((name): [string, Float64Array] => {
      const after = up.get(name) as Float64Array;
      const before = down.get(name) as Float64Array;
      return [name, after.map((value, i) => (value - before[i]) / (2 * step))];
    }),
  );
}
