import type { SettingProblem } from '../../networks/errors.js';
import type { Mask, Network, Parameter } from '../../networks/network.js';
import type { KeepGroup } from '../ladder.js';
import type { Scored } from '../prune.js';
import type { ScopeName } from '../scopes/table.js';

/** What is pruned together. */
export type Structure =
  | { readonly kind: 'weights' }
  | { readonly kind: 'units' }
  /** Squares of `size` x `size` in the matrix `[outputs][inputs]`. */
  | { readonly kind: 'blocks'; readonly size: number }
  /** `keep` of each `of` consecutive inputs stay. */
  | { readonly kind: 'n-of-m'; readonly keep: number; readonly of: number };

/** Elements that are counted together: those of a weight tensor, or the channels of a group. */
export interface Counted {
  /** Of the weight tensor; of a group of channels, the first that has them for rows. What `KeepGroup.tensors` names. */
  readonly name: string;
  /** Elements. */
  readonly size: number;
  /** The tensor's shape, for scopes that go by it. */
  readonly shape: readonly number[];
  /** The weight tensors whose weights decide what an element scores. */
  readonly parameters: readonly Parameter[];
}

/** A way to group weights that are pruned together. */
export interface StructureKind<S extends Structure = Structure> {
  /** What it prunes, for display. */
  readonly title: string;
  readonly source: string;
  /** Its elements in the plural: weights, units, blocks. */
  readonly elements: string;
  /** Scopes that can distribute its elements. */
  readonly scopes: readonly ScopeName[];
  /** Why no other scope can. */
  readonly reason: string;
  /** What is wrong with the settings, or null. */
  check(structure: S): SettingProblem | null;
  /** All elements of a network, in its order. */
  counted(network: Network, structure: S): Counted[];
  /** For each `Counted` by name, one byte per element: 1 where something of it survives. */
  alive(network: Network, mask: Mask, structure: S): ReadonlyMap<string, Uint8Array>;
  /** Prunes until each group keeps exactly its count of elements; see `pruneElements`. */
  prune(
    network: Network,
    mask: Mask,
    scored: Scored,
    structure: S,
    groups: readonly KeepGroup[],
  ): Map<string, Uint8Array>;
}
