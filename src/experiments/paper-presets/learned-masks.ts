import type { SpecificationInput } from '../schema.js';
import { fewExamples, mnist, type Preset } from './preset.js';

/** LeNet-300-100 on MNIST whose mask is learned; the ticket is then trained as Frankle and Carbin 2019 do. */
const common: SpecificationInput = {
  network: 'lenet-300-100',
  data: mnist,
  initialisation: { name: 'glorot-normal' },
  optimiser: { name: 'adam', lr: 1.2e-3 },
  evaluateEvery: '1ep',
  controls: { reinitialise: 1 },
  trials: 5,
};

export const learnedMaskPresets: Readonly<Record<string, Preset>> = {
  'supermask-mnist': {
    summary:
      "A supermask by the example of Zhou et al.'s code: SGD at a rate of 100, 2,000 epochs of batches of 250. Hours a trial.",
    specification: {
      ...common,
      name: 'supermask-mnist',
      batch: 250,
      iterations: '60ep',
      pruning: { schedule: 'supermask', learned: { iterations: '2000ep' } },
      levels: 2,
    },
    quick: {
      data: fewExamples,
      iterations: '10ep',
      pruning: { learned: { iterations: '150ep' } },
      trials: 2,
    },
  },
  'edge-popup-mnist': {
    summary:
      "Edge-popup with the settings of Ramanujan et al.'s code for its fully connected network: signed constants, 100 epochs.",
    specification: {
      ...common,
      name: 'edge-popup-mnist',
      batch: 128,
      iterations: '30ep',
      pruning: {
        schedule: 'edge-popup',
        scope: 'uniform',
        densities: [0.7, 0.5, 0.3, 0.1],
        learned: { iterations: '100ep' },
      },
      levels: 5,
    },
    quick: {
      data: fewExamples,
      iterations: '10ep',
      pruning: { densities: [0.5, 0.1], learned: { iterations: '30ep' } },
      trials: 2,
      levels: 3,
    },
  },
};
