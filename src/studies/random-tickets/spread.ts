import { binomialInterval } from '../../analysis/binomial.js';
import { deviation, type Interval, mean, tInterval } from '../../analysis/intervals.js';
import { median } from '../../analysis/summary.js';
import type { TrialTickets } from './trials.js';

/** How the accuracies of random tickets are spread, and how many of them match the dense network of their trial. */
export interface Spread {
  readonly trials: number;
  /** Random tickets that did not diverge. */
  readonly draws: number;
  readonly diverged: number;
  /** Over all of them; null without any. */
  readonly least: number | null;
  readonly greatest: number | null;
  /** Means over trials of what is taken within a trial. */
  readonly mean: number | null;
  readonly interval: Interval | null;
  readonly median: number | null;
  /** Standard deviation; null where no trial has two. */
  readonly deviation: number | null;
  /** Matching: at least as accurate as the dense network of the same trial. Null where no dense network has finished. */
  readonly matching: {
    readonly draws: number;
    readonly of: number;
    /** The mean over trials of the share that match, and its t interval over trials. */
    readonly share: number;
    readonly interval: Interval | null;
    /** Of one trial alone: exact, since its draws are independent; null where there are several. */
    readonly exact: Interval | null;
    /** Trials whose winning ticket matches, of those that have one. */
    readonly winners: number;
    readonly ofWinners: number;
  } | null;
}

const meanOrNull = (values: readonly number[]) => (values.length === 0 ? null : mean(values));

/** Accuracies within each trial first, then over trials: tickets of one trial share its data and its winner's densities. */
export function spreadOfAccuracies(trials: readonly TrialTickets[]): Spread {
  const some = trials.filter(({ draws }) => draws.length > 0);
  const accuracies = some.map(({ draws }) => draws.map(({ accuracy }) => accuracy));
  const all = accuracies.flat();
  const means = accuracies.map(mean);
  return {
    trials: some.length,
    draws: all.length,
    diverged: trials.reduce((sum, { diverged }) => sum + diverged, 0),
    least: all.length === 0 ? null : Math.min(...all),
    greatest: all.length === 0 ? null : Math.max(...all),
    mean: meanOrNull(means),
    interval: tInterval(means),
    median: meanOrNull(accuracies.map(median)),
    deviation: meanOrNull(accuracies.map(deviation).filter((value) => value !== null)),
    matching: matchingOf(trials),
  };
}

function matchingOf(trials: readonly TrialTickets[]): Spread['matching'] {
  const matched = trials.flatMap(({ dense, draws, winner }) => {
    if (dense === null || draws.length === 0) return [];
    const matches = draws.filter(({ accuracy }) => accuracy >= dense.accuracy).length;
    return [{ matches, of: draws.length, winner: winner && winner.accuracy >= dense.accuracy }];
  });
  if (matched.length === 0) return null;
  const shares = matched.map(({ matches, of }) => matches / of);
  const winners = matched.filter(({ winner }) => winner !== null);
  return {
    draws: matched.reduce((sum, { matches }) => sum + matches, 0),
    of: matched.reduce((sum, { of }) => sum + of, 0),
    share: mean(shares),
    interval: tInterval(shares),
    exact: matched.length === 1 ? binomialInterval(matched[0].matches, matched[0].of) : null,
    winners: winners.filter(({ winner }) => winner === true).length,
    ofWinners: winners.length,
  };
}
