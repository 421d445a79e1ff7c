import { channelsOf } from '../../networks/channels.js';
import { SettingError } from '../../networks/errors.js';
import type { Network } from '../../networks/network.js';
import { commonWidths, weightCount, withWidths } from '../../networks/widths.js';
import type { PruningGroup, Rated } from '../groups.js';
import type { KeepGroup } from '../ladder.js';
import type { Counted, Structure } from '../structures/index.js';
import { nOfMCount } from '../structures/n-of-m.js';

/**
 * The one rung of an n-of-m ladder: level 0 is dense, level 1 keeps n of each m inputs.
 *
 * @throws InputError at another level, or when densities are given
 */
export function nOfMAt(
  all: readonly Rated<Counted>[],
  structure: Extract<Structure, { readonly kind: 'n-of-m' }>,
  level: number,
  densities: readonly number[] | undefined,
): KeepGroup[] {
  const { keep, of } = structure;
  if (densities !== undefined) {
    throw new SettingError({
      setting: ['densities'],
      value: densities,
      because: `structure n-of-m sets the density itself, ${keep} of each ${of}`,
      expected: 'none',
    });
  }
  if (level > 1) {
    throw new SettingError({
      setting: ['structure'],
      value: structure,
      because: `level ${level} is asked for, and once ${keep} of each ${of} weights are left no more are pruned`,
      expected: '2 levels, dense and pruned',
    });
  }
  return all
    .filter(({ rate }) => rate > 0)
    .map(({ parameter: { name, size, shape } }) => ({
      tensors: [name],
      keep: level === 0 ? size : nOfMCount(shape, structure),
    }));
}

/**
 * The most units, one common share of all groups of channels that are pruned, whose network has no more weights than the
 * density allows.
 *
 * @param groups of units that are ranked together
 * @throws InputError when one unit of each group is too many
 */
export function unitsAtDensity(
  network: Network,
  groups: readonly PruningGroup<Counted>[],
  level: number,
  densities: readonly number[],
): KeepGroup[] {
  const density = level === 0 ? 1 : densities[level - 1];
  // A unit's tensor is the first of its group's rows.
  const layerOf = new Map(groups.flatMap(({ parameters }) => parameters.map((p) => [p.name, p.parameters[0].layer])));
  const pruned = new Set(layerOf.values());
  const chosen = channelsOf(network).groups.filter(({ name }) => pruned.has(name));
  const total = weightCount(network);
  const { widths } = commonWidths(network, chosen, density * total);
  if (widths === null) {
    const least = weightCount(withWidths(network, new Map(chosen.map(({ name }) => [name, 1]))));
    throw new SettingError({
      setting: ['densities'],
      value: density,
      because: `with one unit left wherever units are pruned ${network.name} still has ${((100 * least) / total).toFixed(2)}% of its weights`,
      expected: 'more',
    });
  }
  return groups.map(({ parameters }) => ({
    tensors: parameters.map(({ name }) => name),
    keep: parameters.reduce((sum, { name }) => sum + (widths.get(layerOf.get(name) as string) as number), 0),
  }));
}
