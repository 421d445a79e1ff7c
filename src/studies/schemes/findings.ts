import { conditionName } from '../../analysis/conditions.js';
import { capitalise, formatDensity, formatList } from '../../analysis/format.js';
import type { StudyComparison, StudyEntry } from '../shared/schemes/compare.js';
import { ticketSpreads } from '../shared/schemes/spread.js';
import {
  byOutcome,
  controlOfSeveral,
  differenceText,
  judgement,
  outcomesSentence,
  points,
} from '../shared/schemes/words.js';
import { judgeClaim, paperClaim } from './claims.js';

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
  const claim =
    paperClaim(imp, control) === null ? '' : ' Frankle et al. (2021) report that its ticket is more accurate.';
  return `${capitalise(imp.title)} less ${conditionName(control)}: ${parts.join('; ')}.${claim}`;
}

/** The schemes of which the paper says that a control does as well, all densities together. */
function claimSentence(comparison: StudyComparison, control: string): string | null {
  const tested = comparison.entries.filter(
    ({ scheme, toControls }) => paperClaim(scheme, control) === 'no more accurate' && (toControls[control]?.n ?? 0) > 0,
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
      : `; the intervals of those undecided leave open that the ticket is up to ${points(widest.toControls[control].interval!.high)} points more accurate (${widest.scheme.title} at ${at(widest)})`;
  const count = (some: readonly StudyEntry[]) => `${some.length} of ${tested.length}`;
  const support = tested.filter((entry) => outcome(entry) === 'supported');
  return `Frankle et al. (2021) report of ${formatList(titles)} that ${controlOfSeveral(control)} is as accurate as the ticket or more. Comparisons here that support it: ${count(support)}; that contradict it: ${count(against)}${broken}; undecided: ${count(open)}${bound}.`;
}

/** The schemes of which the paper says nothing beside a control. */
function otherSentence({ entries, imp, schemes }: StudyComparison, control: string): string | null {
  const others = entries.filter(
    ({ scheme, toControls }) =>
      scheme !== imp && paperClaim(scheme, control) === null && (toControls[control]?.n ?? 0) > 0,
  );
  if (others.length === 0) return null;
  const isTreated = schemes.some((scheme) => scheme !== imp && paperClaim(scheme, control) !== null);
  return outcomesSentence(
    isTreated ? 'Tickets of the schemes that the paper does not treat,' : 'Tickets of the other schemes,',
    byOutcome(others, ({ toControls }) => toControls[control]),
    controlOfSeveral(control),
  );
}

/** What the schemes' tickets say beside their controls, compared with Frankle et al. 2021. */
export function schemeFindings(comparison: StudyComparison): string[] {
  const found = comparison.controls.flatMap((control) => [
    impSentence(comparison, control),
    claimSentence(comparison, control),
    otherSentence(comparison, control),
  ]);
  return [...found, ...ticketSpreads(comparison)].filter((text) => text !== null);
}
