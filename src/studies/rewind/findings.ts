import { estimateSentence } from '../../analysis/estimate-words.js';
import { formatDensity, formatInteger, formatList, formatP } from '../../analysis/format.js';
import type { Outcome } from '../../analysis/verdict.js';
import { reasonText } from '../../analysis/verdict-words.js';
import type { Finding } from '../shared/finding.js';
import { MATCHES_WITHIN } from '../shared/rewinds/matching.js';
import {
  divergedNote,
  fromRewinds,
  meansOver,
  pointsOf,
  rewindName,
  unfinishedNote,
  weightsAtText,
} from '../shared/rewinds/words.js';
import { points } from '../shared/schemes/words.js';
import { type AccuracyTest, compareRewinds, type RewindComparison, type RewindEntry } from './compare.js';
import type { RewindFound } from './found.js';

/** "+0.41 points (95% interval +0.20 to +0.62, 3 trials, p = 0.012 after Holm's correction)". */
function differenceText({ mean, holmP, ...rest }: AccuracyTest): string {
  const p = holmP === null ? '' : `, ${formatP(holmP)} after Holm's correction`;
  return estimateSentence({ ...rest, mean: mean as number }, points, ' points', p);
}

const from = ({ rewind }: RewindEntry) => `from ${rewindName(rewind)}`;

const many = (entries: readonly RewindEntry[]) => fromRewinds(entries.map(({ rewind }) => rewind));

/** The largest difference of some entries, for a sentence to name. */
function largest(
  entries: readonly RewindEntry[],
  testOf: (entry: RewindEntry) => AccuracyTest | null,
): RewindEntry | undefined {
  return entries
    .filter((entry) => testOf(entry)?.mean != null)
    .reduce<RewindEntry | undefined>(
      (best, entry) =>
        best === undefined || (testOf(entry)?.mean as number) > (testOf(best)?.mean as number) ? entry : best,
      undefined,
    );
}

/** Where some are and others are the opposite, this describes: `both`. */
function outcomeOf(yes: readonly unknown[], no: readonly unknown[]): Outcome | 'both' {
  if (yes.length > 0) return no.length > 0 ? 'both' : 'supported';
  return no.length > 0 ? 'contradicted' : 'undecided';
}

/** Tickets of one density beside something else: in which rewinds they are significantly more accurate. */
function contrastFinding(
  entries: readonly RewindEntry[],
  testOf: (entry: RewindEntry) => AccuracyTest | null,
  claims: Readonly<Record<Outcome | 'both', string>>,
): Finding | null {
  const tested = entries.filter((entry) => testOf(entry)?.mean != null);
  if (tested.length === 0) return null;
  const of = (outcome: Outcome) => tested.filter((entry) => testOf(entry)?.verdict.outcome === outcome);
  const [yes, no, open] = [of('supported'), of('contradicted'), of('undecided')];
  const outcome = outcomeOf(yes, no);
  const best = largest(yes.length > 0 ? yes : tested, testOf) as RewindEntry;
  const test = testOf(best) as AccuracyTest;
  const lists = [
    yes.length === 0 ? '' : ` Significantly more accurate ${many(yes)}.`,
    no.length === 0 ? '' : ` Significantly less accurate ${many(no)}.`,
    open.length === 0
      ? ''
      : ` Undecided ${many(open)}${open.length === tested.length ? `: ${reasonsOf(open.map(testOf))}` : ''}.`,
  ];
  return {
    outcome: outcome === 'both' ? null : outcome,
    text: `At ${formatDensity(best.density)}% of weights ${claims[outcome]}: ${tested.length > 1 ? 'the largest difference is ' : ''}${differenceText(test)} ${from(best)}.${lists.join('')}`,
  };
}

/** Why places are undecided, each reason once, the commonest first. */
function reasonsOf(tests: readonly (Pick<AccuracyTest, 'verdict'> | null | undefined)[]): string {
  const counts = new Map<string, number>();
  for (const test of tests) {
    if (test?.verdict.reason == null) continue;
    const text = reasonText(test.verdict.reason);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([text]) => text)
    .join('; or ');
}

function matchingFinding(entries: readonly RewindEntry[]): Finding | null {
  const tested = entries.filter(({ matching }) => matching?.mean != null);
  if (tested.length === 0) return null;
  const [{ density }] = tested;
  const outcome = ({ matching }: RewindEntry) => matching?.verdict.outcome as Outcome;
  const first = tested.find((entry) => outcome(entry) === 'supported');
  const less = ({ matching }: RewindEntry) => {
    const { mean, ...rest } = matching as NonNullable<RewindEntry['matching']>;
    return estimateSentence({ ...rest, mean: mean as number }, points, ' points against the dense network');
  };
  if (first !== undefined) {
    const later = tested.filter((entry) => entry.rewind > first.rewind && outcome(entry) !== 'supported');
    const earlier = tested.filter((entry) => entry.rewind < first.rewind);
    return {
      outcome: 'supported',
      text: `At ${formatDensity(density)}% of weights the earliest rewind whose ticket matches the dense network is ${rewindName(first.rewind)}: ${less(first)}${earlier.length === 0 ? '' : `; ${from(earlier[earlier.length - 1])} it is ${less(earlier[earlier.length - 1])}`}.${later.length === 0 ? '' : ` It is not found to match ${many(later)}.`}`,
    };
  }
  const open = tested.filter((entry) => outcome(entry) === 'undecided');
  const last = tested[tested.length - 1];
  return {
    outcome: open.length === 0 ? 'contradicted' : 'undecided',
    text:
      open.length === 0
        ? `At ${formatDensity(density)}% of weights no ticket matches the dense network, whatever it is rewound to: ${less(last)} ${from(last)}.`
        : `At ${formatDensity(density)}% of weights no ticket is found to match the dense network: ${less(last)} ${from(last)}; undecided ${many(open)}: ${reasonsOf(open.map(({ matching }) => matching))}.`,
  };
}

/** When tickets of one density stop early; described, not tested. */
function stopFinding({ dense, reinitialised }: RewindComparison, entries: readonly RewindEntry[]): Finding | null {
  const shown = entries.filter(({ ticket }) => ticket.earlyStop !== null);
  if (shown.length === 0) return null;
  const [{ density }] = shown;
  const stops = shown.map((entry) => `${formatInteger(entry.ticket.earlyStop?.mean as number)} ${from(entry)}`);
  const again = shown.flatMap((entry) =>
    entry.reinitialised?.earlyStop == null
      ? []
      : [`${formatInteger(entry.reinitialised.earlyStop.mean)} re-initialised under the mask ${from(entry)}`],
  );
  const others = [
    ...again,
    ...(dense.earlyStop === null ? [] : [`${formatInteger(dense.earlyStop.mean)} for the dense network`]),
    ...reinitialised
      .filter((one) => one.density === density && one.earlyStop !== null)
      .map(({ earlyStop }) => `${formatInteger(earlyStop?.mean as number)} re-initialised`),
  ];
  return {
    outcome: null,
    text: `At ${formatDensity(density)}% of weights the lowest validation loss is reached on average at iteration ${formatList([...stops, ...others])}.`,
  };
}

/** What a study of rewinding found, in plain sentences. */
export function rewindFindings(found: RewindFound, comparison: RewindComparison = compareRewinds(found)): Finding[] {
  const tickets = found.trained.filter(({ condition }) => condition === 'ticket');
  if (tickets.length === 0) return [{ outcome: null, text: 'No ticket has finished training yet.' }];
  const first = rewindName(found.rewinds[0]);
  const at = (density: number) => comparison.entries.filter((entry) => entry.density === density);
  const each = (finding: (entries: readonly RewindEntry[]) => Finding | null) =>
    found.densities.map((density) => finding(at(density)));
  return [
    ...each((entries) =>
      contrastFinding(entries, ({ toFirst }) => toFirst, {
        supported: `rewinding later than to ${first} makes tickets more accurate`,
        contradicted: `rewinding later than to ${first} makes tickets less accurate`,
        undecided: `it is undecided whether rewinding later than to ${first} makes tickets more accurate`,
        both: `whether rewinding later than to ${first} makes tickets more accurate depends on the rewind`,
      }),
    ),
    ...each(matchingFinding),
    ...each((entries) =>
      contrastFinding(entries, ({ toReinitialised }) => toReinitialised, {
        supported: 'tickets are more accurate than their re-initialisation',
        contradicted: 'tickets are less accurate than their re-initialisation',
        undecided: 'it is undecided whether tickets are more accurate than their re-initialisation',
        both: 'whether tickets are more accurate than their re-initialisation depends on the rewind',
      }),
    ),
    ...each((entries) =>
      contrastFinding(entries, ({ toRandomMask }) => toRandomMask, {
        supported: 'tickets are more accurate than random masks with the same rewind',
        contradicted: 'tickets are less accurate than random masks with the same rewind',
        undecided: 'it is undecided whether tickets are more accurate than random masks with the same rewind',
        both: 'whether tickets are more accurate than random masks with the same rewind depends on the rewind',
      }),
    ),
    ...each((entries) => stopFinding(comparison, entries)),
  ].filter((finding) => finding !== null);
}

/** What the reader of a study of rewinding must know. */
export function rewindNotes({ trained, planned, at, rewinds, draws, trials, iterations }: RewindFound): string[] {
  const drawn = Math.max(draws.reinitialise, draws.randomMask) > 1;
  return [
    `Accuracies are on the test set ${weightsAtText(at)}, ${meansOver(trials)}; differences are paired by trial${drawn ? ', several draws of one control being averaged within their trial first' : ''}, and all verdicts of this page are corrected together by Holm's method.`,
    `A ticket matches the dense network when it is less accurate by less than ${pointsOf(MATCHES_WITHIN)} points, which is tested over trials.`,
    `Iterations are those of the dense training, of ${formatInteger(iterations)} in all: a ticket resumes at the one that it is rewound to, and ends where the dense network does.`,
    ...(draws.reinitialise > 0
      ? [
          trained.some(({ condition, rewind }) => condition === 'reinitialise' && rewind === null)
            ? `Re-initialised networks are trained from the first iteration on, under the masks that were found with rewinding to ${rewindName(rewinds[0])}; they are not rewound, so that one of them is compared with tickets of every rewind.`
            : 'Re-initialised networks are trained from the first iteration on, under the mask of the ticket that they are compared with.',
        ]
      : []),
    divergedNote(trained, 'training'),
    ...[unfinishedNote(trained.length, planned, 'trainings')].filter((note) => note !== ''),
  ];
}
