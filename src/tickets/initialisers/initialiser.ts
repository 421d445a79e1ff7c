import type { Parameter } from '../../networks/network.js';

/** Random numbers of one tensor, always the same ones: each call begins its stream anew, so more of them is more of the same. */
export interface Draws {
  /** Standard normal numbers, float32, as the kernels draw them. */
  normal(count: number): Float32Array;
  /** Uniform numbers on the open interval (0, 1), likewise. */
  uniform(count: number): Float32Array;
  /** Whole numbers below a bound, one after another. */
  below(bound: number): number;
}

/** A law that a layer's weights are drawn from. */
export interface Initialiser {
  /** What it draws, for people. */
  readonly title: string;
  /** Who proposed it. */
  readonly source: string;
  /** The weights of one tensor in PyTorch's layout. */
  readonly draw: (weights: Parameter, draws: Draws) => Float32Array;
}
