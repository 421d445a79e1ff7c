import type { Sampler } from '../kernels/kernels.js';
import { type Network, type Parameter, parametersOf } from '../networks/network.js';
import { stream } from '../random/stream.js';

/** Standard deviation of a weight tensor's first values. A new Gaussian initialiser is one more entry. */
const deviations = {
  /** Glorot and Bengio 2010, equation 16, Gaussian: variance 2 / (fan-in + fan-out). */
  'glorot-normal': ({ fanIn, fanOut }: Parameter) => Math.sqrt(2 / (fanIn + fanOut)),
  /** He et al. 2015, equation 10: variance 2 / fan-in. */
  'he-normal': ({ fanIn }: Parameter) => Math.sqrt(2 / fanIn),
} as const;

/** First values of all that is not drawn. Batch normalisation starts as PyTorch's: it changes nothing but the spread. */
const constants: Readonly<Record<Exclude<Parameter['role'], 'weight'>, number>> = {
  bias: 0,
  scale: 1,
  shift: 0,
  mean: 0,
  variance: 1,
};

export type InitialiserName = keyof typeof deviations;

export const initialiserNames = Object.keys(deviations) as InitialiserName[];

/**
 * Draws a network's first values: weights by the initialiser, each tensor from a stream of its own; biases zero; batch
 * normalisation at scale 1, shift 0, running mean 0 and running variance 1.
 *
 * @param seed of the draw
 * @param sampler the kernels' normal numbers, the same bits everywhere
 * @returns tensors in PyTorch's layout, in the order of the layers
 */
export function initialise(
  network: Network,
  name: InitialiserName,
  seed: number,
  sampler: Sampler,
): Map<string, Float32Array> {
  return new Map(
    parametersOf(network).map((parameter, index): [string, Float32Array] => {
      if (parameter.role !== 'weight') {
        return [parameter.name, new Float32Array(parameter.size).fill(constants[parameter.role])];
      }
      const values = sampler.normal(stream(seed, 'init', index), parameter.size);
      const deviation = Math.fround(deviations[name](parameter));
      for (let i = 0; i < values.length; i++) values[i] *= deviation;
      return [parameter.name, values];
    }),
  );
}
