import { mean } from './intervals.js';
import { type PairedDifference, pairedDifference } from './paired.js';
import { type Summary, summarise } from './summary.js';

/**
 * Runs by trial, the unit of replication and of pairing: a trial shares its seed of everything (initialisation, split, order of
 * examples) between conditions. Several runs of one trial, as the draws of one control, are averaged first, because they are no
 * independent replications. What diverged is counted and is in no mean.
 */

/** One run of a trial. */
export interface TrialRun {
  /** From 0. */
  readonly trial: number;
  readonly status: 'done' | 'diverged';
}

/** What is measured of a run; null where it has none, so that it is not counted. */
export type Quantity<Run> = (run: Run) => number | null;

/** A quantity of the runs that did not diverge, by trial, the first trial first; runs of one trial in their order. */
export function byTrial<Run extends TrialRun>(runs: readonly Run[], quantity: Quantity<Run>): Map<number, number[]> {
  const trials = new Map<number, number[]>();
  for (const run of runs) {
    const value = run.status === 'done' ? quantity(run) : null;
    if (value !== null) trials.set(run.trial, [...(trials.get(run.trial) ?? []), value]);
  }
  return new Map([...trials].sort(([a], [b]) => a - b));
}

/** A quantity over trials; null where no run has it. */
export function overTrials<Run extends TrialRun>(runs: readonly Run[], quantity: Quantity<Run>): Summary | null {
  const diverged = runs.filter(({ status }) => status === 'diverged').length;
  return summarise([...byTrial(runs, quantity).values()], diverged);
}

/** The means of one trial on both sides of a comparison. */
export interface TrialPair {
  readonly trial: number;
  readonly one: number;
  readonly other: number;
}

/** Trials that have both sides, the first trial first. */
export function pairByTrial<Run extends TrialRun>(
  ones: readonly Run[],
  others: readonly Run[],
  quantity: Quantity<Run>,
): TrialPair[] {
  const against = byTrial(others, quantity);
  return [...byTrial(ones, quantity)].flatMap(([trial, values]) => {
    const other = against.get(trial);
    return other === undefined ? [] : [{ trial, one: mean(values), other: mean(other) }];
  });
}

/** One side less the other in trials that have both. */
export function differenceByTrial<Run extends TrialRun>(
  ones: readonly Run[],
  others: readonly Run[],
  quantity: Quantity<Run>,
): PairedDifference {
  return pairedDifference(pairByTrial(ones, others, quantity).map(({ one, other }) => one - other));
}
