import { pairByTrial } from '../../../analysis/by-trial.js';
import { type Claim, claimThat, type JudgedClaim } from '../../../analysis/family.js';
import { formatFixed } from '../../../analysis/format.js';
import { type PairedDifference, pairedDifference } from '../../../analysis/paired.js';
import type { WeightsAt } from '../../../experiments/results.js';
import { accuracyAt, isAt, type TrainedCondition, type TrainedPoint } from './points.js';

/** Tickets of several rewinds beside the dense network, paired by trial. */

/** A ticket matches the dense network when it is less accurate by less than this: two points in a thousand. */
export const MATCHES_WITHIN = 0.002;

/** The same differences, all of them moved. */
export const shifted = ({ differences }: PairedDifference, by: number): PairedDifference =>
  pairedDifference(differences.map((value) => value + by));

/** A ticket less the dense network in test accuracy. */
export interface MatchingDifference extends PairedDifference {
  readonly byTrial: ReadonlyMap<number, number>;
}

/** The same, and whether it matches. */
export type MatchingTest = MatchingDifference & JudgedClaim;

/** Tickets less the dense network; null where a side has no training. */
export function matchingDifferences(
  trained: readonly TrainedPoint[],
  tickets: readonly TrainedCondition[],
  at: WeightsAt,
): (MatchingDifference | null)[] {
  const dense = trained.filter(isAt({ condition: 'dense', rewind: null, density: 1 }));
  const accuracy = (point: TrainedPoint) => accuracyAt(point, at);
  return tickets.map((place) => {
    // The ticket alone, in its trial's own order, as the dense network: further children are of other orders.
    const own = trained.filter((point) => isAt(place)(point) && point.draw === 0);
    if (own.length === 0 || dense.length === 0) return null;
    const byTrial = new Map(pairByTrial(own, dense, accuracy).map(({ trial, one, other }) => [trial, one - other]));
    return { ...pairedDifference([...byTrial.values()]), byTrial };
  });
}

/**
 * The claim that a ticket matches the dense network: a test of non-inferiority, supported when the whole 95% interval of the
 * paired difference lies above minus the margin, contradicted when the whole of it lies below, Holm's correction made.
 */
export const matchingClaim = (difference: PairedDifference): Claim =>
  claimThat(
    shifted(difference, MATCHES_WITHIN),
    'above',
    `the margin of −${formatFixed(MATCHES_WITHIN * 100, 1)} points`,
  );

/** Each with what was judged of it; null where there is nothing. */
export const withVerdicts = <Found>(
  found: readonly (Found | null)[],
  judged: readonly (JudgedClaim | null)[],
): ((Found & JudgedClaim) | null)[] => found.map((one, i) => one && { ...one, ...(judged[i] as JudgedClaim) });
