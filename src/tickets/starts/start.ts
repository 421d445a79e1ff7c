/** Random numbers of one tensor, from streams of its own. */
export interface StartDraws {
  /** Standard normal numbers, float32, as the kernels draw them; the same ones at each call. */
  normal(count: number): Float32Array;
  /** Whole numbers below a bound, one after another. */
  below(bound: number): number;
}

/** The inputs of a start: one weight tensor in PyTorch's layout. */
export interface StartContext {
  /** Its initial values, pruned places included. */
  readonly initial: Float32Array;
  /** 1 where a weight survives. */
  readonly mask: Uint8Array;
  /** Values of a random re-initialisation. */
  readonly redrawn: Float32Array;
  readonly draws: StartDraws;
  /** How much, for a start that takes a number, such as standard deviations of noise. */
  readonly amount: number;
}

/** What survivors start from in place of their initial values. */
export interface Start {
  /** What survivors start from, for display. */
  readonly title: string;
  readonly source: string;
  /** True where it draws numbers, so that several of them differ. */
  readonly draws?: boolean;
  /** True where it takes a number. */
  readonly takesAmount?: boolean;
  /** The tensor's start values; those of pruned weights are ignored. */
  readonly of: (context: StartContext) => Float32Array;
}
