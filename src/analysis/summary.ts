import { type Interval, mean, tInterval } from './intervals.js';

/**
 * One quantity over the trials of one condition. The trial is the unit of replication: several runs of one trial (the
 * control draws of one ticket) are averaged first, and mean, median and interval are taken over those averages; `min`
 * and `max` are over single runs, as the paper's bars are.
 */
export interface Summary {
  /** Trials with at least one run. */
  readonly n: number;
  /** Single runs averaged. */
  readonly runs: number;
  /** Runs left out because they diverged. */
  readonly leftOut: number;
  readonly mean: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** The average of each trial's runs. */
  readonly means: readonly number[];
  /** 95% t interval of the mean over trials; null with one trial. */
  readonly interval: Interval | null;
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * @param trials the values of each trial's runs; trials without any are ignored
 * @param leftOut how many runs are not among them because they diverged
 * @returns null when no trial has a run
 */
export function summarise(trials: readonly (readonly number[])[], leftOut = 0): Summary | null {
  const withRuns = trials.filter((runs) => runs.length > 0);
  if (withRuns.length === 0) return null;
  const means = withRuns.map(mean);
  const all = withRuns.flat();
  return {
    n: means.length,
    runs: all.length,
    leftOut,
    mean: mean(means),
    median: median(means),
    min: all.reduce((a, b) => Math.min(a, b)),
    max: all.reduce((a, b) => Math.max(a, b)),
    means,
    interval: tInterval(means),
  };
}
