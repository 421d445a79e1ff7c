import { cifar10, type Preset, rounds, standardAugmentation } from './preset.js';

/**
 * Renda, Frankle and Carbin 2020 (arXiv 2003.02389). They train on all 50,000 examples; here 5,000 are held out, so that
 * an epoch is 351 steps and not 390. Every weight of the network is ranked, the output layer's too.
 */
export const resnetRewind: Preset = {
  summary: "Renda's ResNet-20 on CIFAR-10: weights rewound to epoch 12 of 182; the setting retrain has the other ways.",
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
