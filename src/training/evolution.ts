import type { Doubles, Mask, Tensors } from '../networks/network.js';

/**
 * How a mask changes while training goes on. Training asks at every iteration that `next` names and once more at its end, never
 * where it begins: there the plan's own mask stands, or the one that a rewind goes on from.
 *
 * At a change survivors keep their values and the optimiser's state of them exactly; what is pruned loses both; what grows begins
 * at +0 with neither. Nothing else knows of it: learning rate, the optimiser's clock and the order of examples go on.
 */
export interface MaskEvolution {
  /** The first iteration from `iteration` on at which the mask may change; Infinity when there is none. */
  next(iteration: number): number;
  /** Looks at training at such an iteration, before its step, or at the end. */
  change(moment: MaskMoment): MaskChange;
  /**
   * Whether an iteration that `next` names has no step, as in RigL: its batch is looked at and weights stay as they are. Learning
   * rate, the optimiser's clock and the order of examples go on as if it had one. Default: every iteration has its step.
   */
  holds?(iteration: number): boolean;
  /** What a checkpoint must hold of it beside the mask; default: nothing. */
  save?(): EvolutionState;
  /** Resumes from what `save` gave; an empty state when training begins. */
  load?(state: EvolutionState): void;
}

/** An evolution's own memory, by names that it chooses. */
export type EvolutionState = ReadonlyMap<string, Uint8Array | Float32Array>;

/** Training as an evolution sees it. Nothing of it may be written to. */
export interface MaskMoment {
  readonly iteration: number;
  /** Where training ends: no step follows there. */
  readonly iterations: number;
  /** Of every prunable tensor. */
  readonly mask: Mask;
  /** In PyTorch's layout, pruned places +0. */
  readonly weights: Tensors;
  /**
   * dL/dw, of pruned weights too, of the loss on the batch that is due, label smoothing included, weight decay not. The weights
   * go through a dense network, pruned ones at zero; images are not augmented and dropout lets everything pass. Counted as search.
   */
  gradients(): Doubles;
}

/** What becomes of the mask. `stop` ends training there, with that mask. */
export type MaskChange =
  | { readonly kind: 'keep' }
  | {
      readonly kind: 'change';
      readonly mask: Mask;
      /** Survivors that begin at +0 without a state although they survived before, as bits: pruned and grown again at once. */
      readonly anew?: Mask;
    }
  | { readonly kind: 'stop'; readonly mask: Mask };
