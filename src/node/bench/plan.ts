import type { Dataset } from '../../data/dataset.js';
import { splitIndices } from '../../data/split.js';
import type { Kernels } from '../../kernels/index.js';
import { type ImageShape, prunableParameters } from '../../networks/network.js';
import { sizeOf } from '../../networks/shapes.js';
import { buildStack, namedStacks } from '../../networks/stack.js';
import { stream } from '../../random/index.js';
import { densityOf, fullMask, initialise, keptCounts, prune } from '../../tickets/index.js';
import type { TrainingPlan } from '../../training/types.js';

/** Seed of everything that is drawn for the benchmark. */
export const SEED = 2019;

/** Pixels and labels drawn at random: speed does not depend on what the images show. Default: MNIST's shape and size. */
export function benchDataset(
  kernels: Kernels,
  shape: ImageShape = { channels: 1, height: 28, width: 28 },
  train = 60_000,
  test = 10_000,
): Dataset {
  const bytes = sizeOf(shape);
  const draw = (count: number, label: string) => {
    const images = new Uint8Array(kernels.words(stream(SEED, label), Math.ceil((count * bytes) / 4)).buffer).subarray(
      0,
      count * bytes,
    );
    const labels = Uint8Array.from(kernels.words(stream(SEED, label, 1), count), (word) => word % 10);
    kernels.clear();
    return { images, labels, count };
  };
  return {
    name: 'bench',
    shape,
    classes: 10,
    classNames: Array.from({ length: 10 }, (_, i) => `${i}`),
    digest: `bench ${bytes} ${train} ${test}`,
    train: draw(train, 'train'),
    test: draw(test, 'test'),
  };
}

/** Rates of the paper's LeNet-300-100 (Frankle and Carbin 2019, figure 2). */
export const paperRates = { scope: 'layer', rate: 0.2, outputRate: 0.1 } as const;

/** LeNet-300-100 at batch 60 with Adam, as the paper trains it. */
export function lenetPlan(kernels: Kernels, dataset: Dataset): TrainingPlan {
  const network = buildStack('lenet-300-100', namedStacks['lenet-300-100'], dataset.shape, dataset.classes);
  const { train, validation } = splitIndices(dataset.train.count, 5_000, SEED);
  return {
    network,
    dataset,
    normalisation: { mean: [0.1307], deviation: [0.3081] },
    trainIndices: train,
    validationIndices: validation,
    start: initialise(network, 'glorot-normal', SEED, kernels.sampler),
    optimiser: { name: 'adam', lr: 1.2e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
    batch: 60,
    iterations: 300,
    evaluateEvery: 100,
    orderSeed: SEED,
    firstIteration: 0,
    snapshots: [],
    testCurve: false,
    storage: 'auto',
  };
}

/** The plan with the same density in every layer: the start values that are smallest in magnitude are pruned. */
export function atDensity(plan: TrainingPlan, density: number): TrainingPlan {
  if (density >= 1) return plan;
  const groups = prunableParameters(plan.network).map(({ name, size }) => ({
    tensors: [name],
    keep: Math.round(density * size),
  }));
  return { ...plan, mask: prune(fullMask(plan.network), plan.start, 'magnitude', groups) };
}

/** Share of weights that a plan trains. */
export function densityOfPlan({ network, mask }: TrainingPlan): number {
  return densityOf(keptCounts(network, mask ?? null));
}
