import { power } from '../power.js';
import type { Scope } from './scope.js';
import { countsTo, erdosRenyiCounts, erdosRenyiKernelCounts, uniformCounts } from './spread.js';

const ofEach =
  (counts: typeof uniformCounts): Scope['groups'] =>
  (parameters, keep) => {
    const tensors = parameters.map(({ parameter }) => parameter);
    return counts(tensors, keep).map((count, i) => ({ tensors: [tensors[i].name], keep: count }));
  };

/** Rounds after which nothing is left, whatever the rate. */
const MOST_ROUNDS = 2 ** 52;

/** The number of rounds, as a real number, at which all layers together keep the given count: each at (1 - rate)^rounds. */
export const layer: Scope = {
  title: 'each layer loses its own rate: rate, for the output layer outputRate, or those of rates and layers',
  source: 'Frankle and Carbin 2019',
  groups: (parameters, keep) => {
    const sizes = parameters.map(({ parameter }) => parameter.size);
    const at = (rounds: number) => parameters.map(({ rate }, i) => sizes[i] * power(1 - rate, rounds));
    const counts = countsTo(keep, sizes, at, [MOST_ROUNDS, 0]);
    return counts.map((count, i) => ({ tensors: [parameters[i].parameter.name], keep: count }));
  },
};

export const global: Scope = {
  title: 'all layers but the output are ranked together and lose rate of their total; a kind at rate 0 is excluded',
  source: 'Frankle and Carbin 2019, section 4',
  groups: (parameters, keep) => [{ tensors: parameters.map(({ parameter }) => parameter.name), keep }],
};

export const uniform: Scope = {
  title: 'every layer that is pruned at all keeps the same share, the output layer too',
  source: 'Zhu and Gupta 2018; Evci et al. 2020, section 3',
  groups: ofEach(uniformCounts),
};

export const erdosRenyi: Scope = {
  title: 'layers with many units on both sides keep a smaller share: (inputs + outputs) / (inputs x outputs)',
  source: 'Mocanu et al. 2018, equation 3',
  groups: ofEach(erdosRenyiCounts),
};

export const erdosRenyiKernel: Scope = {
  title: 'the same, a convolution’s kernel counted among its sizes',
  source: 'Evci et al. 2020, section 3',
  groups: ofEach(erdosRenyiKernelCounts),
};
