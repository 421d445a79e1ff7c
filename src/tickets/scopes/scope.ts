import type { Rated, Sized } from '../groups.js';
import type { KeepGroup } from '../ladder.js';

/** What is pruned: a weight tensor or the elements in one, with the tensor's shape for scopes that go by it. */
export interface Shaped extends Sized {
  readonly shape: readonly number[];
}

/** How a number of survivors is distributed over layers. */
export interface Scope {
  /** What it does, for display. */
  readonly title: string;
  readonly source: string;
  /**
   * Tensors that are ranked together, and how many of each group survive.
   *
   * @param parameters those that are pruned, in the order of the layers, and the share that each would lose in a round
   * @param keep survivors among all of them, exactly
   */
  readonly groups: (parameters: readonly Rated<Shaped>[], keep: number) => KeepGroup[];
}
