import { standardised } from '../../analysis/effect-size.js';
import { type PairedDifference, pairedDifference } from '../../analysis/paired.js';
import {
  type CombinedStanding,
  combineStandings,
  judgeStanding,
  type Standing,
  standingOf,
} from '../../analysis/standing.js';
import type { Verdict } from '../../analysis/verdict.js';
import type { StudiedTicket } from './found.js';
import type { TrialTickets } from './trials.js';

/** Where the winning ticket stands among random ones in one quantity, trial by trial and over trials. */
export interface WinnerRank {
  readonly better: 'higher' | 'lower';
  /** Of trials that have a winner and at least one random ticket. */
  readonly standings: readonly { readonly trial: number; readonly standing: Standing }[];
  /** Exact, by the sum of ranks. */
  readonly combined: CombinedStanding;
  /** The combined two-sided p after Holm's correction over all tests of the study; null where there is none. */
  readonly holmP: number | null;
  /** Mean over trials of the share of random tickets below, equals counted half; null without any trial. */
  readonly percentile: number | null;
  /** How far better the winner is, in standard deviations of its trial's random tickets: one number a trial. */
  readonly distance: PairedDifference;
}

/** @param value of a ticket, such as its accuracy */
export function rankAmong(
  trials: readonly TrialTickets[],
  value: (ticket: StudiedTicket) => number,
  better: WinnerRank['better'],
): WinnerRank {
  const usable = trials.flatMap(({ trial, winner, draws }) =>
    winner === null || draws.length === 0 ? [] : [{ trial, own: value(winner), others: draws.map(value) }],
  );
  const standings = usable.map(({ trial, own, others }) => ({ trial, standing: standingOf(own, others, better) }));
  const sign = better === 'higher' ? 1 : -1;
  const distances = usable.flatMap(({ own, others }) => {
    const distance = standardised(own, others);
    return distance === null ? [] : [sign * distance];
  });
  const percentiles = standings.map(({ standing }) => standing.percentile as number);
  return {
    better,
    standings,
    combined: combineStandings(standings.map(({ standing }) => standing)),
    holmP: null,
    percentile: percentiles.length === 0 ? null : percentiles.reduce((a, b) => a + b, 0) / percentiles.length,
    distance: pairedDifference(distances),
  };
}

/** Judges that the winning ticket is better than random ones. */
export const judgeRank = ({ combined, holmP }: WinnerRank): Verdict => judgeStanding(combined, holmP);
