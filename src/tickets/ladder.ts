import type { KeptCount } from './mask.js';

/** Weights that one round prunes of `remaining`, exactly. */
export function roundCount(remaining: number, rate: number): number {
  return Math.round(rate * remaining);
}

/** What a mask must keep: a count for each tensor, or one for a group of tensors that are ranked together. */
export interface KeepGroup {
  /** Names of weight tensors; a group of channels goes by its first. */
  readonly tensors: readonly string[];
  /** Weights; elements where structures are pruned. */
  readonly keep: number;
}

/** What is left of a number of weights after rounds of one rate. */
export function afterRounds(size: number, rate: number, rounds: number): number {
  let remaining = size;
  for (let round = 0; round < rounds; round++) remaining -= roundCount(remaining, rate);
  return remaining;
}

/** One rung of the ladder. Counts of single layers are known in advance for scope `layer` alone. */
export interface Rung {
  readonly level: number;
  readonly density: number;
  readonly layers: readonly KeptCount[];
}
