import type { WeightsAt } from '../../../experiments/results.js';
import type { Measurement } from '../../../training/types.js';

/** What one trained network of a study of rewinds showed. */
export interface TrainedPoint {
  /** `dense`, `ticket`, `reinitialise` or `random-mask`. */
  readonly condition: string;
  /** The iteration of the dense training that it is rewound to; null for what is trained from the first iteration on. */
  readonly rewind: number | null;
  /** Share of weights asked for; 1 for the dense network. */
  readonly density: number;
  /** From 0. */
  readonly trial: number;
  /** Which of several draws of a control, or of children that differ in the order of examples, from 0. */
  readonly draw: number;
  readonly status: 'done' | 'diverged';
  readonly earlyStop: Measurement;
  readonly end: Measurement;
}

/** Test accuracy, a share of 1. */
export const accuracyAt = ({ earlyStop, end }: TrainedPoint, at: WeightsAt): number =>
  (at === 'end' ? end : earlyStop).testAccuracy;

/** What kind of training, at one rewind and one density. */
export interface TrainedCondition {
  readonly condition: string;
  readonly rewind: number | null;
  readonly density: number;
}

export const isAt = (place: TrainedCondition) => (point: TrainedPoint) =>
  point.condition === place.condition && point.rewind === place.rewind && point.density === place.density;
