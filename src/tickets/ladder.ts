import { type Network, prunableParameters } from '../networks/network.js';
import { densityOf, type KeptCount } from './mask.js';

/** How far a round prunes. `rate` is the share of the remaining weights that go, never the share that stays. */
export interface PruningRates {
  /** `layer`: every layer loses its own share; `global`: one share over all layers but the output. */
  readonly scope: 'layer' | 'global';
  readonly rate: number;
  /** Of the output layer, for scope `layer`. A global scope leaves that layer alone and counts it out. */
  readonly outputRate: number;
}

/** Weights that one round prunes of `remaining`, exactly. */
export function roundCount(remaining: number, rate: number): number {
  return Math.round(rate * remaining);
}

/** What a mask must keep: a count for each tensor, or one for a group of tensors that are ranked together. */
export interface KeepGroup {
  /** Names of weight tensors. */
  readonly tensors: readonly string[];
  readonly keep: number;
}

/** What survives after `level` rounds from the dense network, group by group. Tensors in no group are left alone. */
export function keepAtLevel(network: Network, rates: PruningRates, level: number): KeepGroup[] {
  const parameters = prunableParameters(network);
  const after = (size: number, rate: number) => {
    let remaining = size;
    for (let round = 0; round < level; round++) remaining -= roundCount(remaining, rate);
    return remaining;
  };
  if (rates.scope === 'layer') {
    return parameters.map(({ name, size, output }) => ({
      tensors: [name],
      keep: after(size, output ? rates.outputRate : rates.rate),
    }));
  }
  const chosen = parameters.filter(({ output }) => !output);
  const size = chosen.reduce((sum, parameter) => sum + parameter.size, 0);
  return chosen.length === 0 ? [] : [{ tensors: chosen.map(({ name }) => name), keep: after(size, rates.rate) }];
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
  return Array.from({ length: levels }, (_, level): Rung => {
    const groups = keepAtLevel(network, rates, level);
    const layers = parameters.map(({ name, layer, size }): KeptCount => {
      const group = groups.find(({ tensors }) => tensors.includes(name));
      if (!group) return { layer, kept: size, total: size };
      // A global group's layers are shown at the group's mean density until a mask says more.
      const total = group.tensors.reduce((sum, t) => sum + (parameters.find((p) => p.name === t)?.size ?? 0), 0);
      return { layer, kept: Math.round((size * group.keep) / total), total: size };
    });
    const kept = groups.reduce((sum, { keep }) => sum + keep, 0);
    const grouped = new Set(groups.flatMap(({ tensors }) => tensors));
    const alone = parameters.filter(({ name }) => !grouped.has(name)).reduce((sum, { size }) => sum + size, 0);
    const total = parameters.reduce((sum, { size }) => sum + size, 0);
    return { level, density: rates.scope === 'layer' ? densityOf(layers) : (kept + alone) / total, layers };
  });
}
