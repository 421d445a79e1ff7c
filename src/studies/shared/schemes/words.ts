import { conditionName } from '../../../analysis/conditions.js';
import { estimateSentence, estimateText } from '../../../analysis/estimate-words.js';
import {
  formatDensity,
  formatFixed,
  formatInterval,
  formatList,
  formatP,
  formatShare,
  formatSigned,
} from '../../../analysis/format.js';
import type { Interval } from '../../../analysis/intervals.js';
import type { Summary } from '../../../analysis/summary.js';
import { type Outcome, type Verdict, verdict } from '../../../analysis/verdict.js';
import { verdictText } from '../../../analysis/verdict-words.js';
import type { StudyContrast, StudyEntry } from './compare.js';

/** Numbers of a study in words, the same in its findings and its tables. */

/** Signed percentage points of a share: "+0.41". */
export const points = (share: number) => formatSigned(share * 100, 2);

const percent = (share: number) => formatFixed(share * 100, 2);

/** "10.0% of weights". */
export const ofWeights = (density: number) => `${formatDensity(density)}% of weights`;

/** "97.10% (96.90 to 97.30)"; without an interval where there is one trial, "" where there is none. */
export function accuracyText(summary: Summary | null): string {
  return estimateText(summary, formatShare, percent);
}

/** "97.10% (95% interval 96.90% to 97.30%, 3 trials)". */
export function accuracySentence(summary: Summary): string {
  return estimateSentence(summary, formatShare);
}

/** "(+0.20 to +0.62)", with a space before it; "" without an interval. */
export const rangeText = (interval: Interval | null, format: (value: number) => string) =>
  interval === null ? '' : ` (${formatInterval(interval, format)})`;

/** "+0.41 (+0.20 to +0.62)" in percentage points; "" without a pair. */
export const differenceText = (contrast: StudyContrast) => estimateText(contrast, points);

/** Judges that the ticket is more accurate than the other, p corrected over all comparisons of the page. */
export const judge = (contrast: StudyContrast): Verdict => verdict(contrast, 'above', contrast.holmP);

/** What a verdict on "more accurate" says of the ticket. */
export const accuracyWords: Readonly<Record<Outcome, string>> = {
  supported: 'more accurate',
  contradicted: 'less accurate',
  undecided: 'undecided',
};

/** "more accurate, p = 0.012 after Holm's correction", or "undecided, the interval includes zero". */
export function judgement(contrast: StudyContrast): string {
  const judged = judge(contrast);
  const text = verdictText(judged, accuracyWords);
  return judged.reason === null ? `${text}, ${formatP(contrast.holmP!)} after Holm's correction` : text;
}

/** "SNIP (at 10.0% and 2.0%), IMP (at 2.0%)": the entries of one outcome, scheme by scheme; "" if there are none. */
export function listEntries(entries: readonly StudyEntry[]): string {
  const titles = [...new Set(entries.map(({ scheme }) => scheme.title))];
  return titles
    .map((title) => {
      const densities = entries.filter(({ scheme }) => scheme.title === title).map(({ density }) => density);
      return `${title} (at ${formatList(densities.map((density) => `${formatDensity(density)}%`))})`;
    })
    .join('; ');
}

/** Entries that have a contrast, by what its verdict says of the ticket. */
export function byOutcome(
  entries: readonly StudyEntry[],
  contrastOf: (entry: StudyEntry) => StudyContrast | null | undefined,
): Record<Outcome, StudyEntry[]> {
  const found: Record<Outcome, StudyEntry[]> = { supported: [], contradicted: [], undecided: [] };
  for (const entry of entries) {
    const contrast = contrastOf(entry);
    if (contrast !== null && contrast !== undefined && contrast.n > 0) found[judge(contrast).outcome].push(entry);
  }
  return found;
}

/** What a control is called beside several schemes: "their random re-initialisation". */
export const controlOfSeveral = (condition: string) => conditionName(condition).replace(/^its /, 'their ');

/** " The other 7 comparisons are undecided, ..."; nothing where all are decided. */
function openSentence(open: number, all: number): string {
  if (open === 0) return '';
  const others = open === 1 ? 'The other comparison is' : `The other ${open} comparisons are`;
  const every = ['The only comparison is', 'Both comparisons are'][open - 1] ?? `All ${open} comparisons are`;
  return ` ${open < all ? others : every} undecided, which is not to say that there is no difference.`;
}

/** "Tickets significantly more accurate than X: A (at 10.0%). Less accurate: B (at 2.0%). The other 7 comparisons are undecided, ..." */
export function outcomesSentence(subject: string, found: Record<Outcome, readonly StudyEntry[]>, than: string): string {
  const { supported, contradicted, undecided } = found;
  const all = supported.length + contradicted.length + undecided.length;
  if (all === 0) return `Nothing has finished on both sides to hold tickets against ${than}.`;
  const more = listEntries(supported);
  const less = listEntries(contradicted);
  return `${subject} significantly more accurate than ${than}: ${more || 'none'}. Less accurate: ${less || 'none'}.${openSentence(undecided.length, all)}`;
}
