import { type Mask, type Network, prunableParameters } from '../../networks/network.js';
import { eachSurvivor } from './survivors.js';

/** Surviving weights over the outputs, or over the inputs, of one layer. */
export interface DegreeSpread {
  readonly mean: number;
  /** Of all of them, not of a sample: divided by their number. */
  readonly variance: number;
  readonly most: number;
  /** Gini coefficient, 0 where all are the same; null where there is no weight to spread. */
  readonly gini: number | null;
}

/** Degrees of one weight tensor. A channel of a convolution has the survivors of all places of its kernels. */
export interface LayerDegrees {
  readonly layer: string;
  readonly in: DegreeSpread;
  readonly out: DegreeSpread;
}

/** How a few counts are spread; at least one. */
export function spreadOf(counts: ArrayLike<number>): DegreeSpread {
  const sorted = Float64Array.from(counts).sort();
  const { length } = sorted;
  let [sum, squares, ranked] = [0, 0, 0];
  sorted.forEach((count, i) => {
    sum += count;
    squares += count * count;
    ranked += (2 * i + 1 - length) * count;
  });
  const mean = sum / length;
  return {
    mean,
    variance: Math.max(0, squares / length - mean * mean),
    most: sorted[length - 1],
    gini: sum === 0 ? null : ranked / (length * sum),
  };
}

/** How many surviving weights each output of a layer takes in and each input gives to, layer by layer. */
export function degreesOf(network: Network, mask: Mask): LayerDegrees[] {
  return prunableParameters(network).map((parameter) => {
    const { layer, shape } = parameter;
    const taken = new Float64Array(shape[0]);
    const given = new Float64Array(shape[1]);
    eachSurvivor(parameter, mask, (output, input) => {
      taken[output]++;
      given[input]++;
    });
    return { layer, in: spreadOf(taken), out: spreadOf(given) };
  });
}
