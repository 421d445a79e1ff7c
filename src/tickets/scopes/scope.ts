import type { Parameter } from '../../networks/network.js';
import type { KeepGroup } from '../ladder.js';

/** Tensors that are pruned, and the share that each would lose in a round. */
export interface ScopedParameter {
  readonly parameter: Parameter;
  readonly rate: number;
}

/** How a number of survivors is dealt out over layers. */
export interface Scope {
  /** What it does, for people. */
  readonly title: string;
  readonly source: string;
  /**
   * Tensors that are ranked together, and how many of each group survive.
   *
   * @param parameters those that are pruned, in the order of the layers
   * @param keep survivors among all of them, exactly
   */
  readonly groups: (parameters: readonly ScopedParameter[], keep: number) => KeepGroup[];
}
