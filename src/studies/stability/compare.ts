import { overTrials } from '../../analysis/by-trial.js';
import { barrierOf, type LineCurve, STABLE_BELOW } from '../../analysis/connectivity/index.js';
import { mean } from '../../analysis/intervals.js';
import { pairedDifference } from '../../analysis/paired.js';
import { type Summary, summarise } from '../../analysis/summary.js';
import { type Judged, judgeAll, type MatchingTest, matchingTests } from '../shared/rewinds/matching.js';
import { accuracyAt, isAt } from '../shared/rewinds/points.js';
import type { StabilityFound, StabilityLine } from './found.js';

/** The barrier of lines of one kind at one place, over trials. Several lines of one trial are averaged first. */
export interface BarrierTest extends Judged {
  /** Of the error on the test set, a share of 1; null where no line has one. */
  readonly test: Summary | null;
  /** On training examples; null also where none were asked for. */
  readonly train: Summary | null;
  /** Of the loss on the test set, in nats. */
  readonly loss: Summary | null;
  /** Of the test error, trial by trial. */
  readonly byTrial: ReadonlyMap<number, number>;
}

/** One network, dense or sparse, from one rewind. */
export interface StabilityEntry {
  readonly rewind: number;
  /** 1 for the dense network. */
  readonly density: number;
  /** Between its children; supported: stable, below 2 points. Null where no line is measured. */
  readonly children: BarrierTest | null;
  /** Between a ticket and its dense network, and the network one round before it; null for the dense network too. */
  readonly toDense: BarrierTest | null;
  readonly toRound: BarrierTest | null;
  /** Test accuracy of child 0: the ticket, or the dense network from there. */
  readonly accuracy: Summary | null;
  /** Whether the ticket matches the dense network; null for that itself. */
  readonly matching: MatchingTest | null;
}

/** Every entry, from dense to sparse, the earliest rewind first. */
export function stabilityEntries(found: StabilityFound): StabilityEntry[] {
  const places = found.densities.flatMap((density) => found.rewinds.map((rewind) => ({ density, rewind })));
  const sparse = places.filter(({ density }) => density < 1);
  const children = barrierTests(found, 'children', places);
  const toDense = barrierTests(found, 'dense', sparse);
  const toRound = barrierTests(found, 'round', sparse);
  const matching = matchingTests(
    found.trained,
    sparse.map((place) => ({ condition: 'ticket', ...place })),
    found.at,
  );
  const dense = places.length - sparse.length;
  return places.map(({ density, rewind }, i): StabilityEntry => {
    const ofChild = isAt({ condition: density === 1 ? 'dense' : 'ticket', density, rewind });
    const own = found.trained.filter((point) => ofChild(point) && point.draw === 0);
    return {
      rewind,
      density,
      children: children[i],
      toDense: toDense[i - dense] ?? null,
      toRound: toRound[i - dense] ?? null,
      accuracy: overTrials(own, (point) => accuracyAt(point, found.at)),
      matching: matching[i - dense] ?? null,
    };
  });
}

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

export const testError = ({ values }: Pick<StabilityLine, 'values'>): LineCurve['error'] => values.test.error;
export const trainError = ({ values }: Pick<StabilityLine, 'values'>): LineCurve['error'] | null =>
  values.train?.error ?? null;
const testLoss = ({ values }: Pick<StabilityLine, 'values'>): LineCurve['loss'] => values.test.loss;

/** Lines of one kind at some places: their barriers, and whether these are below 2 points, as one family of claims. */
function barrierTests(
  { lines }: StabilityFound,
  kind: WithinTrial['kind'],
  places: readonly { readonly density: number; readonly rewind: number }[],
): (BarrierTest | null)[] {
  const measured = places.map(({ density, rewind }) => {
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
  const judged = judgeAll(
    measured.map((one) => one && pairedDifference([...one.byTrial.values()].map((value) => value - STABLE_BELOW))),
    'below',
    '2 points',
  );
  return measured.map((one, i) => one && { ...one, ...(judged[i] as Judged) });
}
