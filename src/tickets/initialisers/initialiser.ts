import type { Network, Parameter, Tensors } from '../../networks/network.js';

/** Random numbers of one tensor, always the same ones: each call restarts its stream, so that a longer draw extends a shorter one. */
export interface Draws {
  /** Standard normal numbers, float32, as the kernels draw them. */
  normal(count: number): Float32Array;
  /** Uniform numbers on the open interval (0, 1), likewise. */
  uniform(count: number): Float32Array;
  /** Whole numbers below a bound, one after another. */
  below(bound: number): number;
}

/** What an initialiser that uses outputs is given. */
export interface AdjustContext {
  readonly network: Network;
  /** Every tensor as drawn, biases zero. */
  readonly drawn: Tensors;
  /** The variance of the output of a layer with weights over some examples, before any activation. */
  readonly outputVariance: OutputVariance;
}

export type OutputVariance = (weights: Tensors, layer: string) => number;

/** A distribution that a layer's weights are sampled from. */
export interface Initialiser {
  /** What it samples, for display. */
  readonly title: string;
  /** Who proposed it. */
  readonly source: string;
  /** The weights of one tensor in PyTorch's layout. */
  readonly draw: (weights: Parameter, draws: Draws) => Float32Array;
  /** The weights adjusted by the network's outputs on some examples: new tensors for those that it changes. */
  readonly adjust?: (context: AdjustContext) => Tensors;
}
