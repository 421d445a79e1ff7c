import { LINE_POINTS } from '../../analysis/connectivity/index.js';
import type { PlannedCell } from '../../experiments/graph.js';
import type { LineSpecification, PlannedMeasurement } from '../../experiments/measurements/index.js';
import type { WeightsAt } from '../../experiments/results.js';
import type { RewindOptions } from '../shared/rewinds/ladders.js';
import type { StabilityLine } from './found.js';

export interface StabilityOptions extends RewindOptions {
  /** Of each network, with an order of examples each; two at least. */
  readonly children: number;
  /** Places on a line; `LINE_POINTS` is usual. */
  readonly points: number;
  /** Which weights are compared. */
  readonly at: WeightsAt;
  /** Training examples that lines are seen on; 0 for the test set alone. */
  readonly trainingExamples: number;
  /** Takes the running statistics of batch normalisation anew on every line; else between trials alone. */
  readonly estimate: boolean;
}

export const usualStability = { children: 2, points: LINE_POINTS, at: 'end', trainingExamples: 10_000 } as const;

/** A line that is asked for: where it stands, and how it is measured. */
export interface PlannedLine {
  readonly place: LinePlace;
  readonly measurement: PlannedMeasurement<LineSpecification>;
}

type WithoutValues<Line> = Line extends StabilityLine ? Omit<Line, 'values'> : never;
/** Between what a line is drawn. */
export type LinePlace = WithoutValues<StabilityLine>;

/** A child: a training from the weights at a rewind, under a mask or none. */
export interface Child {
  readonly cell: PlannedCell;
  /** In iterations. */
  readonly rewind: number;
  /** As asked for; 1 for the dense network. */
  readonly density: number;
  readonly child: number;
}
