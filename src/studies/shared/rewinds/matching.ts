import { formatFixed } from '../../../analysis/format.js';
import { holm } from '../../../analysis/holm.js';
import { mean } from '../../../analysis/intervals.js';
import { type PairedDifference, pairedDifference } from '../../../analysis/paired.js';
import { type Summary, summarise } from '../../../analysis/summary.js';
import { type Verdict, verdict } from '../../../analysis/verdict.js';
import type { WeightsAt } from '../../../experiments/results.js';
import { accuracyAt, isAt, type Place, type TrainedPoint } from './points.js';

/**
 * Tickets of several rewinds beside the dense network. The trial is the unit of replication and of pairing: several draws of
 * one trial are averaged first. What diverged is counted and is in no mean.
 */

/** A ticket matches the dense network when it is less accurate by less than this: two points in a thousand. */
export const MATCHES_WITHIN = 0.002;

/** A quantity of what did not diverge, by trial, the first trial first; draws of one trial side by side. */
export function byTrial(
  points: readonly TrainedPoint[],
  quantity: (point: TrainedPoint) => number,
): Map<number, number[]> {
  const trials = new Map<number, number[]>();
  for (const point of [...points].sort((a, b) => a.trial - b.trial)) {
    if (point.status === 'done') trials.set(point.trial, [...(trials.get(point.trial) ?? []), quantity(point)]);
  }
  return trials;
}

/** A quantity over trials; null where none has finished without diverging. */
export function over(points: readonly TrainedPoint[], quantity: (point: TrainedPoint) => number): Summary | null {
  const diverged = points.filter(({ status }) => status === 'diverged').length;
  return summarise([...byTrial(points, quantity).values()], diverged);
}

/** One side less the other, paired by trial; trials that lack a side are left out, and `n` tells how many are not. */
export function difference(
  one: readonly TrainedPoint[],
  other: readonly TrainedPoint[],
  quantity: (point: TrainedPoint) => number,
): PairedDifference & { readonly byTrial: ReadonlyMap<number, number> } {
  const others = byTrial(other, quantity);
  const found = new Map(
    [...byTrial(one, quantity)].flatMap(([trial, values]): [number, number][] => {
      const against = others.get(trial);
      return against === undefined ? [] : [[trial, mean(values) - mean(against)]];
    }),
  );
  return { ...pairedDifference([...found.values()]), byTrial: found };
}

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
  tickets: readonly Place[],
  at: WeightsAt,
): (MatchingTest | null)[] {
  const dense = trained.filter(isAt({ condition: 'dense', rewind: null, density: 1 }));
  const accuracy = (point: TrainedPoint) => accuracyAt(point, at);
  const found = tickets.map((place) => {
    // The ticket alone, in its trial's own order, as the dense network: further children are of other orders.
    const own = trained.filter((point) => isAt(place)(point) && point.draw === 0);
    return own.length === 0 || dense.length === 0 ? null : difference(own, dense, accuracy);
  });
  const judged = judgeAll(
    found.map((one) => one && shifted(one, MATCHES_WITHIN)),
    'above',
    `the margin of −${formatFixed(MATCHES_WITHIN * 100, 1)} points`,
  );
  return found.map((one, i) => one && { ...one, ...(judged[i] as Judged) });
}
