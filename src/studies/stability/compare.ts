import { overTrials } from '../../analysis/by-trial.js';
import { barrierOf, STABLE_BELOW } from '../../analysis/connectivity/index.js';
import { type Claim, claimThat, type JudgedClaim, judgeTogether } from '../../analysis/family.js';
import { mean } from '../../analysis/intervals.js';
import { pairedDifference } from '../../analysis/paired.js';
import { summarise } from '../../analysis/summary.js';
import {
  type MatchingDifference,
  matchingClaim,
  matchingDifferences,
  withVerdicts,
} from '../shared/rewinds/matching.js';
import { accuracyAt, isAt } from '../shared/rewinds/points.js';
import { measureTrials, type TrialsEntry } from './between-trials.js';
import type { Barrier, StabilityEntry } from './entry.js';
import { testError, trainError } from './errors.js';
import type { StabilityFound, StabilityLine } from './found.js';
import { correlationWithin, type Relation, relationOf } from './relation.js';

/** What is measured at every place, before anything is judged. */
interface Measured {
  readonly places: readonly { readonly density: number; readonly rewind: number }[];
  readonly children: readonly (Barrier | null)[];
  readonly toDense: readonly (Barrier | null)[];
  readonly toRound: readonly (Barrier | null)[];
  readonly matching: readonly (MatchingDifference | null)[];
}

/** Null for the dense network where a question is about tickets alone. */
function measure(found: StabilityFound): Measured {
  const places = found.densities.flatMap((density) => found.rewinds.map((rewind) => ({ density, rewind })));
  const ofTickets = (barriers: readonly (Barrier | null)[]) =>
    barriers.map((barrier, i) => (places[i].density < 1 ? barrier : null));
  return {
    places,
    children: barriersAt(found, 'children', places),
    toDense: ofTickets(barriersAt(found, 'dense', places)),
    toRound: ofTickets(barriersAt(found, 'round', places)),
    matching: matchingDifferences(
      found.trained,
      places.map((place) => ({ condition: 'ticket', ...place })),
      found.at,
    ).map((one, i) => (places[i].density < 1 ? one : null)),
  };
}

/** All that a page of stability says, judged as one family. */
export interface StabilityComparison {
  /** From dense to sparse, the earliest rewind first. */
  readonly entries: readonly StabilityEntry[];
  /** Between trials, from dense to sparse, unmatched before matched. */
  readonly trials: readonly TrialsEntry[];
  readonly relation: Relation;
}

/** Judges everything that has finished. */
export function compareStability(found: StabilityFound): StabilityComparison {
  const { places, ...measured } = measure(found);
  const across = measureTrials(found);
  const correlation = correlationWithin(measured.children, measured.matching);
  const barriers = [measured.children, measured.toDense, measured.toRound];
  const judged = judgeTogether([
    ...barriers.map((list) => list.map((one) => one && barrierClaim(one))),
    measured.matching.map((one) => one && matchingClaim(one)),
    across.map(({ connected }) => connected),
    across.map(({ lowered }) => lowered?.test ?? null),
    [claimThat(correlation.differences, 'below')],
  ]);
  const [children, toDense, toRound] = barriers.map((list, i) => withVerdicts(list, judged[i]));
  const matching = withVerdicts(measured.matching, judged[3]);
  const entries = places.map(({ density, rewind }, i): StabilityEntry => {
    const ofChild = isAt({ condition: density === 1 ? 'dense' : 'ticket', density, rewind });
    const own = found.trained.filter((point) => ofChild(point) && point.draw === 0);
    return {
      rewind,
      density,
      children: children[i],
      toDense: toDense[i],
      toRound: toRound[i],
      accuracy: overTrials(own, (point) => accuracyAt(point, found.at)),
      matching: matching[i],
    };
  });
  const [[falling]] = judged.slice(6);
  return {
    entries,
    trials: across.map(
      ({ connected, lowered, ...rest }, i): TrialsEntry => ({
        ...rest,
        connected: { test: connected, ...(judged[4][i] as JudgedClaim) },
        lowered: lowered && { ...lowered, ...(judged[5][i] as JudgedClaim) },
      }),
    ),
    relation: relationOf(entries, correlation, falling as JudgedClaim),
  };
}

const barrierClaim = ({ byTrial }: Barrier): Claim =>
  claimThat(pairedDifference([...byTrial.values()].map((value) => value - STABLE_BELOW)), 'below', '2 points');

type WithinTrial = Extract<StabilityLine, { readonly trial: number }>;

/** Barriers of one curve, by trial; a line that has none is left out and counted. */
function barriersOf(lines: readonly WithinTrial[], curve: (line: StabilityLine) => readonly (number | null)[] | null) {
  const trials = new Map<number, number[]>();
  let leftOut = 0;
  for (const line of [...lines].sort((a, b) => a.trial - b.trial)) {
    const values = curve(line);
    if (values === null) continue;
    const barrier = barrierOf(values);
    if (barrier === null) leftOut++;
    else trials.set(line.trial, [...(trials.get(line.trial) ?? []), barrier]);
  }
  return { trials, summary: summarise([...trials.values()], leftOut) };
}

const testLoss = ({ values }: Pick<StabilityLine, 'values'>): StabilityLine['values']['test']['loss'] =>
  values.test.loss;

/** Lines of one kind at some places: their barriers; null where no line is measured. */
function barriersAt(
  { lines }: StabilityFound,
  kind: WithinTrial['kind'],
  places: Measured['places'],
): (Barrier | null)[] {
  return places.map(({ density, rewind }) => {
    const own = lines.filter(
      (line): line is WithinTrial => line.kind === kind && line.density === density && line.rewind === rewind,
    );
    if (own.length === 0) return null;
    const { trials, summary } = barriersOf(own, testError);
    return {
      test: summary,
      train: barriersOf(own, trainError).summary,
      loss: barriersOf(own, testLoss).summary,
      byTrial: new Map([...trials].map(([trial, values]): [number, number] => [trial, mean(values)])),
    };
  });
}
