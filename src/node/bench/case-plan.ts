import type { Kernels } from '../../kernels/index.js';
import { buildStack } from '../../networks/stack.js';
import { initialise } from '../../tickets/index.js';
import type { Optimiser, TrainingPlan } from '../../training/types.js';
import { networkPlan } from './networks.js';
import { atDensity, benchDataset, lenetPlan, SEED } from './plan.js';
import type { Test } from './protocol.js';

/** Optimisers as the papers train their convolutional networks. */
const optimisers: Readonly<Record<Test['optimiser'], Optimiser>> = {
  adam: { name: 'adam', lr: 2e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
  momentum: { name: 'sgd', lr: 0.03, momentum: 0.9, nesterov: false, weightDecay: 1e-4 },
};

/** The plan of a test: its network, batch, optimiser and density. */
export function casePlan(kernels: Kernels, { network, hidden, batch, optimiser, density }: Test): TrainingPlan {
  const plan = hidden ? stackPlan(kernels, hidden, batch) : networkPlan(kernels, network, batch, optimisers[optimiser]);
  return atDensity(plan, density);
}

/** A fully connected network, trained as LeNet-300-100 is. */
function stackPlan(kernels: Kernels, hidden: readonly number[], batch: number): TrainingPlan {
  const plan = lenetPlan(kernels, benchDataset(kernels, undefined, 12_000, 1_000));
  const { shape, classes } = plan.dataset;
  const network = buildStack('stack', { hidden, activation: 'relu' }, shape, classes);
  const start = initialise(network, 'glorot-normal', SEED, kernels.sampler);
  return { ...plan, network, start, batch, iterations: 10_000 };
}
