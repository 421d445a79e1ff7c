import { balancedExamples } from '../data/balanced.js';
import type { Dataset } from '../data/dataset.js';
import { splitIndices } from '../data/split.js';
import type { Kernels } from '../kernels/index.js';
import type { Tensors } from '../networks/network.js';
import { deriveSeed } from '../random/stream.js';
import { initialise, initialisesByExamples, outputVarianceOn } from '../tickets/index.js';
import { type CellSpecification, networkOf } from './cell-specification.js';

/** Training examples that an initialiser looks at, and how many it takes at once: the same whatever a training step takes. */
const EXAMPLES = 256;
const BATCH = 64;

/** Draws a cell's first values, before anything is pruned, from a seed. */
export type Draw = (seed: number) => Tensors;

/**
 * How a cell's first values are drawn: the initialisation's own ones and any fresh draw alike. An initialiser that looks at
 * examples is given training examples of the trial, as many of each class, whose choice follows from the split alone.
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
    if (!initialisesByExamples(name)) return initialise(network, name, seed, kernels.sampler, initialisation);
    const { validation, splitSeed, normalisation } = specification.data;
    const { train } = splitIndices(dataset.train.count, validation, splitSeed);
    const chosen = deriveSeed(splitSeed, 'initialisation-examples');
    const examples = balancedExamples(dataset.train.labels, train, EXAMPLES, chosen);
    const outputVariance = outputVarianceOn(kernels, network, { dataset, normalisation, examples, batch: BATCH });
    return initialise(network, name, seed, kernels.sampler, initialisation, outputVariance);
  };
}
