import { differenceByTrial, overTrials } from '../../analysis/by-trial.js';
import { claimThat, type JudgedClaim, judgeTogether } from '../../analysis/family.js';
import type { PairedDifference } from '../../analysis/paired.js';
import type { Summary } from '../../analysis/summary.js';
import { type MatchingTest, matchingClaim, matchingDifferences, withVerdicts } from '../shared/rewinds/matching.js';
import { accuracyAt, isAt, type TrainedPoint } from '../shared/rewinds/points.js';
import type { RewindFound } from './found.js';

/** A ticket less another network in test accuracy, paired by trial, and whether it is more accurate. */
export type AccuracyTest = PairedDifference & JudgedClaim;

/** What one condition shows at one place, over trials; draws of one trial are averaged first. */
export interface Shown {
  /** Test accuracy; null where none has finished without diverging. */
  readonly accuracy: Summary | null;
  /** Iteration of the lowest validation loss, counted as the dense training counts. */
  readonly earlyStop: Summary | null;
}

/** Tickets of one density and one rewind. */
export interface RewindEntry {
  readonly density: number;
  readonly rewind: number;
  readonly ticket: Shown;
  /** Null where the study has none. */
  readonly randomMask: Shown | null;
  /** With the ticket's very mask; null where the study has none. */
  readonly reinitialised: Shown | null;
  /** Whether it matches the dense network. */
  readonly matching: MatchingTest | null;
  /** Less the ticket of the earliest rewind, at which it is null. */
  readonly toFirst: AccuracyTest | null;
  readonly toReinitialised: AccuracyTest | null;
  readonly toRandomMask: AccuracyTest | null;
}

export interface RewindComparison {
  readonly found: RewindFound;
  readonly dense: Shown;
  /** With the masks of the earliest rewind, by density, in the study's order; empty where there are none. */
  readonly reinitialised: readonly (Shown & { readonly density: number })[];
  /** Density by density, the earliest rewind first. */
  readonly entries: readonly RewindEntry[];
}

/** Compares all that has finished. Every test of the page is of one family, over all questions, densities and rewinds. */
export function compareRewinds(found: RewindFound): RewindComparison {
  const { rewinds, densities, trained, at, draws } = found;
  const accuracy = (point: TrainedPoint) => accuracyAt(point, at);
  const of = (condition: string, density: number, rewind: number | null) =>
    trained.filter(isAt({ condition, density, rewind }));
  const shown = (points: readonly TrainedPoint[]): Shown => ({
    accuracy: overTrials(points, accuracy),
    earlyStop: overTrials(points, ({ earlyStop }) => earlyStop.iteration),
  });
  const places = densities.flatMap((density) => rewinds.map((rewind) => ({ density, rewind })));
  const tickets = places.map(({ density, rewind }) => of('ticket', density, rewind));
  const against = (otherOf: (place: (typeof places)[number]) => readonly TrainedPoint[]) =>
    places.map((place, i) => {
      const other = otherOf(place);
      return tickets[i].length === 0 || other.length === 0 ? null : differenceByTrial(tickets[i], other, accuracy);
    });
  const again = trained.filter(({ condition }) => condition === 'reinitialise');
  const isShared = again.length > 0 && again.every(({ rewind }) => rewind === null);
  const differences = [
    against(({ density, rewind }) => (rewind === rewinds[0] ? [] : of('ticket', density, rewinds[0]))),
    against(({ density, rewind }) => of('reinitialise', density, isShared ? null : rewind)),
    against(({ density, rewind }) => of('random-mask', density, rewind)),
  ];
  const toDense = matchingDifferences(
    trained,
    places.map((place) => ({ condition: 'ticket', ...place })),
    at,
  );
  const [ofMatching, ...ofDifferences] = judgeTogether([
    toDense.map((one) => one && matchingClaim(one)),
    ...differences.map((list) => list.map((one) => one && claimThat(one, 'above'))),
  ]);
  const matching = withVerdicts(toDense, ofMatching);
  const [toFirst, toReinitialised, toRandomMask] = differences.map((list, i) => withVerdicts(list, ofDifferences[i]));
  return {
    found,
    dense: shown(of('dense', 1, null)),
    reinitialised:
      draws.reinitialise === 0 || !isShared
        ? []
        : densities.map((density) => ({ density, ...shown(of('reinitialise', density, null)) })),
    entries: places.map(
      ({ density, rewind }, i): RewindEntry => ({
        density,
        rewind,
        ticket: shown(tickets[i]),
        randomMask: draws.randomMask === 0 ? null : shown(of('random-mask', density, rewind)),
        reinitialised: draws.reinitialise === 0 || isShared ? null : shown(of('reinitialise', density, rewind)),
        matching: matching[i],
        toFirst: toFirst[i],
        toReinitialised: toReinitialised[i],
        toRandomMask: toRandomMask[i],
      }),
    ),
  };
}
