import { type MeasuredCell, type MeasuredHow, metrics } from 'lottery-lab/analysis';
import type { History, RunResults } from 'lottery-lab/experiments';

/** A number of one finished training. */
export interface CellMeasure {
  readonly kind: 'cell';
  readonly title: string;
  /** How two are compared: by their ratio, or by their difference. */
  readonly scale: 'ratio' | 'difference';
  readonly unit: string;
  readonly of: (cell: MeasuredCell, how: MeasuredHow) => number | null;
}

/** A learning curve, against iterations. */
export interface CurveMeasure {
  readonly kind: 'curve';
  readonly title: string;
  readonly unit: string;
  readonly of: (history: History) => readonly number[] | undefined;
}

const percent = (share: number | null): number | null => (share === null ? null : 100 * share);
const percents = (shares: readonly number[] | undefined): number[] | undefined => shares?.map((share) => 100 * share);

/** What is shown of runs, by its name in addresses. */
export const measures = {
  'time-to-loss': {
    kind: 'cell',
    title: 'iterations to the loss',
    scale: 'ratio',
    unit: 'iterations',
    of: metrics.timeToLoss.of,
  },
  'mean-loss': {
    kind: 'cell',
    title: 'mean validation loss while training',
    scale: 'ratio',
    unit: 'nats',
    of: metrics.lossArea.of,
  },
  'early-stop': {
    kind: 'cell',
    title: 'early stop (iteration)',
    scale: 'ratio',
    unit: 'iterations',
    of: metrics.earlyStop.of,
  },
  'test-early': {
    kind: 'cell',
    title: 'test accuracy at early stop (%)',
    scale: 'difference',
    unit: '%',
    of: (cell) => percent(metrics.testAtEarlyStop.of(cell)),
  },
  'test-end': {
    kind: 'cell',
    title: 'test accuracy at the end (%)',
    scale: 'difference',
    unit: '%',
    of: (cell) => percent(metrics.testAtEnd.of(cell)),
  },
  'validation-early': {
    kind: 'cell',
    title: 'validation accuracy at early stop (%)',
    scale: 'difference',
    unit: '%',
    of: (cell) => percent(metrics.validationAtEarlyStop.of(cell)),
  },
  'curve-validation-loss': {
    kind: 'curve',
    title: 'curve: validation loss',
    unit: 'nats',
    of: ({ validationLoss }) => validationLoss,
  },
  'curve-validation-accuracy': {
    kind: 'curve',
    title: 'curve: validation accuracy (%)',
    unit: '%',
    of: ({ validationAccuracy }) => percents(validationAccuracy),
  },
  'curve-train-loss': { kind: 'curve', title: 'curve: training loss', unit: 'nats', of: ({ trainLoss }) => trainLoss },
  'curve-train-accuracy': {
    kind: 'curve',
    title: 'curve: training accuracy (%)',
    unit: '%',
    of: ({ trainAccuracy }) => percents(trainAccuracy),
  },
  'curve-test-loss': { kind: 'curve', title: 'curve: test loss', unit: 'nats', of: ({ testLoss }) => testLoss },
  'curve-test-accuracy': {
    kind: 'curve',
    title: 'curve: test accuracy (%)',
    unit: '%',
    of: ({ testAccuracy }) => percents(testAccuracy),
  },
} as const satisfies Record<string, CellMeasure | CurveMeasure>;

export type MeasureName = keyof typeof measures;

/** Those that runs have: not the time to a loss where none is set, nor test curves where none were taken. */
export function measuresOf(runs: readonly RunResults[]): readonly MeasureName[] {
  const isTimed = runs.some((run) => run.measures.loss !== null);
  return (Object.keys(measures) as MeasureName[]).filter((name) => {
    if (name === 'time-to-loss') return isTimed;
    const measure: CellMeasure | CurveMeasure = measures[name];
    return (
      measure.kind === 'cell' ||
      runs.some(({ cells }) => cells.some(({ history }) => measure.of(history) !== undefined))
    );
  });
}
