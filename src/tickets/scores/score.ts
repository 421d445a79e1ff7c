/** What a score may know beside the values: where a draw of random numbers comes from. */
export interface ScoreContext {
  /** Seed of what is drawn; the same for every tensor of a network. */
  readonly seed: number;
  /** Place of the tensor among those that may be pruned. */
  readonly place: number;
}

/**
 * How much a weight matters: the lowest scores are pruned first. A score is a pure function of one tensor's trained
 * values and its context, a value a weight.
 */
export type Score = (trained: Float32Array, context: ScoreContext) => Float32Array;
