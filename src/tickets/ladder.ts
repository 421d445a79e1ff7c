import { type Network, prunableParameters } from '../networks/network.js';
import { type PruningRates, pruningGroups } from './groups.js';
import { densityOf, type KeptCount } from './mask.js';

/** Weights that one round prunes of `remaining`, exactly. */
export function roundCount(remaining: number, rate: number): number {
  return Math.round(rate * remaining);
}

/** What a mask must keep: a count for each tensor, or one for a group of tensors that are ranked together. */
export interface KeepGroup {
  /** Names of weight tensors; a group of channels goes by its first. */
  readonly tensors: readonly string[];
  /** Weights; where more than single weights are pruned as one, elements. */
  readonly keep: number;
}

/** What is left of a number of weights after rounds of one rate. */
export function afterRounds(size: number, rate: number, rounds: number): number {
  let remaining = size;
  for (let round = 0; round < rounds; round++) remaining -= roundCount(remaining, rate);
  return remaining;
}

/**
 * What survives after `level` rounds from the dense network, group by group. Tensors in no group are left alone.
 *
 * @throws InputError when the rates do not fit the network; see `pruningGroups`
 */
export function keepAtLevel(network: Network, rates: PruningRates, level: number): KeepGroup[] {
  return pruningGroups(network, rates).map(({ parameters, size, rate }) => ({
    tensors: parameters.map(({ name }) => name),
    keep: afterRounds(size, rate, level),
  }));
}

/** One rung of the ladder. Counts of single layers are known in advance for scope `layer` alone. */
export interface Rung {
  readonly level: number;
  readonly density: number;
  readonly layers: readonly KeptCount[];
}

/** The ladder of densities, level 0 (dense) first. */
export function ladder(network: Network, rates: PruningRates, levels: number): Rung[] {
  const parameters = prunableParameters(network);
  const total = parameters.reduce((sum, { size }) => sum + size, 0);
  const groups = pruningGroups(network, rates);
  return Array.from({ length: levels }, (_, level): Rung => {
    const keeping = groups.map((group) => ({ ...group, keep: afterRounds(group.size, group.rate, level) }));
    const layers = parameters.map((parameter): KeptCount => {
      const { layer, size } = parameter;
      const group = keeping.find(({ parameters }) => parameters.some(({ name }) => name === parameter.name));
      // A global group's layers are shown at the group's mean density until a mask says more.
      return { layer, kept: group ? Math.round((size * group.keep) / group.size) : size, total: size };
    });
    const pruned = keeping.reduce((sum, { size, keep }) => sum + size - keep, 0);
    return { level, density: rates.scope === 'layer' ? densityOf(layers) : (total - pruned) / total, layers };
  });
}
