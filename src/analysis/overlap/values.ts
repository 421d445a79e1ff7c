import type { ShuffleName } from '../alignment/index.js';
import type { Agreement, Overlap, OverlapCounts, PartCounts } from './index.js';

/** What is measured of the masks of finished cells, as plain data. */

/** Masks of one layer's weights in two networks. */
export interface LayerOverlap extends OverlapCounts {
  readonly layer: string;
  /** Incoming weights of each neuron, or map. */
  readonly neurons: PartCounts;
  /** Against chance that knows how many weights come into each neuron in either network. */
  readonly withinNeurons: Overlap;
  /** Against chance that knows how many weights read each input, pixels included. */
  readonly withinInputs: Overlap;
  /** Neurons that any weight comes into. */
  readonly livingNeurons: OverlapCounts;
  /** Inputs that any weight reads. */
  readonly livingInputs: OverlapCounts;
}

export interface OverlapValues {
  readonly layers: readonly LayerOverlap[];
}

/** What hidden units of two networks are matched by. */
export const matchedBy = {
  masks: 'their masks: most weights that survive in both',
  'masked-weights': 'the weights that their tickets ended with, zero where pruned',
  weights: 'the weights that their dense networks ended with',
} as const;

export type MatchedBy = keyof typeof matchedBy;

/** One draw of what matching finds where there is nothing to find. */
export interface ShuffledMatching {
  readonly shuffle: ShuffleName;
  /** From 0. */
  readonly draw: number;
  /** Places in common in each layer, in the order of the layers; all other counts stay. */
  readonly common: readonly number[];
}

export interface MatchingValues {
  /** The sum of products that matching raises, before and after. */
  readonly before: number;
  readonly after: number;
  /** Masks of each layer, the second network's hidden units in the order of the first's. */
  readonly layers: readonly (OverlapCounts & { readonly layer: string })[];
  /** The same search for the second network shuffled. */
  readonly shuffled: readonly ShuffledMatching[];
}

export interface AgreementValues {
  readonly layers: readonly (Agreement & { readonly layer: string })[];
  /** Weights that read each input and that all networks keep, in the order of the image `[channel][row][column]`. */
  readonly core: readonly number[];
  /** Those that any network keeps. */
  readonly union: readonly number[];
}
