import { byCondition, type Interval, type MeasuredHow, mean, tInterval } from 'lottery-lab/analysis';
import type { CellResult, RunResults } from 'lottery-lab/experiments';
import { grouped } from '../parts/grouped.js';
import type { DifferingSetting } from './differences.js';
import type { CellMeasure, CurveMeasure } from './measures.js';

/** What one trial has at a point: several draws of a control are averaged first, because they are no independent repetitions. */
export interface TrialValue {
  readonly trial: number;
  readonly value: number;
  readonly cells: readonly string[];
}

/** A mean over trials, with its 95% t interval where there are several. */
export interface Point {
  readonly series: Series;
  readonly x: number;
  readonly mean: number;
  readonly interval: Interval | null;
  readonly trials: readonly TrialValue[];
  readonly run: number;
  readonly level: number;
  /** Share of weights kept. */
  readonly density: number;
}

/** Points that one line joins. */
export interface Series {
  readonly key: string;
  readonly condition: string;
  /** Place of its run; null where its points are of several runs. */
  readonly run: number | null;
  /** Null where its points are of several levels. */
  readonly level: number | null;
  /** What else tells it from the others: settings that differ, but for the one on the axis. */
  readonly others: string;
  readonly points: readonly Point[];
}

/** What is shown of runs. */
export interface Wanted {
  readonly conditions: ReadonlySet<string>;
  /** Null for all. The dense network, which has no level of its own to choose, is always among them. */
  readonly levels: ReadonlySet<number> | null;
}

/** Conditions that runs have, in the order of legends. The search for a mask is no network that is compared. */
export const conditionsIn = (runs: readonly RunResults[]): readonly string[] =>
  [...new Set(runs.flatMap(({ cells }) => cells.map(({ condition }) => condition)))]
    .filter((condition) => condition !== 'search')
    .sort(byCondition);

/** Share of weights kept at a level: the ladder's, or where rates decide it the mean of the cells. */
const densityAt = ({ ladder }: RunResults, level: number, cells: readonly CellResult[]): number =>
  ladder.find((rung) => rung.level === level)?.density ?? mean(cells.map(({ density }) => density));

function trialValues(cells: readonly CellResult[], measured: (cell: CellResult) => number | null): TrialValue[] {
  return [...grouped(cells, ({ trial }) => trial)].flatMap(([trial, own]) => {
    const valued = own.map((cell) => ({ id: cell.id, value: measured(cell) })).filter(({ value }) => value !== null);
    if (valued.length === 0) return [];
    return [{ trial, value: mean(valued.map(({ value }) => value as number)), cells: valued.map(({ id }) => id) }];
  });
}

interface Group {
  readonly run: number;
  readonly condition: string;
  readonly level: number;
  readonly density: number;
  readonly cells: readonly CellResult[];
}

/** Trainings that ended with numbers, by run, condition and level. */
function groupsOf(runs: readonly RunResults[], { conditions, levels }: Wanted): readonly Group[] {
  return runs.flatMap((results, run) => {
    const cells = results.cells.filter(
      ({ status, condition, level }) =>
        status === 'done' &&
        conditions.has(condition) &&
        (levels === null || condition === 'dense' || levels.has(level)),
    );
    return [...grouped(cells, ({ condition, level }) => `${condition} ${level}`).values()].map((own) => {
      const [{ condition, level }] = own;
      return { run, condition, level, density: densityAt(results, level, own), cells: own };
    });
  });
}

type Draft = Omit<Series, 'points'> & { points: Omit<Point, 'series'>[] };

/** Points of drafts of the same key joined, by x; series in the order of runs and conditions. */
function joined(drafts: readonly Draft[]): readonly Series[] {
  return [...grouped(drafts, ({ key }) => key).values()]
    .sort(
      ([a], [b]) =>
        (a.run ?? 0) - (b.run ?? 0) || byCondition(a.condition, b.condition) || (a.level ?? 0) - (b.level ?? 0),
    )
    .map((own) => {
      const points: Point[] = [];
      const series: Series = { ...own[0], points };
      for (const draft of own) points.push(...draft.points.map((point) => ({ ...point, series })));
      points.sort((a, b) => a.x - b.x);
      return series;
    })
    .filter(({ points }) => points.length > 0);
}

/** A measure against the share of weights that remain (%), or against a setting in which the runs differ. */
export function measureSeries(
  runs: readonly RunResults[],
  measure: CellMeasure,
  wanted: Wanted,
  how: (run: number) => MeasuredHow,
  axis: { readonly setting: DifferingSetting; readonly others: readonly string[] } | null = null,
): readonly Series[] {
  return joined(
    groupsOf(runs, wanted).map(({ run, condition, level, density, cells }): Draft => {
      const trials = trialValues(cells, (cell) => measure.of(cell, how(run)));
      const values = trials.map(({ value }) => value);
      const x = axis === null ? 100 * density : (axis.setting.values[run] as number);
      const points =
        trials.length === 0
          ? []
          : [{ x, mean: mean(values), interval: tInterval(values), trials, run, level, density }];
      if (axis === null) {
        return { key: `${run} ${condition}`, condition, run, level: null, others: '', points };
      }
      const others = axis.others[run];
      return { key: `${condition} ${level} ${others}`, condition, run: null, level, others, points };
    }),
  );
}

/** Learning curves: means over trials at every iteration at which all of them were evaluated. */
export function curveSeries(runs: readonly RunResults[], measure: CurveMeasure, wanted: Wanted): readonly Series[] {
  return joined(
    groupsOf(runs, wanted).map(({ run, condition, level, density, cells }): Draft => {
      const curves = cells.flatMap((cell) => {
        const values = measure.of(cell.history);
        return values === undefined ? [] : [{ cell, values }];
      });
      const rows = grouped(
        curves.flatMap(({ cell, values }) =>
          values.map((value, row) => ({ iteration: cell.history.iteration[row], value, cell })),
        ),
        ({ iteration }) => iteration,
      );
      const points = [...rows].flatMap(([iteration, own]) => {
        if (own.length < curves.length) return [];
        const trials = [...grouped(own, ({ cell }) => cell.trial)].map(([trial, values]) => ({
          trial,
          value: mean(values.map(({ value }) => value)),
          cells: values.map(({ cell }) => cell.id),
        }));
        const values = trials.map(({ value }) => value);
        return [{ x: iteration, mean: mean(values), interval: tInterval(values), trials, run, level, density }];
      });
      return { key: `${run} ${condition} ${level}`, condition, run, level, others: '', points };
    }),
  );
}
