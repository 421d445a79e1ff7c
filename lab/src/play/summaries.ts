import {
  byCondition,
  commonStart,
  type Interval,
  type MeasuredCell,
  type MeasuredHow,
  mean,
  metrics,
  overTrials,
  tInterval,
} from 'lottery-lab/analysis';
import type { RunResults } from 'lottery-lab/experiments';
import { grouped } from '../parts/grouped.js';
import type { CurvePoint, LiveCell } from './experiment.js';

/** A mean over trials at one place of a curve, with its 95% t interval where there are several. */
export interface MeanPoint {
  readonly condition: string;
  readonly x: number;
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly trials: number;
}

function pointOf(condition: string, x: number, values: readonly number[]): MeanPoint {
  const interval: Interval | null = tInterval(values);
  return {
    condition,
    x,
    mean: mean(values),
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    trials: values.length,
  };
}

/**
 * Curves of one round beside the dense network's: the mean over trials at every iteration that all of them have been evaluated at.
 *
 * @param quantity of a point of a curve
 */
export function curvesOf(
  cells: Iterable<LiveCell>,
  level: number,
  quantity: (point: CurvePoint) => number,
): readonly MeanPoint[] {
  const shown = [...cells].filter(
    ({ cell, curve }) =>
      curve.length > 0 && (cell.level === level || cell.condition === 'dense') && cell.condition !== 'search',
  );
  const conditions = grouped(shown, ({ cell }) => cell.condition);
  return [...conditions].flatMap(([condition, own]) => {
    const places = grouped(
      own.flatMap(({ curve }) => curve),
      ({ iteration }) => iteration,
    );
    return [...places]
      .filter(([, points]) => points.length === own.length)
      .sort(([a], [b]) => a - b)
      .map(([iteration, points]) => pointOf(condition, iteration, points.map(quantity)));
  });
}

/** What a round's networks are compared by, each a number of one finished training; null where it has none. */
export const measures = {
  'iterations to the loss': (cell, how) => metrics.timeToLoss.of(cell, how),
  'early stop (iteration)': (cell) => metrics.earlyStop.of(cell),
  'test accuracy at early stop (%)': (cell) => 100 * metrics.testAtEarlyStop.of(cell),
  'test accuracy at the end (%)': (cell) => 100 * metrics.testAtEnd.of(cell),
} as const satisfies Record<string, (cell: MeasuredCell, how: MeasuredHow) => number | null>;

export type MeasureName = keyof typeof measures;

/** A measure against the share of weights that remain: the dense network, tickets and controls, means over trials. */
export function ladderOf(results: RunResults, name: MeasureName): readonly MeanPoint[] {
  const of: (cell: MeasuredCell, how: MeasuredHow) => number | null = measures[name];
  const how = { ...results.measures, from: commonStart(results.cells) };
  const conditions = grouped(
    results.cells.filter(({ condition }) => condition !== 'search'),
    ({ condition }) => condition,
  );
  return [...conditions]
    .sort(([a], [b]) => byCondition(a, b))
    .flatMap(([condition, own]) =>
      [...grouped(own, ({ level }) => level)].flatMap(([level, cells]) => {
        const found = overTrials(cells, (cell) => of(cell, how));
        if (found === null) return [];
        const density =
          results.ladder.find((rung) => rung.level === level)?.density ?? mean(cells.map((cell) => cell.density));
        return [pointOf(condition, 100 * density, found.means)];
      }),
    );
}
