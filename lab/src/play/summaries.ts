import { byCondition, type Interval, mean, tInterval, timeToLoss } from 'lottery-lab/analysis';
import type { CellResult, RunResults } from 'lottery-lab/experiments';
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

/** Groups of things by a key, in the order of its first appearance. */
function grouped<Key, Value>(values: readonly Value[], keyOf: (value: Value) => Key): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
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
  'iterations to the loss': ({ history }: CellResult, { measures: { loss } }: RunResults) =>
    loss === null ? null : (timeToLoss(history, loss)?.iterations ?? null),
  'early stop (iteration)': ({ earlyStop }: CellResult) => earlyStop.iteration,
  'test accuracy at early stop (%)': ({ earlyStop }: CellResult) => 100 * earlyStop.testAccuracy,
  'test accuracy at the end (%)': ({ end }: CellResult) => 100 * end.testAccuracy,
} as const satisfies Record<string, (cell: CellResult, results: RunResults) => number | null>;

export type MeasureName = keyof typeof measures;

/** A measure against the share of weights that remain: the dense network, tickets and controls, means over trials. */
export function ladderOf(results: RunResults, name: MeasureName): readonly MeanPoint[] {
  const of = measures[name];
  const finished = results.cells.filter(({ status, condition }) => status === 'done' && condition !== 'search');
  const conditions = [...new Set(finished.map(({ condition }) => condition))].sort(byCondition);
  return conditions.flatMap((condition) => {
    const levels = grouped(
      finished.filter((cell) => cell.condition === condition),
      ({ level }) => level,
    );
    return [...levels].flatMap(([level, cells]) => {
      // Control draws of one ticket are averaged first: a trial counts once.
      const trials = [...grouped(cells, ({ trial }) => trial).values()].flatMap((own) => {
        const values = own.map((cell) => of(cell, results)).filter((value) => value !== null);
        return values.length === 0 ? [] : [mean(values)];
      });
      if (trials.length === 0) return [];
      const density =
        results.ladder.find((rung) => rung.level === level)?.density ?? mean(cells.map((cell) => cell.density));
      return [pointOf(condition, 100 * density, trials)];
    });
  });
}
