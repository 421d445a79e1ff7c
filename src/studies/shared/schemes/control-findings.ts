import { conditionName } from '../../../analysis/conditions.js';
import { formatCount, formatDensity, formatList, formatP } from '../../../analysis/format.js';
import { type Verdict, verdict } from '../../../analysis/verdict.js';
import { verdictText } from '../../../analysis/verdict-words.js';
import {
  compareStudy,
  type StudyComparison,
  type StudyContrast,
  type StudyEntry,
  schemeDifference,
} from './compare.js';
import type { MeasuredStudy, StudyScheme } from './found.js';
import type { StudyGroup } from './group.js';
import {
  accuracySentence,
  byOutcome,
  controlOfSeveral,
  differenceText,
  judgement,
  ofWeights,
  outcomesSentence,
  points,
} from './words.js';

/**
 * Schemes of which Frankle, Dziugaite, Roy and Carbin, "Pruning Neural Networks at Initialization: Why Are We Missing the
 * Mark?" (2021), report that shuffling the mask within layers and re-initialising leave the accuracy as it was or better.
 * Large initial magnitude is their magnitude at initialisation.
 */
const leftAlone: ReadonlySet<string> = new Set([
  'snip',
  'grasp',
  'synflow',
  'large-initial',
  'magnitude-at-initialisation',
]);

/** What that paper says of a scheme's tickets beside their controls. */
export type PaperClaim = 'more accurate' | 'no more accurate';

/** Null for a scheme that the paper does not treat. */
export function paperClaim({ name, reference }: StudyScheme): PaperClaim | null {
  if (reference === 'imp') return 'more accurate';
  return leftAlone.has(name) ? 'no more accurate' : null;
}

/** Whether this study bears a claim out. That a difference was not found does not support that there is none. */
export function judgeClaim(claim: PaperClaim, contrast: StudyContrast): Verdict {
  return verdict(contrast, claim === 'more accurate' ? 'above' : 'below', contrast.holmP);
}

const at = ({ density }: StudyEntry) => `${formatDensity(density)}%`;

/** IMP beside one of its controls, density by density. */
function impSentence(comparison: StudyComparison, control: string): string | null {
  const { imp } = comparison;
  const entries = comparison.entries.filter(
    ({ scheme, toControls }) => scheme === imp && (toControls[control]?.n ?? 0) > 0,
  );
  if (imp === null || entries.length === 0) return null;
  const parts = entries.map(
    (entry) =>
      `at ${at(entry)} ${differenceText(entry.toControls[control])} points, ${judgement(entry.toControls[control])}`,
  );
  return `${imp.title} less ${conditionName(control)}: ${parts.join('; ')}. Frankle et al. (2021) report that its ticket is more accurate.`;
}

/** The schemes of which the paper says that a control does as well, all densities together. */
function claimSentence(comparison: StudyComparison, control: string): string | null {
  const tested = comparison.entries.filter(
    ({ scheme, toControls }) => paperClaim(scheme) === 'no more accurate' && (toControls[control]?.n ?? 0) > 0,
  );
  if (tested.length === 0) return null;
  const titles = [...new Set(tested.map(({ scheme }) => scheme.title))];
  const outcome = (entry: StudyEntry) => judgeClaim('no more accurate', entry.toControls[control]).outcome;
  const against = tested.filter((entry) => outcome(entry) === 'contradicted');
  const open = tested.filter((entry) => outcome(entry) === 'undecided');
  const describe = (entry: StudyEntry) =>
    `${entry.scheme.title} at ${at(entry)}: ${differenceText(entry.toControls[control])}`;
  const broken = against.length === 0 ? '' : ` (${against.map(describe).join('; ')})`;
  const bounded = open.filter(({ toControls }) => toControls[control].interval !== null);
  const widest = bounded.reduce<StudyEntry | undefined>(
    (most, entry) =>
      most === undefined || entry.toControls[control].interval!.high > most.toControls[control].interval!.high
        ? entry
        : most,
    undefined,
  );
  const bound =
    widest === undefined
      ? ''
      : `; the intervals of the undecided leave open that the ticket is up to ${points(widest.toControls[control].interval!.high)} points more accurate (${widest.scheme.title} at ${at(widest)})`;
  const count = (some: readonly StudyEntry[]) => `${some.length} of ${tested.length}`;
  const support = tested.filter((entry) => outcome(entry) === 'supported');
  return `Frankle et al. (2021) report of ${formatList(titles)} that ${controlOfSeveral(control)} is as accurate as the ticket or more. Comparisons here that support it: ${count(support)}; that contradict it: ${count(against)}${broken}; undecided: ${count(open)}${bound}.`;
}

/** From the least to the most accurate, and whether they differ significantly after correction for their choice. */
function spreadSentence(
  study: MeasuredStudy,
  comparison: StudyComparison,
  groups: readonly StudyGroup[],
  what: string,
): string | null {
  const found = groups.filter(({ accuracy }) => accuracy !== null);
  if (found.length < 2) return null;
  const byMean = (better: (a: number, b: number) => boolean) =>
    found.reduce((best, group) => (better(group.accuracy!.mean, best.accuracy!.mean) ? group : best));
  const most = byMean((a, b) => a > b);
  const least = byMean((a, b) => a < b);
  if (most === least) return `${what}: all ${found.length} have the same mean, ${accuracySentence(most.accuracy!)}.`;
  const title = (group: StudyGroup) => study.schemes.find(({ name }) => name === group.scheme)!.title;
  const difference = schemeDifference(comparison, most, least);
  // The two were picked from all pairs after looking: Bonferroni's bound over the pairs holds whichever is picked.
  const pairs = (found.length * (found.length - 1)) / 2;
  const p = difference.p === null ? null : Math.min(1, difference.p * pairs);
  const tested = verdict(difference, 'above', p);
  const judged =
    tested.outcome === 'undecided'
      ? verdictText(tested)
      : `beyond chance (${formatP(p!)} after Bonferroni's correction over ${formatCount(pairs, 'pair')})`;
  return `${what}: from ${accuracySentence(least.accuracy!)} of ${title(least)} to ${accuracySentence(most.accuracy!)} of ${title(most)}${difference.mean === null ? '' : `, ${differenceText({ ...difference, holmP: p })} points apart`}: ${judged}.`;
}

function ticketSpreads(study: MeasuredStudy, comparison: StudyComparison): (string | null)[] {
  return comparison.densities.map((density) => {
    const tickets = comparison.entries.filter((entry) => entry.density === density).map(({ ticket }) => ticket);
    return spreadSentence(
      study,
      comparison,
      tickets.filter((ticket) => ticket !== null),
      `Tickets at ${ofWeights(density)}`,
    );
  });
}

/** What the schemes' tickets say beside their controls, compared with Frankle et al. 2021. */
export function schemeFindings(study: MeasuredStudy, comparison = compareStudy(study)): string[] {
  const others = comparison.entries.filter(({ scheme }) => paperClaim(scheme) === null);
  const found = comparison.controls.flatMap((control) => [
    impSentence(comparison, control),
    claimSentence(comparison, control),
    others.some(({ toControls }) => (toControls[control]?.n ?? 0) > 0)
      ? outcomesSentence(
          'Tickets of the schemes that the paper does not treat,',
          byOutcome(others, ({ toControls }) => toControls[control]),
          controlOfSeveral(control),
        )
      : null,
  ]);
  return [...found, ...ticketSpreads(study, comparison)].filter((text) => text !== null);
}

/** How much the initialisation matters, to dense networks and to tickets, and with which of them a ticket beats its controls. */
export function initialisationFindings(study: MeasuredStudy, comparison = compareStudy(study)): string[] {
  const controls = comparison.controls.map((control) =>
    outcomesSentence(
      'Tickets',
      byOutcome(comparison.entries, ({ toControls }) => toControls[control]),
      controlOfSeveral(control),
    ),
  );
  const dense = outcomesSentence(
    'Tickets',
    byOutcome(comparison.entries, ({ toDense }) => toDense),
    'the dense network of the same initialisation',
  );
  return [
    spreadSentence(study, comparison, comparison.dense, 'Dense networks'),
    ...ticketSpreads(study, comparison),
    ...controls,
    dense,
  ].filter((text) => text !== null);
}
