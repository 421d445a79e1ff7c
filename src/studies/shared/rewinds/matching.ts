import { pairByTrial } from '../../../analysis/by-trial.js';
import { formatFixed } from '../../../analysis/format.js';
import { holm } from '../../../analysis/holm.js';
import { type PairedDifference, pairedDifference } from '../../../analysis/paired.js';
import { type Verdict, verdict } from '../../../analysis/verdict.js';
import type { WeightsAt } from '../../../experiments/results.js';
import { accuracyAt, isAt, type TrainedCondition, type TrainedPoint } from './points.js';

/** Tickets of several rewinds beside the dense network, paired by trial. */

/** A ticket matches the dense network when it is less accurate by less than this: two points in a thousand. */
export const MATCHES_WITHIN = 0.002;

/** A claim with the numbers it was judged by. */
export interface Judged {
  /** p corrected by Holm's method over the family that the claim belongs to. */
  readonly holmP: number | null;
  readonly verdict: Verdict;
}

/**
 * Judges claims of one family: each that its mean difference lies below, or above, zero.
 *
 * @param zero what that stands for, where differences are from a number: "2 points"
 */
export function judgeAll(
  differences: readonly (PairedDifference | null)[],
  expected: 'below' | 'above',
  zero?: string,
): (Judged | null)[] {
  const ps = holm(differences.map((found) => found?.p ?? null));
  return differences.map((found, place) =>
    found === null ? null : { holmP: ps[place], verdict: verdict(found, expected, ps[place], zero) },
  );
}

/** The same differences, all of them moved. */
export const shifted = ({ differences }: PairedDifference, by: number): PairedDifference =>
  pairedDifference(differences.map((value) => value + by));

/** A ticket less the dense network in test accuracy, and whether it matches. */
export interface MatchingTest extends PairedDifference, Judged {
  readonly byTrial: ReadonlyMap<number, number>;
}

/**
 * Of tickets of one family whether they match the dense network: a test of non-inferiority, supported when the whole 95%
 * interval of the paired difference lies above minus the margin, contradicted when the whole of it lies below, Holm's
 * correction made.
 */
export function matchingTests(
  trained: readonly TrainedPoint[],
  tickets: readonly TrainedCondition[],
  at: WeightsAt,
): (MatchingTest | null)[] {
  const dense = trained.filter(isAt({ condition: 'dense', rewind: null, density: 1 }));
  const accuracy = (point: TrainedPoint) => accuracyAt(point, at);
  const found = tickets.map((place) => {
    // The ticket alone, in its trial's own order, as the dense network: further children are of other orders.
    const own = trained.filter((point) => isAt(place)(point) && point.draw === 0);
    if (own.length === 0 || dense.length === 0) return null;
    const byTrial = new Map(pairByTrial(own, dense, accuracy).map(({ trial, one, other }) => [trial, one - other]));
    return { ...pairedDifference([...byTrial.values()]), byTrial };
  });
  const judged = judgeAll(
    found.map((one) => one && shifted(one, MATCHES_WITHIN)),
    'above',
    `the margin of −${formatFixed(MATCHES_WITHIN * 100, 1)} points`,
  );
  return found.map((one, i) => one && { ...one, ...(judged[i] as Judged) });
}
