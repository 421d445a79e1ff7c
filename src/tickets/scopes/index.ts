import { InputError } from '../../networks/errors.js';
import { type Network, prunableParameters } from '../../networks/network.js';
import { type PruningRates, pruningGroups, ratesOf } from '../groups.js';
import { afterRounds, type KeepGroup, keepAtLevel, type Rung } from '../ladder.js';
import { densityOf, type KeptCount } from '../mask.js';
import { erdosRenyi, erdosRenyiKernel, global, layer, uniform } from './by-layer.js';
import type { Scope } from './scope.js';

export type { Scope } from './scope.js';
export { erdosRenyiCounts, erdosRenyiKernelCounts, uniformCounts } from './spread.js';

/** Every scope by name: one line each. */
export const scopes = {
  layer,
  global,
  uniform,
  'erdos-renyi': erdosRenyi,
  'erdos-renyi-kernel': erdosRenyiKernel,
} as const satisfies Record<string, Scope>;

export type ScopeName = keyof typeof scopes;

export const scopeNames = Object.keys(scopes) as ScopeName[];

/** How far a ladder prunes: by rounds of `rate`, or to densities that are given. */
export interface LadderSettings extends Omit<PruningRates, 'scope'> {
  readonly scope: ScopeName;
  /** Shares of all prunable weights kept, one a level from level 1 on; in place of rounds. */
  readonly densities?: readonly number[] | undefined;
}

/**
 * Who survives at a level, group by group. Tensors in no group are left alone.
 *
 * @throws InputError when the rates do not fit the network, the layers left alone hold more than a density allows, or there
 *   is no density for the level
 */
export function keepAt(network: Network, settings: LadderSettings, level: number): KeepGroup[] {
  const { scope, densities, rate } = settings;
  if (densities === undefined && (scope === 'layer' || scope === 'global')) {
    return keepAtLevel(network, { ...settings, scope }, level);
  }
  if (scope === 'layer' || scope === 'global') pruningGroups(network, { ...settings, scope });
  const parameters = ratesOf(network, settings).filter((scoped) => scoped.rate > 0);
  const inPlay = parameters.reduce((sum, { parameter }) => sum + parameter.size, 0);
  const all = prunableParameters(network).reduce((sum, { size }) => sum + size, 0);
  const alone = all - inPlay;
  if (densities !== undefined && level > densities.length) {
    throw new InputError(
      `pruning.densities has ${densities.length} densities, and level ${level} is asked for; expected one for each level from 1 on.`,
    );
  }
  const density = level === 0 ? 1 : densities?.[level - 1];
  const keep = density === undefined ? afterRounds(inPlay, rate, level) : Math.round(density * all) - alone;
  if (keep < 0) {
    throw new InputError(
      `pruning.densities has ${density}, but the layers of ${network.name} that are left alone hold ${((100 * alone) / all).toFixed(2)}% of its weights; expected more, or a rate above 0 for those layers (pruning.rates, pruning.layers).`,
    );
  }
  return scopes[scope].groups(parameters, keep);
}

/** The ladder of densities, level 0 (dense) first. A group's layers are shown at its mean density until a mask says more. */
export function ladderOf(network: Network, settings: LadderSettings, levels: number): Rung[] {
  const parameters = prunableParameters(network);
  const sizes = new Map(parameters.map(({ name, size }) => [name, size]));
  return Array.from({ length: levels }, (_, level): Rung => {
    const groups = keepAt(network, settings, level);
    const kept = new Map<string, number>();
    for (const { tensors, keep } of groups) {
      const size = tensors.reduce((sum, name) => sum + (sizes.get(name) as number), 0);
      for (const name of tensors) kept.set(name, Math.round(((sizes.get(name) as number) * keep) / size));
    }
    const layers = parameters.map(
      ({ name, layer, size }): KeptCount => ({ layer, kept: kept.get(name) ?? size, total: size }),
    );
    if (groups.every(({ tensors }) => tensors.length === 1)) return { level, density: densityOf(layers), layers };
    const grouped = new Set(groups.flatMap(({ tensors }) => tensors));
    const total = parameters.reduce((sum, { size }) => sum + size, 0);
    const alone = parameters.reduce((sum, { name, size }) => sum + (grouped.has(name) ? 0 : size), 0);
    return { level, density: (alone + groups.reduce((sum, { keep }) => sum + keep, 0)) / total, layers };
  });
}
