import { estimateSentence, estimateText } from '../../analysis/estimate-words.js';
import { formatCount, formatDensity, formatFixed, formatP } from '../../analysis/format.js';
import type { PairMean } from '../../analysis/trial-pairs.js';
import type { Outcome } from '../../analysis/verdict.js';
import { reasonText, verdictText } from '../../analysis/verdict-words.js';
import type { Finding } from '../shared/finding.js';
import { listPlaces, pointsOf, rewindName } from '../shared/rewinds/words.js';
import type { TrialsEntry } from './between-trials.js';
import { compareStability, type StabilityComparison } from './compare.js';
import type { BarrierTest, StabilityEntry } from './entry.js';
import type { StabilityFound } from './found.js';
import type { Relation } from './relation.js';

/** "0.42 points (95% interval 0.31 to 0.53, 3 trials)". */
function barrierText({ test }: BarrierTest): string {
  if (test === null) return 'not a finite number';
  return estimateSentence(test, pointsOf, ' points');
}

const outcomeOf = (entry: StabilityEntry): Outcome => entry.children?.verdict.outcome ?? 'undecided';

/** "the dense network" of "Children of ...". */
const parentName = (density: number) =>
  density === 1 ? 'the dense network' : `tickets at ${formatDensity(density)}% of weights`;

/** From which rewind on the children of one density are stable. */
function stabilityFinding(entries: readonly StabilityEntry[]): Finding | null {
  const measured = entries.filter(({ children }) => children !== null);
  if (measured.length === 0) return null;
  const subject = `Children of ${parentName(measured[0].density)}`;
  const barrier = ({ children }: StabilityEntry) => barrierText(children as BarrierTest);
  const why = ({ children }: StabilityEntry) => (children === null ? 'undecided' : verdictText(children.verdict));
  const lastUnstable = measured.findLastIndex((entry) => outcomeOf(entry) !== 'supported');
  const first = measured[lastUnstable + 1];
  const before = measured[lastUnstable];
  if (first !== undefined) {
    const p = formatP(first.children?.holmP as number);
    const since = before === undefined ? ' on, the earliest that was tried' : ' on';
    const earlier =
      before === undefined
        ? ''
        : ` From ${rewindName(before.rewind)} it is ${barrier(before)}, ${outcomeOf(before) === 'contradicted' ? 'not stable' : why(before)}.`;
    return {
      outcome: 'supported',
      text: `${subject} are stable from ${rewindName(first.rewind)}${since}: there the barrier between them is ${barrier(first)}, below 2 points (${p} after Holm's correction).${earlier}`,
    };
  }
  const outcome = outcomeOf(before);
  const claim = {
    supported: 'are stable',
    contradicted: measured.every((entry) => outcomeOf(entry) === 'contradicted')
      ? 'are stable from no rewind that was tried'
      : 'are not stable from the latest rewind that was tried',
    undecided: 'are not found to be stable as far as the latest rewind that was tried',
  }[outcome];
  return {
    outcome,
    text: `${subject} ${claim}: from ${rewindName(before.rewind)} the barrier between them is ${barrier(before)}, ${outcome === 'contradicted' ? 'not below 2 points' : why(before)}.`,
  };
}

function exactlyFinding(relation: Relation): Finding {
  const { stableAndMatching, stableAlone, matchingAlone, neither, open, exactly } = relation;
  const claim = {
    supported: 'Tickets match the dense network exactly where they are stable, as Frankle et al. (2020) found',
    contradicted: 'Tickets do not match the dense network exactly where they are stable',
    undecided: `Whether tickets match the dense network exactly where they are stable is ${verdictText(exactly)}`,
  }[exactly.outcome];
  const everywhere = [...stableAndMatching, ...stableAlone, ...matchingAlone, ...neither, ...open];
  const parts = [
    ['Stable and matching', stableAndMatching],
    ['Neither', neither],
    ['Stable but less accurate', stableAlone],
    ['Matching but not stable', matchingAlone],
    ['Undecided', open],
  ] as const;
  const lists = parts.flatMap(([name, some]) =>
    some.length === 0 ? [] : [`${name}: ${listPlaces(some, everywhere)}`],
  );
  return { outcome: exactly.outcome, text: `${claim}. ${lists.join('. ')}.` };
}

function orderFinding({ correlation, falling: { verdict: falling, holmP }, tickets }: Relation): Finding | null {
  if (correlation.mean === null) return null;
  // The interval of few trials reaches beyond what a correlation can be.
  const number = (value: number) => formatFixed(Math.max(-1, Math.min(1, value)), 2);
  const claim = {
    supported: 'The higher the barrier, the less accurate the ticket',
    contradicted: 'That a higher barrier goes with a less accurate ticket is contradicted',
    undecided: 'Whether a higher barrier goes with a less accurate ticket is undecided',
  }[falling.outcome];
  return {
    outcome: falling.outcome,
    text: `${claim}: over the up to ${tickets} tickets of a trial the rank correlation of barrier and accuracy is ${estimateText(correlation, number)}, ${correlation.n === 1 ? 'in one trial' : `mean and 95% interval over ${correlation.n} trials`}${falling.reason === null ? `, ${formatP(holmP as number)}` : `; ${reasonText(falling.reason)}`}.`,
  };
}

/** Where tickets are linearly connected with another network. */
function connectedFinding(
  entries: readonly StabilityEntry[],
  testOf: (entry: StabilityEntry) => BarrierTest | null,
  other: string,
): Finding | null {
  const measured = entries.filter((entry) => testOf(entry) !== null);
  if (measured.length === 0) return null;
  const of = (outcome: Outcome) => measured.filter((entry) => testOf(entry)?.verdict.outcome === outcome);
  const [yes, no, open] = [of('supported'), of('contradicted'), of('undecided')];
  // Where they are connected in one place and not in another, this describes.
  const decided: Outcome = no.length === 0 ? 'supported' : 'contradicted';
  const outcome = yes.length > 0 && no.length > 0 ? null : open.length > 0 ? 'undecided' : decided;
  const sorted = [...measured].filter((entry) => testOf(entry)?.test !== null);
  const extreme = sorted.reduce<StabilityEntry | undefined>(
    (most, entry) =>
      most === undefined || (testOf(entry)?.test?.mean ?? 0) > (testOf(most)?.test?.mean ?? 0) ? entry : most,
    undefined,
  );
  const most =
    extreme === undefined
      ? ''
      : ` The highest barrier is ${barrierText(testOf(extreme) as BarrierTest)}, at ${formatDensity(extreme.density)}% from ${rewindName(extreme.rewind)}.`;
  const lists = [
    ['Connected', yes],
    ['Not connected', no],
    ['Undecided', open],
  ] as const;
  const claim = {
    supported: `A ticket and ${other} are linearly connected, with a barrier below 2 points.`,
    contradicted: `A ticket and ${other} are not linearly connected: the barrier is not below 2 points.`,
    undecided: `Whether a ticket and ${other} are linearly connected is undecided in some places.`,
    both: `Whether a ticket and ${other} are linearly connected depends on density and rewind.`,
  }[outcome ?? 'both'];
  const parts = lists.flatMap(([name, some]) => (some.length === 0 ? [] : [`${name}: ${listPlaces(some, measured)}`]));
  return { outcome, text: `${claim} ${parts.join('. ')}.${most}` };
}

/** "40.12 points (30.05 to 50.21)". */
const pairText = (found: PairMean) => `${estimateText(found, pointsOf)} points`;

const ways = { own: 'matched by their own weights', dense: 'matched as their dense networks are' } as const;

function trialsFinding(entries: readonly TrialsEntry[], density: number, rewind: number | null): Finding | null {
  const of = (matched: TrialsEntry['matched']) =>
    entries.find((entry) => entry.density === density && entry.matched === matched);
  const [before, own, dense] = [of('not'), of('own'), of('dense')];
  if (before?.test == null || own?.test == null || own.lowered?.mean == null) return null;
  const subject =
    rewind === null
      ? 'Between the dense networks of two trials'
      : `Between the tickets of two trials at ${formatDensity(density)}%, from ${rewindName(rewind)},`;
  const { verdict, holmP } = own.lowered;
  const claim = {
    supported: 'matching their hidden units lowers the barrier',
    contradicted: 'matching their hidden units raises the barrier',
    undecided: `whether matching their hidden units lowers the barrier is ${verdictText(verdict)}`,
  }[verdict.outcome];
  const p = verdict.reason === null ? `, ${formatP(holmP as number)} after Holm's correction` : '';
  const others = dense?.test == null ? '' : `, and ${pairText(dense.test)} ${ways.dense}`;
  const { outcome } = own.connected.verdict;
  const valley = {
    supported: 'Matched, they are linearly connected: the barrier is below 2 points.',
    contradicted: 'Matched, they are still not linearly connected: the barrier is not below 2 points.',
    undecided: 'Whether it is below 2 points then is undecided.',
  }[outcome];
  return {
    outcome: verdict.outcome,
    text: `${subject} ${claim}: ${pairText(before.test)} as they are, ${pairText(own.test)} ${ways.own}${others}; lower by ${pairText(own.lowered.mean)}${p} (${formatCount(own.test.pairs, 'pair')} of ${formatCount(own.test.trials, 'trial')}${own.test.interval === null ? '' : ', 95% intervals'}). ${valley}`,
  };
}

/** What a study of stability found, in plain sentences. */
export function stabilityFindings(
  found: StabilityFound,
  { entries, trials, relation }: StabilityComparison = compareStability(found),
): Finding[] {
  if (found.lines.length === 0) {
    return [{ outcome: null, text: 'No line between two networks has been measured yet.' }];
  }
  const all = [
    relation.stableAndMatching,
    relation.stableAlone,
    relation.matchingAlone,
    relation.neither,
    relation.open,
  ];
  const places = [...new Map(trials.map((entry) => [entry.density, entry])).values()];
  return [
    ...found.densities.map((density) => stabilityFinding(entries.filter((entry) => entry.density === density))),
    ...(all.flat().length > 0 ? [exactlyFinding(relation), orderFinding(relation)] : []),
    connectedFinding(entries, ({ toDense }) => toDense, 'the dense network that it came from'),
    connectedFinding(entries, ({ toRound }) => toRound, 'the network one round before it, which it was pruned from,'),
    ...places.map(({ density, rewind }) => trialsFinding(trials, density, rewind)),
  ].filter((finding) => finding !== null);
}
