import { LINE_POINTS } from '../../analysis/connectivity/index.js';
import type { PlannedCell } from '../../experiments/graph.js';
import type { LineSpecification, PlannedMeasurement } from '../../experiments/measurements/index.js';
import { count, onOff, type ValuesOf } from '../shared/options.js';
import { rewindOptions } from '../shared/rewinds/options.js';
import type { StabilityLine } from './found.js';

export const options = {
  ...rewindOptions,
  children: count({
    help: 'trainings from each rewind, each in another order of examples; all pairs are compared',
    default: 2,
    least: 2,
  }),
  points: count({ help: 'places on the line between two networks', default: LINE_POINTS, least: 2 }),
  trainingExamples: count({
    help: 'training examples that lines are evaluated on beside the test set; 0 for none',
    default: 10_000,
    least: 0,
  }),
  estimate: onOff({
    help: 'estimate running statistics of batch normalisation anew on every line, not only between trials',
    default: false,
  }),
};

export type StabilityOptions = ValuesOf<typeof options>;

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
