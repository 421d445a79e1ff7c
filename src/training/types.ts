import type { Dataset } from '../data/dataset.js';
import type { Mask, Network, Tensors } from '../networks/network.js';
import type { MaskEvolution } from './evolution.js';

/** How weights move along their gradients. `weightDecay` is added to the gradient (L2), of weights and biases alike. */
export type Optimiser =
  | {
      readonly name: 'sgd';
      readonly lr: number;
      readonly momentum: number;
      readonly nesterov: boolean;
      readonly weightDecay: number;
    }
  | {
      readonly name: 'adam';
      readonly lr: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly weightDecay: number;
    };

/** How the learning rate goes over a run. All lengths are iterations. */
export interface LearningRateSchedule {
  /** The step that begins at iteration i < warmup takes the share (i + 1) / warmup of the rate; 0 for no warm-up. */
  readonly warmup: number;
  readonly shape:
    | { readonly kind: 'constant' }
    /** Multiplied by `factor` from each iteration of `at` on. */
    | { readonly kind: 'steps'; readonly at: readonly number[]; readonly factor: number }
    /** Half a cosine from the whole rate at 0 to the share `floor` of it at iteration `until`, and there on. */
    | { readonly kind: 'cosine'; readonly until: number; readonly floor: number };
}

/** Random changes to training images: a crop from the image with a border of zeros, and a mirror image half the time. */
export interface Augmentation {
  /** Pixels of border on each side; 0 for no crop. */
  readonly padding: number;
  /** Whether half of the images are flipped left to right. */
  readonly flip: boolean;
}

/** Per-channel normalisation of pixel values scaled to 0 .. 1: `(pixel / 255 - mean) / deviation`. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** How a mask is learned while weights, biases and batch normalisation's scales and shifts stay at their start values. */
export type LearnedMask =
  /** Zhou et al. 2019, section 5: each step draws the mask; weight i survives with probability sigmoid(score i). */
  | {
      readonly kind: 'supermask';
      /** What every score begins at. */
      readonly initial: number;
    }
  /** Ramanujan et al. 2020: the scores of largest magnitude survive, so many in each tensor. */
  | {
      readonly kind: 'edge-popup';
      /** Survivors by the weight tensor's name; all of one that is not named. */
      readonly counts: ReadonlyMap<string, number>;
    };

/** Everything one training run needs. */
export interface TrainingPlan {
  readonly network: Network;
  readonly dataset: Dataset;
  readonly normalisation: Normalisation;
  /** Places in the training set that are trained on. */
  readonly trainIndices: Int32Array;
  /** Places in the training set that are held out for validation. */
  readonly validationIndices: Int32Array;
  /** The values training starts from, in PyTorch's layout; pruned places are ignored unless they are frozen. */
  readonly start: Tensors;
  /** Absent for the dense network. */
  readonly mask?: Mask;
  /** How that mask changes in training; default: it does not change. An object of its own for each training that runs. */
  readonly evolution?: MaskEvolution;
  /**
   * What stands where a weight is pruned: `zero`, or `frozen` at its start value, which takes part and never moves (Zhou et
   * al. 2019, section 4). Default: zero. Frozen weights have to be computed, so layers are stored densely whatever the
   * density, and nothing is saved.
   */
  readonly pruned?: 'zero' | 'frozen';
  /** Learns a mask in place of the weights; all layers are stored densely. Not together with `mask` or `pruned`. */
  readonly learned?: LearnedMask;
  readonly optimiser: Optimiser;
  /** Default: constant. */
  readonly schedule?: LearningRateSchedule;
  /** `weights`: weight decay leaves biases and batch normalisation alone. Default: `all`. */
  readonly decayOn?: 'all' | 'weights';
  /** Gradients are scaled down to this L2 norm over all of them when they exceed it; default: never. */
  readonly clipNorm?: number;
  /** Share of the label that is spread over all classes in the training loss; default: 0. */
  readonly labelSmoothing?: number;
  /** Default: none. */
  readonly augmentation?: Augmentation;
  readonly batch: number;
  readonly iterations: number;
  readonly evaluateEvery: number;
  /** Seed of the order in which examples are seen. */
  readonly orderSeed: number;
  /**
   * The iteration that training begins at: 0, or the one a ticket is rewound to. The order of examples goes on from
   * there; the optimiser starts afresh. Training ends at `iterations` either way.
   */
  readonly firstIteration: number;
  /** Iterations whose weights are kept, for rewinding. */
  readonly snapshots: readonly number[];
  /** Evaluate on the test set at every evaluation too. */
  readonly testCurve: boolean;
  /** How weights lie in memory; the results are the same bits. `auto` chooses by density. */
  readonly storage: 'auto' | 'dense' | 'sparse';
}

/** One evaluation a row, as columns of equal length; the first row is iteration 0, the last the end. */
export interface History {
  readonly iteration: readonly number[];
  /** Mean loss in nats on the batch that is due at this iteration, before it is learned from. */
  readonly trainLoss: readonly number[];
  readonly trainAccuracy: readonly number[];
  readonly validationLoss: readonly number[];
  readonly validationAccuracy: readonly number[];
  /** Present when full test curves were asked for. */
  readonly testLoss?: readonly number[];
  readonly testAccuracy?: readonly number[];
}

/** Validation and test figures of one set of weights. Losses are mean nats, accuracies shares of 1. */
export interface Measurement {
  readonly iteration: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
}

/**
 * Work that was done, as it was executed: a layer that is stored sparse counts its surviving weights alone. Floating-point
 * operations, but for the examples.
 */
export interface Work {
  /** From the images of a training step to its loss. */
  readonly forward: number;
  /** From the loss to the weights' update. */
  readonly backward: number;
  /** On the validation and test sets, and on batches that were looked at before they were learned from. */
  readonly evaluation: number;
  /** Looking for the next mask while training: gradients through the dense network. */
  readonly search: number;
  /** Learned from, counted each time. */
  readonly examples: number;
  /** Sent through for the search, counted each time. */
  readonly searchExamples: number;
}

/** What one training run yields. */
export interface TrainingResult {
  /**
   * `diverged`: the loss turned NaN or infinite, or a weight or gradient where the mask was to change, and training ended at the
   * last row of the history.
   */
  readonly status: 'done' | 'diverged';
  readonly history: History;
  /**
   * At the iteration of the lowest validation loss, in hindsight; the first of equals. Only evaluations since the density last
   * changed count: before, the network was not the ticket that training ends with.
   */
  readonly earlyStop: Measurement;
  readonly earlyStopWeights: Tensors;
  /** The mask of those weights; null for the dense network. */
  readonly earlyStopMask: Mask | null;
  readonly end: Measurement;
  readonly finalWeights: Tensors;
  /** The mask at the end; null for the dense network. */
  readonly mask: Mask | null;
  /** By iteration, those that the plan asked for. */
  readonly snapshots: ReadonlyMap<number, Tensors>;
  readonly work: Work;
  /** Floating-point operations executed: all of the work. */
  readonly flops: number;
}

/** How far a training run has come, and the last evaluation's figures. */
export interface TrainingProgress {
  readonly iteration: number;
  readonly iterations: number;
  /** The iteration that the plan begins at. */
  readonly firstIteration: number;
  /** The iteration that this very call began at: later than the first where it took up a checkpoint. */
  readonly resumedAt: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}
