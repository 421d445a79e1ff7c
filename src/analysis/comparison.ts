import { overTrials, pairByTrial, type TrialPair } from './by-trial.js';
import { byCondition, isControl } from './conditions.js';
import { holm } from './holm.js';
import { bootstrapInterval, type Interval, mean } from './intervals.js';
import { type PairedDifference, pairedDifference } from './paired.js';
import type { Summary } from './summary.js';

/** The ticket against its controls and against the dense network, level by level, paired by trial (`by-trial.ts`). */

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
}

/** The part of a run's results that statistics need. */
export interface MeasuredRun {
  readonly ladder: readonly { readonly level: number; readonly density: number }[];
  readonly cells: readonly MeasuredCell[];
  /** How many cells the specification asks for. */
  readonly planned: number;
}

/** What is compared, and how to take it from a cell. Iterations count optimiser steps, accuracies are shares of 1. */
export const metrics = {
  earlyStop: (cell: MeasuredCell) => cell.earlyStop.iteration,
  validationAtEarlyStop: (cell: MeasuredCell) => cell.earlyStop.validationAccuracy,
  testAtEarlyStop: (cell: MeasuredCell) => cell.earlyStop.testAccuracy,
  testAtEnd: (cell: MeasuredCell) => cell.end.testAccuracy,
} as const;

export type Metric = keyof typeof metrics;

const metricNames = Object.keys(metrics) as Metric[];

/** One condition at one level. */
export interface Group {
  readonly condition: string;
  readonly level: number;
  /** Finished cells, diverged ones included. */
  readonly cells: number;
  /** Cells left out of every mean because their loss turned NaN or infinite. */
  readonly diverged: number;
  /** Null where every cell diverged. */
  readonly metrics: Readonly<Record<Metric, Summary | null>>;
}

/** Paired differences, ticket minus the other. */
export interface MetricContrast extends PairedDifference {
  /** Means over the paired trials. */
  readonly ticketMean: number | null;
  readonly otherMean: number | null;
  /** `ticketMean / otherMean`. */
  readonly ratio: number | null;
  /**
   * 95% BCa bootstrap interval of the ratio of early-stop iterations, trials resampled; null for fewer than five
   * trials, where it means little, and for accuracies, whose differences are what is read.
   */
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
}

function group(condition: string, level: number, cells: readonly MeasuredCell[]): Group {
  const diverged = cells.filter(({ status }) => status === 'diverged').length;
  const summary = (metric: Metric) => overTrials(cells, metrics[metric]);
  return {
    condition,
    level,
    cells: cells.length,
    diverged,
    metrics: Object.fromEntries(metricNames.map((metric) => [metric, summary(metric)])) as Group['metrics'],
  };
}

const pairs = (ticket: readonly MeasuredCell[], other: readonly MeasuredCell[], metric: Metric): TrialPair[] =>
  pairByTrial(ticket, other, metrics[metric]);

function contrast(found: readonly TrialPair[], metric: Metric): Omit<MetricContrast, 'holmP'> {
  const ratioOf = (rows: readonly TrialPair[]) =>
    mean(rows.map(({ one }) => one)) / mean(rows.map(({ other }) => other));
  const ratio = found.length === 0 ? Number.NaN : ratioOf(found);
  return {
    ...pairedDifference(found.map(({ one, other }) => one - other)),
    ticketMean: found.length === 0 ? null : mean(found.map(({ one }) => one)),
    otherMean: found.length === 0 ? null : mean(found.map(({ other }) => other)),
    ratio: Number.isFinite(ratio) ? ratio : null,
    ratioInterval: metric !== 'earlyStop' || found.length < 5 ? null : bootstrapInterval(found, ratioOf),
  };
}

function winningOf(ticket: readonly MeasuredCell[], dense: readonly MeasuredCell[]): Winning | null {
  const stops = pairs(ticket, dense, 'earlyStop');
  const accuracies = pairs(ticket, dense, 'testAtEarlyStop');
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
      for (const metric of metricNames)
        raw.set(key(level, against, metric), contrast(pairs(ticket, other, metric), metric));
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
      return cells.length === 0 ? [] : [group(condition, level, cells)];
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
