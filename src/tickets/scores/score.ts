/** What a score may look at: one tensor before and after training, who is left of it, and where draws come from. */
export interface ScoreContext {
  /** Values after training, in PyTorch's layout. */
  readonly trained: Float32Array;
  /** Values as they were drawn, before any training; all zeros where a score asks for none. */
  readonly initial: Float32Array;
  /** 1 where a weight survives so far, 0 where it is pruned already, whatever its score. */
  readonly mask: Uint8Array;
  /** Seed of what is drawn; the same for every tensor of a network. */
  readonly seed: number;
  /** Place of the tensor among those that may be pruned. */
  readonly place: number;
}

/** How much a weight matters: the lowest scores are pruned first. */
export interface Score {
  /** Which weights are kept longest, for people. */
  readonly title: string;
  /** Who proposed it. */
  readonly source: string;
  /** True where it looks at `initial`. */
  readonly needsInitial?: boolean;
  /** True where it draws numbers, and so needs a seed in a mask's specification. */
  readonly draws?: boolean;
  /** A value a weight: a pure function, minus infinity for what is to go first of all. */
  readonly of: (context: ScoreContext) => Float32Array;
}
