import type { SpecificationInput } from '../schema.js';
import { cifar10, fewExamples, type Preset, rounds } from './preset.js';

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

export const convPresets: Readonly<Record<string, Preset>> = {
  ...conv({ depth: 2, lr: 2e-4, iterations: 20_000, convolution: 0.1, levels: 20 }),
  ...conv({ depth: 4, lr: 3e-4, iterations: 25_000, convolution: 0.1, levels: 23 }),
  ...conv({ depth: 6, lr: 3e-4, iterations: 30_000, convolution: 0.15, levels: 25 }),
};
