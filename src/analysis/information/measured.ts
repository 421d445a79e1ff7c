import type { Estimate, EstimatorName } from './estimators.js';

/** A layer whose information was estimated. */
export interface MeasuredLayer {
  /** Of the layer with weights that computes it; `output` for the softmax of the logits. */
  readonly name: string;
  /** Values an example. */
  readonly units: number;
  /** `softmax` for the output. */
  readonly activation: string;
  /** `channel-means` where a map is too wide to be taken whole. */
  readonly values: 'all' | 'channel-means';
  /** What even bins are spread over: lowest and highest value. */
  readonly range: readonly [number, number];
}

/** One iteration of a training. */
export interface MeasuredIteration {
  readonly iteration: number;
  /** Mean cross-entropy in nats, and share of right answers, on the examples; null where the loss is not finite. */
  readonly loss: number | null;
  readonly accuracy: number;
  /** By layer, in their order, then by estimator; null where it is not to be trusted, or the layer is not finite. */
  readonly estimates: readonly Readonly<Partial<Record<EstimatorName, Estimate | null>>>[];
}

/** What was estimated of one training: a measurement's values. Information is in bits. */
export interface MeasuredInformation {
  /** Examples it was estimated on: X is one of them, each as likely. */
  readonly examples: number;
  /** H(Y), the entropy of their labels: the most that a layer can tell of them. */
  readonly labelEntropy: number;
  /** First layer first. */
  readonly layers: readonly MeasuredLayer[];
  /** By rising iteration; the last is the end of training. */
  readonly moments: readonly MeasuredIteration[];
}
