import { channelsOf } from '../../networks/channels.js';
import { InputError, SettingError } from '../../networks/errors.js';
import { type Network, prunableParameters } from '../../networks/network.js';
import { withWidths } from '../../networks/widths.js';
import { groupsOf, kindOf, type PruningRates, type Rated, ratesOf } from '../groups.js';
import { afterRounds, type KeepGroup, type Rung } from '../ladder.js';
import { densityOf, type KeptCount } from '../mask.js';
import { type Counted, elementCounts, type Structure, structureKind } from '../structures/index.js';
import { nOfMAt, unitsAtDensity } from './structured.js';
import { type ScopeName, scopes } from './table.js';

/** How far a ladder prunes: by rounds of `rate`, or to densities that are given. */
export interface LadderSettings extends Omit<PruningRates, 'scope'> {
  readonly scope: ScopeName;
  /** Shares of all prunable weights kept, one per level from level 1 on; they replace rounds. */
  readonly densities?: readonly number[] | undefined;
  /**
   * Shares kept of single layers, by name, such as another ticket's, in place of rounds and of densities; for scope `layer`, which
   * then has one level. Layers that are not named stay whole.
   */
  readonly layerDensities?: Readonly<Record<string, number>> | undefined;
  /** What is pruned together, and counted by rates; default: single weights. */
  readonly structure?: Structure | undefined;
}

const singleWeights: Structure = { kind: 'weights' };

/**
 * How many survive at a level, group by group, in elements of the structure. Tensors in no group are not pruned.
 *
 * Densities are shares of the weights whatever is pruned: blocks are assumed to be all of one size, and units are the most that
 * one common share of all groups of channels keeps within the density; ranked over all groups, as many in all.
 *
 * @throws InputError when the rates do not fit the network, the layers that are not pruned hold more than a density allows,
 *   or the structure does not go with the scope
 */
export function keepAt(network: Network, settings: LadderSettings, level: number): KeepGroup[] {
  const { scope, densities, rate, structure = singleWeights } = settings;
  const { scopes: possible, reason, elements } = structureKind(structure);
  if (!possible.includes(scope)) {
    throw new SettingError({
      setting: ['scope'],
      value: scope,
      because: `structure ${structure.kind} cannot go with it: ${reason}`,
      expected: possible.join(' or '),
    });
  }
  if (densities !== undefined && level > densities.length) {
    throw new SettingError({
      setting: ['densities'],
      value: densities,
      because: `level ${level} is asked for`,
      expected: 'one density for each level from 1 on',
    });
  }
  const all = ratedElements(network, settings, structure);
  if (settings.layerDensities !== undefined) return copiedAt(network, settings.layerDensities, all, scope, level);
  if (structure.kind === 'n-of-m') return nOfMAt(all, structure, level, densities);
  const rated = all.filter((one) => one.rate > 0);
  if (scope === 'layer' || scope === 'global') {
    const groups = groupsOf(rated, { scope, rate }, ({ parameters: [first] }) => `${first.layer} (${kindOf(first)})`);
    if (densities === undefined) {
      return groups.map((group) => ({
        tensors: group.parameters.map(({ name }) => name),
        keep: afterRounds(group.size, group.rate, level),
      }));
    }
    if (structure.kind === 'units') return unitsAtDensity(network, groups, level, densities);
  }
  const inPlay = rated.reduce((sum, { parameter }) => sum + parameter.size, 0);
  const total = all.reduce((sum, { parameter }) => sum + parameter.size, 0);
  const alone = total - inPlay;
  const density = level === 0 ? 1 : densities?.[level - 1];
  const keep = density === undefined ? afterRounds(inPlay, rate, level) : Math.round(density * total) - alone;
  if (keep < 0) {
    throw new SettingError({
      setting: ['densities'],
      value: density,
      because: `the layers of ${network.name} that are left alone hold ${((100 * alone) / total).toFixed(2)}% of its ${elements}`,
      expected: 'more, or a rate above 0 for those layers (rates, layers)',
    });
  }
  return scopes[scope].groups(rated, keep);
}

/**
 * Every layer at its own density.
 *
 * @throws InputError for another scope than `layer`, a layer that is not there, or more than one level
 */
function copiedAt(
  network: Network,
  densities: Readonly<Record<string, number>>,
  all: readonly Rated<Counted>[],
  scope: ScopeName,
  level: number,
): KeepGroup[] {
  if (scope !== 'layer') {
    throw new SettingError({
      setting: ['scope'],
      value: scope,
      because: 'layerDensities says what each layer keeps',
      expected: 'layer',
    });
  }
  if (level > 1) {
    throw new SettingError({
      setting: ['layerDensities'],
      value: densities,
      because: `level ${level} is asked for`,
      expected: 'one level beside the dense one',
    });
  }
  const names = prunableParameters(network).map(({ layer }) => layer);
  const unknown = Object.keys(densities).find((layer) => !names.includes(layer));
  if (unknown !== undefined) {
    throw new SettingError({
      setting: ['layerDensities', unknown],
      value: densities[unknown],
      because: `${network.name} has no layer with weights of that name`,
      expected: `one of ${names.join(', ')}`,
    });
  }
  return all.flatMap(({ parameter: { name, size, parameters } }): KeepGroup[] => {
    const [{ layer }] = parameters;
    if (level === 0 || !Object.hasOwn(densities, layer)) return [];
    return [{ tensors: [name], keep: Math.round(size * densities[layer]) }];
  });
}

/** Elements with the rate of the layers that they belong to. */
function ratedElements(network: Network, settings: LadderSettings, structure: Structure): Rated<Counted>[] {
  const rates = new Map(ratesOf(network, settings).map(({ parameter, rate }) => [parameter.name, rate]));
  return elementCounts(network, structure).map((parameter) => {
    const [first, ...others] = parameter.parameters;
    const rate = rates.get(first.name) as number;
    const other = others.find(({ name }) => rates.get(name) !== rate);
    if (other !== undefined) {
      throw new InputError(
        `${first.layer} (${kindOf(first)}) has rate ${rate} and ${other.layer} (${kindOf(other)}) ${rates.get(other.name)}, but their outputs are added, so that their units are pruned together; expected one rate for both (settings rates, layers).`,
      );
    }
    return { parameter, rate };
  });
}

/**
 * The ladder of densities, level 0 (dense) first. A group's layers are shown at its mean density until a mask says more; so
 * are layers pruned by blocks that are smaller at the edges, and those between units that are ranked over all groups.
 *
 * @throws InputError as `keepAt`
 */
export function ladderOf(network: Network, settings: LadderSettings, levels: number): Rung[] {
  const { structure = singleWeights } = settings;
  const sizes = new Map(elementCounts(network, structure).map(({ name, size }) => [name, size]));
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return Array.from({ length: levels }, (_, level): Rung => {
    const groups = keepAt(network, settings, level);
    const layers = layersAt(network, structure, groups, sizes);
    // Of units that are ranked together only the count of each group is known.
    if (structure.kind === 'units' || groups.every(({ tensors }) => tensors.length === 1)) {
      return { level, density: densityOf(layers), layers };
    }
    const pruned = groups.reduce((sum, group) => sum + sizeOfGroup(group, sizes) - group.keep, 0);
    return { level, density: (total - pruned) / total, layers };
  });
}

function sizeOfGroup({ tensors }: KeepGroup, sizes: ReadonlyMap<string, number>): number {
  return tensors.reduce((sum, name) => sum + (sizes.get(name) as number), 0);
}

/** Weights that survive in each layer, as far as groups of elements determine them. */
function layersAt(
  network: Network,
  structure: Structure,
  groups: readonly KeepGroup[],
  sizes: ReadonlyMap<string, number>,
): KeptCount[] {
  const found = new Map(
    groups.flatMap((group) => {
      const size = sizeOfGroup(group, sizes);
      return group.tensors.map((name) => [name, { keep: group.keep, size }] as const);
    }),
  );
  /** The same share of a number as of the group that the tensor is in. */
  const part = (whole: number, name: string) => {
    const group = found.get(name);
    return group === undefined || group.size === 0 ? whole : Math.round((whole * group.keep) / group.size);
  };
  const parameters = prunableParameters(network);
  if (structure.kind !== 'units') {
    return parameters.map(({ name, layer, size }) => ({ layer, kept: part(size, name), total: size }));
  }
  const widths = channelsOf(network).groups.map(({ name, size, rows }) => [name, part(size, rows[0].tensor)] as const);
  const kept = prunableParameters(withWidths(network, new Map(widths)));
  return parameters.map(({ layer, size }, i) => ({ layer, kept: kept[i].size, total: size }));
}
