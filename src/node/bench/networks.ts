import type { Kernels } from '../../kernels/index.js';
import { namedNetworks } from '../../networks/named.js';
import { initialise } from '../../tickets/index.js';
import type { Optimiser, TrainingPlan } from '../../training/types.js';
import { benchDataset, SEED } from './plan.js';

/** A plan that trains a named network on images drawn at random. */
export function networkPlan(kernels: Kernels, name: string, batch: number, optimiser: Optimiser): TrainingPlan {
  const { build, input } = namedNetworks[name];
  const dataset = benchDataset(kernels, input, 1000, 100);
  const network = build(input, dataset.classes);
  const indices = Int32Array.from({ length: 1000 }, (_, i) => i);
  return {
    network,
    dataset,
    normalisation: { mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] },
    trainIndices: indices.subarray(100),
    validationIndices: indices.slice(0, 100),
    start: initialise(network, 'he-normal', SEED, kernels.sampler),
    optimiser,
    batch,
    iterations: 10_000,
    evaluateEvery: 10_000,
    orderSeed: SEED,
    firstIteration: 0,
    snapshots: [],
    testCurve: false,
    storage: 'auto',
  };
}
