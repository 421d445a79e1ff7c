import type { SpecificationInput } from '../schema.js';
import { fewExamples, mnist, type Preset, rounds } from './preset.js';

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

/**
 * The released code, google-research/lottery-ticket-hypothesis, where it differs from the paper's text: SGD at 0.1 in batches of 64,
 * and each image divided by its length. TensorFlow's Glorot normal is truncated at two of its standard deviations, which is the root
 * of 1.3 / fan and so 1.0029 times what makes the variance 1 / fan exactly. There all 60,000 images are trained on, in 20 trials of
 * 30 rounds; here 5,000 are held out.
 */
const released: SpecificationInput = {
  ...lenet,
  initialisation: { name: 'glorot-truncated-normal', scale: 1.0029276 },
  data: { name: 'mnist', validation: 5_000, normalisation: 'unit-length' },
  optimiser: { name: 'sgd', lr: 0.1 },
  batch: 64,
};

export const lenetPresets: Readonly<Record<string, Preset>> = {
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
  'lenet-mnist-released': {
    summary: "The same by the authors' released code: SGD at 0.1, truncated first values, images of unit length.",
    specification: { ...released, name: 'lenet-mnist-released' },
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
};
