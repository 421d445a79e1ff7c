import type { Quantity } from '../measure.js';

/** The inputs of a score: one tensor before and after training, its survivors, and its seed. */
export interface ScoreContext {
  /** The values that are scored, in PyTorch's layout: those after training, or the first ones of pruning at initialisation. */
  readonly trained: Float32Array;
  /** Initial values, before any training; all zeros where a score does not ask for them. */
  readonly initial: Float32Array;
  /** 1 where a weight survives so far, 0 where it is pruned already, whatever its score. */
  readonly mask: Uint8Array;
  /** Seed of random numbers; the same for every tensor of a network. */
  readonly seed: number;
  /** Place of the tensor among those that may be pruned. */
  readonly place: number;
  /** One number per weight, of the kinds that the score's `needs` names. */
  readonly measured: (quantity: Quantity) => Float64Array;
}

/** How much a weight matters: the lowest scores are pruned first. */
export interface Score {
  /** Which weights are kept longest, for display. */
  readonly title: string;
  /** Who proposed it. */
  readonly source: string;
  /** True where it looks at `initial`. */
  readonly needsInitial?: boolean;
  /** True where it draws numbers, and so needs a seed in a mask's specification. */
  readonly draws?: boolean;
  /** What must be measured for it. */
  readonly needs?: readonly Quantity[];
  /** One value per weight: a pure function, minus infinity for weights to prune before all others. */
  readonly of: (context: ScoreContext) => Float32Array | Float64Array;
}
