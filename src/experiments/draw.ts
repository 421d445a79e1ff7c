import { balancedExamples } from '../data/balanced.js';
import type { Dataset } from '../data/dataset.js';
import type { Kernels } from '../kernels/index.js';
import { fullMask, type Network, type Tensors } from '../networks/network.js';
import { deriveSeed } from '../random/stream.js';
import { initialise, initialisesByExamples, outputVarianceOn, startValues } from '../tickets/index.js';
import { type CellSpecification, networkOf } from './cell-specification.js';
import { examplesOf } from './examples.js';

/** Training examples that an initialiser uses, and its batch size: the same whatever the batch size of training. */
const EXAMPLES = 256;
const BATCH = 64;

/**
 * Draws a cell's first values, before anything is pruned, from a seed. What the initialisation's own seed draws is what the trial
 * begins with, noise included where the initialisation has any; any other seed gives a re-initialisation, which has none.
 */
export type Draw = (seed: number) => Tensors;

/**
 * How a cell's first values are drawn: the trial's own initialisation and any re-initialisation alike. An initialiser that uses
 * examples is given training examples of the trial, as many of each class, whose choice follows from the split, and the part of it
 * that is learned from, alone.
 */
export function drawOf(
  kernels: Kernels,
  specification: Pick<CellSpecification, 'network' | 'initialisation' | 'data'>,
  dataset: Dataset,
): Draw {
  const { initialisation } = specification;
  const { name } = initialisation;
  const network = networkOf(specification);
  return (seed) => {
    const values = drawn(seed);
    const { noise } = initialisation;
    return noise === undefined || seed !== initialisation.seed ? values : noisy(network, values, noise, kernels);
  };

  function drawn(seed: number): Tensors {
    if (!initialisesByExamples(name)) return initialise(network, name, seed, kernels.sampler, initialisation);
    const { splitSeed, normalisation } = specification.data;
    const { train } = examplesOf(specification, dataset);
    const chosen = deriveSeed(splitSeed, 'initialisation-examples');
    const examples = balancedExamples(dataset.train.labels, train, EXAMPLES, chosen);
    const outputVariance = outputVarianceOn(kernels, network, { dataset, normalisation, examples, batch: BATCH });
    return initialise(network, name, seed, kernels.sampler, initialisation, outputVariance);
  }
}

/** Every weight with a normal number added, times so many standard deviations of its layer's weights. */
function noisy(
  network: Network,
  initial: Tensors,
  { deviations, seed }: NonNullable<CellSpecification['initialisation']['noise']>,
  { sampler }: Kernels,
): Tensors {
  const mask = fullMask(network);
  return startValues('noise', { initial, redrawn: initial, mask, seed, amount: deviations, sampler });
}
