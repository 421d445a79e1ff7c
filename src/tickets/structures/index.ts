import { SettingError } from '../../networks/errors.js';
import type { Mask, Network, Tensors } from '../../networks/network.js';
import type { KeepGroup } from '../ladder.js';
import { countOf } from '../mask.js';
import { type PruneSource, type Scored, scoreTensors } from '../prune.js';
import type { Score, ScoreName } from '../scores/index.js';
import { blocks } from './blocks.js';
import { nOfM } from './n-of-m.js';
import type { Counted, Structure, StructureKind } from './structure.js';
import { units } from './units.js';
import { weights } from './weights.js';

export type { Counted, Structure, StructureKind } from './structure.js';

/** Every structure by name: one line each. */
export const structures = {
  weights,
  units,
  blocks,
  'n-of-m': nOfM,
} as const satisfies { readonly [K in Structure['kind']]: StructureKind<Extract<Structure, { readonly kind: K }>> };

export type StructureName = keyof typeof structures;

export const structureNames = Object.keys(structures) as StructureName[];

/**
 * The structure that settings ask for.
 *
 * @throws InputError when they make no sense
 */
export function structureKind(structure: Structure): StructureKind {
  const kind = structures[structure.kind] as StructureKind;
  const problem = kind.check(structure);
  if (problem !== null) throw new SettingError(problem).under(['structure']);
  return kind;
}

/** How many elements there are, by weight tensor or by group of channels. */
export function elementCounts(network: Network, structure: Structure): Counted[] {
  return structureKind(structure).counted(network, structure);
}

/** How many elements of each `Counted` have a surviving weight, by its name. */
export function survivingElements(network: Network, mask: Mask, structure: Structure): Map<string, number> {
  const alive = structureKind(structure).alive(network, mask, structure);
  return new Map([...alive].map(([name, bits]) => [name, countOf(bits)]));
}

/**
 * Prunes whole elements until each group keeps exactly its count. An element scores the mean of its surviving weights, a unit
 * the mean of all that come in, over all layers whose outputs are added. The lowest go first; of equal ones the one that
 * comes first, by name and then by place. Elements without a surviving weight are gone already. `n-of-m` keeps the highest of
 * each few inputs instead; its groups may keep that many or everything.
 *
 * @param scored one number per weight of the tensors that the groups' elements are of: `Counted.parameters`
 * @param groups names of `elementCounts` that are ranked together, and how many of their elements survive
 * @returns a new mask
 * @throws InputError when scores are missing, a name is not there, or a group would have to grow
 */
export function pruneElements(
  network: Network,
  mask: Mask,
  scored: Scored,
  structure: Structure,
  groups: readonly KeepGroup[],
): Map<string, Uint8Array> {
  return structureKind(structure).prune(network, mask, scored, structure, groups);
}

/**
 * Scores what decides and prunes by it: `prune`, of elements.
 *
 * @param groups see `pruneElements`
 */
export function pruneByStructure(
  network: Network,
  structure: Structure,
  mask: Mask,
  trained: Tensors,
  score: ScoreName | Score,
  groups: readonly KeepGroup[],
  source: PruneSource = {},
): Map<string, Uint8Array> {
  const names = new Set(groups.flatMap(({ tensors }) => tensors));
  const tensors = elementCounts(network, structure)
    .filter(({ name }) => names.has(name))
    .flatMap(({ parameters }) => parameters.map(({ name }) => name));
  return pruneElements(network, mask, scoreTensors(mask, trained, score, tensors, source), structure, groups);
}
