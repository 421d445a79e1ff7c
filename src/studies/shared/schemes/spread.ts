import { formatCount, formatP } from '../../../analysis/format.js';
import { verdict } from '../../../analysis/verdict.js';
import { verdictText } from '../../../analysis/verdict-words.js';
import { type StudyComparison, schemeDifference } from './compare.js';
import type { StudyGroup } from './group.js';
import { accuracySentence, differenceText, ofWeights } from './words.js';

/** From the least to the most accurate, and whether they differ significantly after correction for their choice. */
export function spreadSentence(
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
  const title = (group: StudyGroup) => comparison.study.schemes.find(({ name }) => name === group.scheme)!.title;
  const difference = schemeDifference(comparison, most, least);
  // The two were picked from all pairs after looking: Bonferroni's bound over the pairs holds whichever is picked.
  const pairs = (found.length * (found.length - 1)) / 2;
  const p = difference.p === null ? null : Math.min(1, difference.p * pairs);
  const tested = verdict(difference, 'above', p);
  const judged =
    tested.outcome === 'undecided'
      ? verdictText(tested)
      : `significant (${formatP(p!)} after Bonferroni's correction over ${formatCount(pairs, 'pair')})`;
  return `${what}: from ${accuracySentence(least.accuracy!)} of ${title(least)} to ${accuracySentence(most.accuracy!)} of ${title(most)}${difference.mean === null ? '' : `, ${differenceText({ ...difference, holmP: p })} points apart`}: ${judged}.`;
}

/** The same of the tickets of each density. */
export function ticketSpreads(comparison: StudyComparison): (string | null)[] {
  return comparison.densities.map((density) => {
    const tickets = comparison.entries.filter((entry) => entry.density === density).map(({ ticket }) => ticket);
    return spreadSentence(
      comparison,
      tickets.filter((ticket) => ticket !== null),
      `Tickets at ${ofWeights(density)}`,
    );
  });
}
