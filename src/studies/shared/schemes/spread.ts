import { formatP } from '../../../analysis/format.js';
import { verdict } from '../../../analysis/verdict.js';
import { verdictText } from '../../../analysis/verdict-words.js';
import type { CorrectedExtremes, StudyComparison } from './compare.js';
import type { StudyGroup } from './group.js';
import { accuracySentence, differenceText, ofWeights } from './words.js';

/** From the least to the most accurate, and whether they differ significantly after correction for their choice. */
export function spreadSentence(
  comparison: StudyComparison,
  extremes: CorrectedExtremes | null,
  what: string,
): string | null {
  if (extremes === null) return null;
  const { groups, most, least, difference, holmP } = extremes;
  if (most === least) return `${what}: all ${groups} have the same mean, ${accuracySentence(most.accuracy!)}.`;
  const title = (group: StudyGroup) => comparison.study.schemes.find(({ name }) => name === group.scheme)!.title;
  const tested = verdict(difference, 'above', holmP);
  const judged =
    tested.outcome === 'undecided'
      ? verdictText(tested)
      : `significant (${formatP(holmP!)} after correction for the choice of the two and for all claims of the page)`;
  return `${what}: from ${accuracySentence(least.accuracy!)} of ${title(least)} to ${accuracySentence(most.accuracy!)} of ${title(most)}${difference.mean === null ? '' : `, ${differenceText({ ...difference, holmP })} points apart`}: ${judged}.`;
}

/** The same of the tickets of each density. */
export function ticketSpreads(comparison: StudyComparison): (string | null)[] {
  return comparison.densities.map((density, place) =>
    spreadSentence(comparison, comparison.extremes.tickets[place], `Tickets at ${ofWeights(density)}`),
  );
}
