import { overTrials, pairByTrial, type TrialPair } from './by-trial.js';
import { byCondition, isControl } from './conditions.js';
import { holm } from './holm.js';
import { type Interval, mean } from './intervals.js';
import { logOf, ratioOf } from './log-ratio.js';
import {
  commonStart,
  type MeasuredCell,
  type MeasuredHow,
  type Metric,
  metricNames,
  metrics,
  neverReached,
} from './metrics.js';
import { type PairedDifference, pairedDifference } from './paired.js';
import type { Measures } from './speed.js';
import type { Summary } from './summary.js';

/** The ticket against its controls and against the dense network, level by level, paired by trial (`by-trial.ts`). */

/** The part of a run's results that statistics need. */
export interface MeasuredRun {
  readonly ladder: readonly { readonly level: number; readonly density: number }[];
  readonly cells: readonly MeasuredCell[];
  /** How many cells the specification asks for. */
  readonly planned: number;
  readonly measures: Measures;
}

/** One condition at one level. */
export interface Group {
  readonly condition: string;
  readonly level: number;
  /** Finished cells, diverged ones included. */
  readonly cells: number;
  /** Cells left out of every mean because their loss turned NaN or infinite. */
  readonly diverged: number;
  /** Cells that never had the loss that they are timed to; they count with the last iteration. */
  readonly neverReached: number;
  /** Null where every cell diverged, and of a measure that the run does not have. */
  readonly metrics: Readonly<Record<Metric, Summary | null>>;
}

/**
 * Paired differences, ticket minus the other: of natural logarithms for iterations and losses, which are compared by their ratio,
 * and of shares for accuracies.
 */
export interface MetricContrast extends PairedDifference {
  /** The trials that the differences are of. */
  readonly trials: readonly number[];
  /** Means over the paired trials. */
  readonly ticketMean: number | null;
  readonly otherMean: number | null;
  /** Ticket over the other, of geometric means over trials; null for accuracies, and where a value is zero. */
  readonly ratio: number | null;
  /** 95%, from the t interval of the logarithms. */
  readonly ratioInterval: Interval | null;
  /** p corrected by Holm's method over all levels of this metric and this opponent. */
  readonly holmP: number | null;
}

/** The ticket of one level against one opponent. */
export interface Contrast {
  /** `dense` or the name of a control. */
  readonly against: string;
  readonly metrics: Readonly<Record<Metric, MetricContrast>>;
}

/**
 * Frankle and Carbin's definition: test accuracy at early stop not lower than the dense network's, and early stop not
 * later. By means, and how many single trials satisfy it.
 */
export interface Winning {
  readonly byMeans: boolean;
  readonly trials: number;
  readonly of: number;
}

export interface LevelComparison {
  readonly level: number;
  /** Share of weights kept. */
  readonly density: number;
  /** Conditions with a finished cell at this level; the dense network at level 0. */
  readonly groups: readonly Group[];
  /** Dense first, then the controls; empty where the ticket has no finished cell. */
  readonly contrasts: readonly Contrast[];
  /** Null at level 0, where no trial has both sides, and where an accuracy is NaN. */
  readonly winning: Winning | null;
}

export interface Comparison {
  /** In order of falling density, one for each level that has a finished cell. */
  readonly levels: readonly LevelComparison[];
  /** The controls present, in their fixed order. */
  readonly controls: readonly string[];
  /** Most trials that any condition has. */
  readonly trials: number;
  readonly planned: number;
  readonly finished: number;
  /** Cells that diverged and are in no mean. */
  readonly diverged: readonly MeasuredCell[];
  readonly measures: MeasuredHow;
  /** Finished cells, for what is not compared level by level. */
  readonly cells: readonly MeasuredCell[];
}

function group(condition: string, level: number, cells: readonly MeasuredCell[], how: MeasuredHow): Group {
  const summary = (metric: Metric) => overTrials(cells, (cell) => metrics[metric].of(cell, how));
  return {
    condition,
    level,
    cells: cells.length,
    diverged: cells.filter(({ status }) => status === 'diverged').length,
    neverReached: cells.filter((cell) => neverReached(cell, how)).length,
    metrics: Object.fromEntries(metricNames.map((metric) => [metric, summary(metric)])) as Group['metrics'],
  };
}

type Cells = readonly MeasuredCell[];

/**
 * A metric of both sides, paired by trial, as it is compared: positive quantities by their logarithms, which are averaged over the
 * draws of a trial.
 */
function comparedPairs(ticket: Cells, other: Cells, metric: Metric, how: MeasuredHow): TrialPair[] {
  const { scale, of } = metrics[metric];
  return pairByTrial(ticket, other, (cell) => {
    const value = of(cell, how);
    return scale === 'ratio' && value !== null ? logOf(value) : value;
  });
}

function contrast(ticket: Cells, other: Cells, metric: Metric, how: MeasuredHow): Omit<MetricContrast, 'holmP'> {
  const found = pairByTrial(ticket, other, (cell) => metrics[metric].of(cell, how));
  const compared = comparedPairs(ticket, other, metric, how);
  const difference = pairedDifference(compared.map(({ one, other: against }) => one - against));
  const { ratio, interval } = metrics[metric].scale === 'ratio' ? ratioOf(difference) : { ratio: null, interval: null };
  return {
    ...difference,
    trials: compared.map(({ trial }) => trial),
    ticketMean: found.length === 0 ? null : mean(found.map(({ one }) => one)),
    otherMean: found.length === 0 ? null : mean(found.map(({ other: against }) => against)),
    ratio,
    ratioInterval: interval,
  };
}

function winningOf(ticket: readonly MeasuredCell[], dense: readonly MeasuredCell[]): Winning | null {
  const stops = pairByTrial(ticket, dense, ({ earlyStop }) => earlyStop.iteration);
  const accuracies = pairByTrial(ticket, dense, ({ earlyStop }) => earlyStop.testAccuracy);
  if (stops.length === 0 || accuracies.some(({ one, other }) => Number.isNaN(one - other))) return null;
  const total = (side: 'one' | 'other', rows: readonly TrialPair[]) => rows.reduce((sum, row) => sum + row[side], 0);
  return {
    byMeans: total('one', stops) <= total('other', stops) && total('one', accuracies) >= total('other', accuracies),
    trials: stops.filter((row, i) => row.one <= row.other && accuracies[i].one >= accuracies[i].other).length,
    of: stops.length,
  };
}

/**
 * Compares every ticket with the dense network and with each control of its level. Works on what is there: cells that
 * are missing (an unfinished run) shorten the lists, cells that diverged are counted and listed.
 */
export function compareRun(run: MeasuredRun): Comparison {
  const at = (level: number, condition: string) =>
    run.cells.filter((cell) => cell.level === level && cell.condition === condition);
  const conditions = [...new Set(run.cells.map(({ condition }) => condition))].sort(byCondition);
  const controls = conditions.filter(isControl);
  const dense = run.cells.filter(({ condition }) => condition === 'dense');
  const ladder = [...run.ladder].sort((a, b) => a.level - b.level);
  const how: MeasuredHow = { ...run.measures, from: commonStart(run.cells) };

  // Contrasts first without Holm's correction, which needs all levels of one metric and opponent together.
  const raw = new Map<string, Omit<MetricContrast, 'holmP'>>();
  const key = (level: number, against: string, metric: Metric) => `${level} ${against} ${metric}`;
  const opponents = ['dense', ...controls];
  for (const { level } of ladder) {
    const ticket = at(level, 'ticket');
    if (ticket.length === 0) continue;
    for (const against of opponents) {
      const other = against === 'dense' ? dense : at(level, against);
      if (other.length === 0) continue;
      for (const metric of metricNames) raw.set(key(level, against, metric), contrast(ticket, other, metric, how));
    }
  }
  const corrected = new Map<string, number | null>();
  for (const against of opponents) {
    for (const metric of metricNames) {
      const keys = ladder.map(({ level }) => key(level, against, metric)).filter((name) => raw.has(name));
      holm(keys.map((name) => raw.get(name)!.p)).forEach((p, i) => {
        corrected.set(keys[i], p);
      });
    }
  }

  const levels = ladder.flatMap(({ level, density }): LevelComparison[] => {
    const groups = conditions.flatMap((condition) => {
      const cells = at(level, condition);
      return cells.length === 0 ? [] : [group(condition, level, cells, how)];
    });
    if (groups.length === 0) return [];
    const contrasts = opponents.flatMap((against): Contrast[] => {
      if (!raw.has(key(level, against, 'earlyStop'))) return [];
      const entries = metricNames.map((metric) => {
        const name = key(level, against, metric);
        return [metric, { ...raw.get(name)!, holmP: corrected.get(name) ?? null }];
      });
      return [{ against, metrics: Object.fromEntries(entries) as Contrast['metrics'] }];
    });
    return [{ level, density, groups, contrasts, winning: winningOf(at(level, 'ticket'), dense) }];
  });

  return {
    levels,
    controls,
    trials: new Set(run.cells.map(({ trial }) => trial)).size,
    planned: run.planned,
    finished: run.cells.length,
    diverged: run.cells.filter(({ status }) => status === 'diverged'),
    measures: how,
    cells: run.cells,
  };
}

/** One condition at a level, if it has a finished cell there. The dense network is at level 0. */
export function findGroup(level: LevelComparison | undefined, condition: string): Group | undefined {
  return level?.groups.find((found) => found.condition === condition);
}

/** The ticket of a level against one opponent, if both have a finished cell. */
export function findContrast(level: LevelComparison | undefined, against: string): Contrast | undefined {
  return level?.contrasts.find((found) => found.against === against);
}

/**
 * The level whose density is nearest a wanted one, by ratio, among those with a ticket that meets an opponent.
 *
 * @param density share kept, above 0
 */
export function nearestLevel(comparison: Comparison, density: number, against = 'dense'): LevelComparison | undefined {
  const away = (level: LevelComparison) => Math.abs(Math.log(level.density / density));
  return comparison.levels
    .filter((level) => (findContrast(level, against)?.metrics.earlyStop.n ?? 0) > 0)
    .reduce<LevelComparison | undefined>(
      (best, level) => (best === undefined || away(level) < away(best) ? level : best),
      undefined,
    );
}
