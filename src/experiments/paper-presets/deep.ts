import type { SpecificationInput } from '../schema.js';
import { cifar10, type Preset, type Pruning, rounds, standardAugmentation } from './preset.js';

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

/**
 * The defaults of Frankle's open_lth for ResNet-20 on CIFAR-10. Scales of batch normalisation are drawn between 0 and 1, biases are
 * PyTorch's, images are normalised by the values of ImageNet, and every convolution and the output layer are ranked together. There all 50,000 examples are trained on; here 5,000
 * are held out.
 */
const openLth: Omit<Preset, 'summary'> = {
  specification: {
    ...residual,
    name: 'resnet20-open-lth',
    data: { ...cifar10, normalisation: { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } },
    initialisation: { name: 'he-normal', bias: 'uniform', normalisationScale: 'uniform' },
    optimiser: sgd(0.1, ['80ep', '120ep']),
    iterations: '160ep',
    evaluateEvery: '1ep',
    pruning: { score: 'magnitude', scope: 'global', rate: 0.2, rates: { output: 0.2 }, schedule: 'iterative' },
    controls: { reinitialise: 1 },
    trials: 3,
  },
  quick: {
    optimiser: sgd(0.1, ['4ep', '6ep']),
    iterations: '8ep',
    pruning: { rate: rounds(0.2, 3), rates: { output: rounds(0.2, 3) } },
    trials: 2,
    levels: 4,
  },
};

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

export const residualPresets: Readonly<Record<string, Preset>> = {
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
  'resnet20-open-lth': {
    summary: "ResNet-20 on CIFAR-10 by the defaults of Frankle's open_lth: batch norm scales drawn from (0, 1).",
    ...openLth,
  },
};

export const vggPresets: Readonly<Record<string, Preset>> = {
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
};
