import type { Dataset } from 'lottery-lab/data';
import type { FinishedCell } from 'lottery-lab/experiments';

/** What the page asks of the worker that looks into networks. */
export type WeightsRequest =
  | { readonly kind: 'data'; readonly dataset: Dataset }
  | {
      readonly kind: 'look';
      readonly id: number;
      readonly cell: FinishedCell;
      /** The cells that it is made from. */
      readonly parents: readonly FinishedCell[];
    };

/** How many weights lie in each of the bins between two values. */
export interface Histogram {
  /** Of the first bin's lower edge; the last one's upper edge is its negative. What lies beyond is in the outermost bins. */
  readonly from: number;
  readonly counts: readonly number[];
}

/** Prunable weights of a layer, or of all. */
export interface LayerWeights {
  /** A weight tensor's name, or `all layers`. */
  readonly layer: string;
  /** At the start, whether they survive or not: what they were pruned from. */
  readonly all: Histogram;
  /** At the start, those that survive, in the same bins. */
  readonly kept: Histogram;
  /** At the end, those that survive, in bins of their own. */
  readonly end: Histogram;
}

export type WeightsReply = { readonly id: number } & (
  | { readonly kind: 'weights'; readonly layers: readonly LayerWeights[] }
  | { readonly kind: 'error'; readonly message: string }
);
