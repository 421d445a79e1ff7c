import { type LossCurve, lossArea, type Measures, timeToLoss } from './speed.js';

/** What is compared of two trainings, and on which scale. */

/** Accuracies are shares of 1. */
export interface MeasuredPoint {
  readonly iteration: number;
  readonly validationAccuracy: number;
  readonly testAccuracy: number;
}

/** The part of a finished cell that statistics need. */
export interface MeasuredCell {
  /** `dense`, `ticket`, or the name of a control. */
  readonly condition: string;
  readonly trial: number;
  /** Rounds of pruning done; 0 for the dense network. */
  readonly level: number;
  /** Which of several controls of one ticket. */
  readonly draw: number;
  readonly status: 'done' | 'diverged';
  readonly earlyStop: MeasuredPoint;
  readonly end: MeasuredPoint;
  readonly history: LossCurve;
}

/** What measures of a run have in common. */
export interface MeasuredHow extends Measures {
  /** The first iteration that all of its trainings have. */
  readonly from: number;
}

/** The first iteration that all of some trainings have, so that areas under their curves can be compared. */
export const commonStart = (cells: readonly Pick<MeasuredCell, 'history'>[]): number =>
  cells.reduce((latest, { history }) => Math.max(latest, history.iteration[0] ?? 0), 0);

interface MetricDescription {
  /** `ratio`: a positive quantity, compared by the logarithm of the ratio. `difference`: a share, compared by the difference. */
  readonly scale: 'ratio' | 'difference';
  /** Null where the cell has none. */
  readonly of: (cell: MeasuredCell, how: MeasuredHow) => number | null;
}

/** Times count optimiser steps, accuracies are shares of 1, the area is a mean loss in nats. */
export const metrics = {
  timeToLoss: {
    scale: 'ratio',
    of: ({ history }, { loss }) => (loss === null ? null : (timeToLoss(history, loss)?.iterations ?? null)),
  },
  lossArea: { scale: 'ratio', of: ({ history }, { from }) => lossArea(history, from) },
  earlyStop: { scale: 'ratio', of: ({ earlyStop }) => earlyStop.iteration },
  validationAtEarlyStop: { scale: 'difference', of: ({ earlyStop }) => earlyStop.validationAccuracy },
  testAtEarlyStop: { scale: 'difference', of: ({ earlyStop }) => earlyStop.testAccuracy },
  testAtEnd: { scale: 'difference', of: ({ end }) => end.testAccuracy },
} as const satisfies Readonly<Record<string, MetricDescription>>;

export type Metric = keyof typeof metrics;

export const metricNames = Object.keys(metrics) as Metric[];

/** Whether a training ended before it had the loss that it is timed to. */
export const neverReached = ({ history, status }: MeasuredCell, { loss }: Measures): boolean =>
  loss !== null && status === 'done' && timeToLoss(history, loss)?.reached === false;
