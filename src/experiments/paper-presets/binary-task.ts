import type { Preset } from './preset.js';

/**
 * Shwartz-Ziv and Tishby 2017, figures 2 and 3, and Saxe et al. 2018, figure 1: 12-10-7-5-4-3-2 units of tanh on the 12-bit task,
 * plain SGD. They train for 10,000 epochs at a rate of 0.0004; this rate goes as far in 1,600 epochs, a second or two. The
 * network has 263 weights, so that half of them is a sparse ticket already.
 */
export const binaryTask: Preset = {
  summary: 'Shwartz-Ziv and Tishby’s 12-bit task, tanh, for the information plane at density 0.5.',
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
