import type { SpecificationInput } from './schema.js';

/** Settings that carry a name, what they are, and how the same effect is had quickly. */
export interface Preset {
  readonly summary: string;
  readonly specification: SpecificationInput;
  /**
   * What `--quick` lays over it: about a hundredth of the cost. Absent where the preset is quick as it is.
   */
  readonly quick?: SpecificationInput;
}

type Pruning = NonNullable<SpecificationInput['pruning']>;

/** The rate of several rounds at once: every so manieth rung of the same ladder. */
function rounds(rate: number, count: number): number {
  let kept = 1;
  for (let round = 0; round < count; round++) kept *= 1 - rate;
  return Math.round((1 - kept) * 1e4) / 1e4;
}

const mnist = { name: 'mnist', validation: 5_000, normalisation: { mean: 0.1307, deviation: 0.3081 } };

const cifar10 = {
  name: 'cifar-10',
  validation: 5_000,
  normalisation: { mean: [0.4914, 0.4822, 0.4465], deviation: [0.247, 0.2435, 0.2616] },
};

/** Fewer examples are learned by heart sooner, so that there is an early stop to see in few iterations. */
const fewExamples = { train: 12_000, validation: 2_000 };

/** Frankle and Carbin 2019 (arXiv 1803.03635 v5), figure 2 and appendix G. */
const lenet: SpecificationInput = {
  network: 'lenet-300-100',
  initialisation: { name: 'glorot-normal' },
  optimiser: { name: 'adam', lr: 1.2e-3 },
  batch: 60,
  iterations: 50_000,
  evaluateEvery: 100,
  pruning: { score: 'magnitude', scope: 'layer', rate: 0.2, outputRate: 0.1, schedule: 'iterative' },
  controls: { reinitialise: 3 },
  trials: 5,
  levels: 19,
};

const lenetQuick: SpecificationInput = {
  data: fewExamples,
  iterations: 3_000,
  evaluateEvery: 50,
  pruning: { rate: rounds(0.2, 2), outputRate: rounds(0.1, 2) },
  controls: { reinitialise: 1 },
  trials: 3,
  levels: 7,
};

interface ConvSettings {
  readonly depth: 2 | 4 | 6;
  readonly lr: number;
  readonly iterations: number;
  /** Share of each convolution pruned in one round. */
  readonly convolution: number;
  /** Enough to come below 2% of the weights. */
  readonly levels: number;
}

/** Figure 2's columns Conv-2, Conv-4, Conv-6: figures 5 and 6. */
function conv({ depth, lr, iterations, convolution, levels }: ConvSettings): Record<string, Preset> {
  const specification: SpecificationInput = {
    data: cifar10,
    initialisation: { name: 'glorot-normal' },
    optimiser: { name: 'adam', lr },
    batch: 60,
    iterations,
    evaluateEvery: 100,
    pruning: {
      score: 'magnitude',
      scope: 'layer',
      rate: 0.2,
      outputRate: 0.1,
      rates: { convolution },
      schedule: 'iterative',
    },
    controls: { reinitialise: 3 },
    trials: 5,
    levels,
  };
  const quick: SpecificationInput = {
    data: fewExamples,
    iterations: 2_400,
    evaluateEvery: 60,
    pruning: { rate: rounds(0.2, 2), outputRate: rounds(0.1, 2), rates: { convolution: rounds(convolution, 2) } },
    controls: { reinitialise: 1 },
    trials: 2,
    levels: 7,
  };
  const plain = `conv${depth}-cifar10`;
  const dropout = `${plain}-dropout`;
  return {
    [plain]: {
      summary: `Frankle and Carbin's Conv-${depth} on CIFAR-10: figure 5.`,
      specification: { ...specification, name: plain, network: `conv-${depth}` },
      quick,
    },
    [dropout]: {
      summary: `The same with dropout 0.5: figure 6. Rate and length as without it.`,
      specification: { ...specification, name: dropout, network: `conv-${depth}-dropout` },
      quick,
    },
  };
}

const standardAugmentation = { padding: 4, flip: true };

/** Global over convolutions; fully connected and shortcut layers left alone and counted out. */
const overConvolutions: Pruning = {
  score: 'magnitude',
  scope: 'global',
  rate: 0.2,
  rates: { linear: 0, output: 0, downsampling: 0 },
  schedule: 'iterative',
};

/** The three rates at which the paper trains its deep networks: figures 7 and 8. */
const residual: SpecificationInput = {
  network: 'resnet-20',
  data: cifar10,
  augmentation: standardAugmentation,
  initialisation: { name: 'glorot-normal' },
  batch: 128,
  iterations: 30_000,
  evaluateEvery: 100,
  pruning: overConvolutions,
  controls: { reinitialise: 3 },
  trials: 5,
  levels: 13,
};

/** At an eighth of the length, steps and warm-up with it. */
const residualQuick: SpecificationInput = {
  iterations: 3_600,
  pruning: { rate: rounds(0.2, 2) },
  controls: { reinitialise: 1 },
  trials: 2,
  levels: 5,
};

const sgd = (lr: number, at: (number | string)[], warmup?: number): SpecificationInput['optimiser'] => ({
  name: 'sgd',
  lr,
  momentum: 0.9,
  weightDecay: 1e-4,
  schedule: { ...(warmup === undefined ? {} : { warmup }), steps: { at, factor: 0.1 } },
});

const residualAt = (name: string, lr: number, warmup?: number): Omit<Preset, 'summary'> => ({
  specification: { ...residual, name, optimiser: sgd(lr, [20_000, 25_000], warmup) },
  quick: {
    ...residualQuick,
    optimiser: sgd(lr, [2_400, 3_000], warmup === undefined ? undefined : 2_400),
  },
});

const vgg: SpecificationInput = {
  ...residual,
  network: 'vgg-19',
  batch: 64,
  iterations: '160ep',
  levels: 21,
};

/** At a tenth of the length, steps and warm-up with it, and three rounds at once. */
const vggQuick: SpecificationInput = {
  iterations: '16ep',
  pruning: { rate: rounds(0.2, 3) },
  controls: { reinitialise: 1 },
  trials: 2,
  levels: 6,
};

const vggAt = (name: string, lr: number, warmup?: number): Omit<Preset, 'summary'> => ({
  specification: { ...vgg, name, optimiser: sgd(lr, ['80ep', '120ep'], warmup) },
  quick: { ...vggQuick, optimiser: sgd(lr, ['8ep', '12ep'], warmup === undefined ? undefined : 1_000) },
});

/**
 * Renda, Frankle and Carbin 2020 (arXiv 2003.02389). They train on all 50,000 examples; here 5,000 are held out, so that
 * an epoch is 351 steps and not 390. Every weight of the network is ranked, the output layer's too.
 */
const renda: Preset = {
  summary: "Renda's ResNet-20 on CIFAR-10: weights rewound to epoch 12 of 182; --set retrain=... for the other ways.",
  specification: {
    name: 'resnet20-rewind',
    network: 'resnet-20',
    data: cifar10,
    augmentation: standardAugmentation,
    initialisation: { name: 'he-normal' },
    optimiser: {
      name: 'sgd',
      lr: 0.1,
      momentum: 0.9,
      nesterov: true,
      weightDecay: 2e-4,
      schedule: { steps: { at: ['91ep', '136ep'], factor: 0.1 } },
    },
    batch: 128,
    iterations: '182ep',
    evaluateEvery: '1ep',
    pruning: { score: 'magnitude', scope: 'global', rate: 0.2, rates: { output: 0.2 }, schedule: 'iterative' },
    rewind: '12ep',
    controls: { reinitialise: 1 },
    trials: 3,
    levels: 12,
  },
  quick: {
    optimiser: { name: 'sgd', lr: 0.1, schedule: { steps: { at: ['4ep', '6ep'] } } },
    iterations: '8ep',
    evaluateEvery: 100,
    pruning: { rate: rounds(0.2, 3), rates: { output: rounds(0.2, 3) } },
    rewind: 200,
    trials: 2,
    levels: 4,
  },
};

/**
 * Shwartz-Ziv and Tishby 2017, figures 2 and 3, and Saxe et al. 2018, figure 1: 12-10-7-5-4-3-2 units of tanh on the 12-bit task,
 * plain SGD. They train for 10,000 epochs at a rate of 0.0004; this rate goes as far in 1,600 epochs, a second or two. The
 * network has 263 weights, so that half of them is a sparse ticket already.
 */
const binary: Preset = {
  summary: 'Shwartz-Ziv and Tishby’s 12-bit task, tanh, for lottery study information-plane --density 0.5.',
  specification: {
    name: 'binary-12-tanh',
    network: { hidden: [10, 7, 5, 4, 3], activation: 'tanh' },
    data: { name: 'binary-12', validation: 200, normalisation: { mean: 0.5, deviation: 0.5 } },
    initialisation: { name: 'lecun-normal' },
    optimiser: { name: 'sgd', lr: 0.1 },
    batch: 128,
    iterations: 40_000,
    evaluateEvery: 250,
    pruning: { score: 'magnitude', scope: 'layer', rate: 0.2, outputRate: 0.1, schedule: 'iterative' },
    controls: { reinitialise: 1, randomMask: 1 },
    trials: 5,
    levels: 6,
  },
};

/** Every published experiment that has a name here, with the deviations that its summary says. */
export const paperPresets: Readonly<Record<string, Preset>> = {
  'lenet-mnist': {
    summary: "Frankle and Carbin's LeNet-300-100 on MNIST, iterative pruning: figures 1, 3 and 4.",
    specification: { ...lenet, name: 'lenet-mnist', data: mnist },
    quick: lenetQuick,
  },
  'lenet-mnist-oneshot': {
    summary: 'The same, each density pruned from the dense network at once.',
    specification: {
      ...lenet,
      name: 'lenet-mnist-oneshot',
      data: mnist,
      pruning: { ...lenet.pruning, schedule: 'one-shot' },
    },
    quick: lenetQuick,
  },
  'lenet-fashion': {
    summary: "The paper's settings on Fashion-MNIST.",
    specification: {
      ...lenet,
      name: 'lenet-fashion',
      data: { name: 'fashion-mnist', validation: 5_000, normalisation: { mean: 0.286, deviation: 0.353 } },
    },
    quick: lenetQuick,
  },
  'lenet5-mnist': {
    summary: 'LeNet-5 on MNIST with the settings of LeNet-300-100, convolutions pruned by 10%: not in the paper.',
    specification: {
      ...lenet,
      name: 'lenet5-mnist',
      network: 'lenet-5',
      data: mnist,
      pruning: { ...lenet.pruning, rates: { convolution: 0.1 } },
    },
    quick: { ...lenetQuick, pruning: { ...lenetQuick.pruning, rates: { convolution: rounds(0.1, 2) } } },
  },
  ...conv({ depth: 2, lr: 2e-4, iterations: 20_000, convolution: 0.1, levels: 20 }),
  ...conv({ depth: 4, lr: 3e-4, iterations: 25_000, convolution: 0.1, levels: 23 }),
  ...conv({ depth: 6, lr: 3e-4, iterations: 30_000, convolution: 0.15, levels: 25 }),
  'resnet20-cifar10': {
    summary: "Frankle and Carbin's 20-layer ResNet on CIFAR-10 at the low rate, 0.01: figure 8.",
    ...residualAt('resnet20-cifar10', 0.01),
  },
  'resnet20-cifar10-high': {
    summary: 'The same at the high rate, 0.1, where tickets from the initialisation do not win.',
    ...residualAt('resnet20-cifar10-high', 0.1),
  },
  'resnet20-cifar10-warmup': {
    summary: 'The same at rate 0.03 after 20,000 iterations of warm-up.',
    ...residualAt('resnet20-cifar10-warmup', 0.03, 20_000),
  },
  'resnet20-rewind': renda,
  'vgg19-cifar10': {
    summary: "Frankle and Carbin's VGG-19 on CIFAR-10 at the low rate, 0.01: figure 7.",
    ...vggAt('vgg19-cifar10', 0.01),
  },
  'vgg19-cifar10-high': {
    summary: 'The same at the high rate, 0.1, where tickets from the initialisation do not win.',
    ...vggAt('vgg19-cifar10-high', 0.1),
  },
  'vgg19-cifar10-warmup': {
    summary: 'The same at rate 0.1 after 10,000 iterations of warm-up.',
    ...vggAt('vgg19-cifar10-warmup', 0.1, 10_000),
  },
  'binary-12-tanh': binary,
};
