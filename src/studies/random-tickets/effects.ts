import { cliffsDelta, standardised } from '../../analysis/effect-size.js';
import { mean } from '../../analysis/intervals.js';
import { type PairedDifference, pairedDifference } from '../../analysis/paired.js';
import { type CombinedStanding, combineStandings, judgeStanding, standingOf } from '../../analysis/standing.js';
import { type PropertyId, propertyIds, ticketProperties } from '../../analysis/ticket-properties/index.js';
import type { Verdict } from '../../analysis/verdict.js';
import type { StudiedTicket } from './found.js';
import type { TrialTickets } from './trials.js';

export type Trained = 'before' | 'after';

/** A property of tickets at one time. Those of the mask are the same at both, and given before training. */
export interface PropertyWhen {
  readonly id: PropertyId;
  readonly when: Trained;
}

/** How far the winning ticket differs from random ones in one property. */
export interface Effect extends PropertyWhen {
  /** By trial; the winner's value, and those of random tickets. Trials that lack either are not among them. */
  readonly trials: readonly {
    readonly trial: number;
    readonly winner: number;
    readonly draws: readonly number[];
    /** In standard deviations of the random tickets; null where those have no spread. */
    readonly distance: number | null;
  }[];
  /** Random tickets that were measured and have no such value, as one without paths has no number of them. */
  readonly without: number;
  /** Distances over trials, one a trial. */
  readonly distance: PairedDifference;
  /** Cliff's delta of the winner against random tickets, mean over trials; null without any trial. */
  readonly delta: number | null;
  /** The winner's ranks among random tickets, more being higher, tested exactly. */
  readonly combined: CombinedStanding;
  /** Its two-sided p after Holm's correction over all tests of the study; null until they are corrected. */
  readonly holmP: number | null;
  /** True where every random ticket has the winner's value, as a mask that is kept gives all of its own. */
  readonly isShared: boolean;
}

/** A ticket's property; undefined where it was not measured, null where it is not defined. */
export function propertyOf(ticket: StudiedTicket, { id, when }: PropertyWhen): number | null | undefined {
  return ticket[when]?.values[id];
}

const properties: readonly PropertyWhen[] = [
  ...propertyIds.map((id) => ({ id, when: 'before' as const })),
  ...propertyIds.filter((id) => ticketProperties[id].of === 'weights').map((id) => ({ id, when: 'after' as const })),
];

function effectOf(trials: readonly TrialTickets[], property: PropertyWhen): Effect {
  const found = trials.flatMap(({ trial, winner, draws }) => {
    const own = winner === null ? undefined : propertyOf(winner, property);
    const others = draws.map((draw) => propertyOf(draw, property)).filter((value) => typeof value === 'number');
    if (typeof own !== 'number' || others.length === 0) return [];
    return [{ trial, winner: own, draws: others, distance: standardised(own, others) }];
  });
  const deltas = found.map(({ winner, draws }) => cliffsDelta([winner], draws) as number);
  return {
    ...property,
    trials: found,
    without: trials.reduce(
      (sum, { draws }) => sum + draws.filter((draw) => propertyOf(draw, property) === null).length,
      0,
    ),
    distance: pairedDifference(found.map(({ distance }) => distance).filter((distance) => distance !== null)),
    delta: deltas.length === 0 ? null : mean(deltas),
    combined: combineStandings(found.map(({ winner, draws }) => standingOf(winner, draws))),
    holmP: null,
    isShared: found.length > 0 && found.every(({ winner, draws }) => draws.every((value) => value === winner)),
  };
}

/** Every property before training, and those of the weights after it. Those that nothing was measured of are left out. */
export function effectsOf(trials: readonly TrialTickets[]): Effect[] {
  return properties.map((property) => effectOf(trials, property)).filter((effect) => effect.trials.length > 0);
}

/** Judges that the winner has more of a property than random tickets, by the exact test of its ranks. */
export const judgeEffect = ({ combined, holmP }: Effect): Verdict => judgeStanding(combined, holmP);
