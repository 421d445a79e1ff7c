import type { Kernels } from '../../kernels/index.js';
import { namedNetworks } from '../../networks/named.js';
import { initialise } from '../../tickets/index.js';
import { Trainer } from '../../training/index.js';
import type { Optimiser, TrainingPlan } from '../../training/types.js';
import { atDensity, benchDataset, densityOfPlan, SEED } from './plan.js';
import { type NetworkPeer, type PyTorch, sampleNetwork } from './pytorch.js';
import { type BenchRow, ours, rowOf } from './rows.js';

/** Densities at which a step of a convolutional network is timed, the same in every layer. */
export const networkDensities: readonly number[] = [1, 0.5, 0.2, 0.1, 0.05];

const momentum: Optimiser = { name: 'sgd', lr: 0.03, momentum: 0.9, nesterov: false, weightDecay: 1e-4 };

/** Networks with the batch and optimiser of the papers. */
export const benchNetworks: readonly {
  readonly name: NetworkPeer;
  readonly batch: number;
  readonly optimiser: Optimiser;
}[] = [
  {
    name: 'conv-2',
    batch: 60,
    optimiser: { name: 'adam', lr: 2e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
  },
  { name: 'resnet-20', batch: 128, optimiser: momentum },
  { name: 'vgg-16', batch: 64, optimiser: momentum },
];

/** Time and memory of a step of a network at one density. */
export interface NetworkMemory {
  readonly network: string;
  readonly density: number;
  /** Bytes of the arena, without the data set: weights, their gradients and moments, tables, activations. */
  readonly bytes: number;
}

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

/** Times a step of each network at each density, in turns with PyTorch's. */
export async function benchNetworkSteps(
  kernels: Kernels,
  pytorch: PyTorch | null,
  rounds: number,
  onProgress: (text: string) => void,
): Promise<{ rows: BenchRow[]; memory: NetworkMemory[] }> {
  const rows: BenchRow[] = [];
  const memory: NetworkMemory[] = [];
  for (const { name, batch, optimiser } of benchNetworks) {
    const plan = networkPlan(kernels, name, batch, optimiser);
    const samples = networkDensities.map(() => [] as number[]);
    const facts: { flops: number; density: number }[] = [];
    const peer: { dense: number[]; masked: number[] } = { dense: [], masked: [] };
    for (let round = 0; round < rounds; round++) {
      for (const [index, density] of networkDensities.entries()) {
        onProgress(`${name} at density ${density}, round ${round + 1} of ${rounds}`);
        const pruned = atDensity(plan, density);
        const trainer = new Trainer(kernels, pruned);
        // The first step lets the engine compile and the caches fill.
        trainer.train(1);
        for (let step = 0; step < 3; step++) {
          const began = performance.now();
          trainer.train(1);
          samples[index].push(performance.now() - began);
        }
        facts[index] = { flops: trainer.step.flops, density: densityOfPlan(pruned) };
        if (round === 0) memory.push({ network: name, density: facts[index].density, bytes: trainer.arenaBytes });
      }
      if (pytorch === null) continue;
      onProgress(`${name} in PyTorch, round ${round + 1} of ${rounds}`);
      const { dense, masked } = await sampleNetwork(pytorch, { name, batch, optimiser }, 3);
      peer.dense.push(...dense);
      peer.masked.push(...masked);
    }
    const what = `step of ${name}, batch ${batch}`;
    facts.forEach(({ density, flops }, index) => {
      rows.push(rowOf({ ...ours, case: what, density }, samples[index], flops));
    });
    if (pytorch !== null) {
      const torch = { engine: `pytorch ${pytorch.version}`, kernels: 'torch', threads: 1 };
      rows.push(rowOf({ ...torch, case: what, density: 1 }, peer.dense));
      rows.push(rowOf({ ...torch, case: `${what}, mask multiplied in`, density: 0.1 }, peer.masked));
    }
  }
  return { rows, memory };
}
