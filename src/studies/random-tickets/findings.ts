import { confidenceText } from '../../analysis/estimate-words.js';
import {
  capitalise,
  formatCount,
  formatDensity,
  formatFixed,
  formatList,
  formatP,
  formatShare,
  formatSigned,
} from '../../analysis/format.js';
import { type PropertyId, ticketProperties } from '../../analysis/ticket-properties/index.js';
import type { Outcome } from '../../analysis/verdict.js';
import { reasonText, verdictText } from '../../analysis/verdict-words.js';
import type { Finding } from '../shared/finding.js';
import type { Group, RandomTicketsComparison } from './compare.js';
import { bestPredictor, type Correlation, judgeCorrelation } from './correlations.js';
import { type Effect, judgeEffect, type Trained } from './effects.js';
import { judgeRank, type WinnerRank } from './winner-rank.js';
import { groupName, kindName, ordinal } from './words.js';

const titleOf = (id: PropertyId): string => ticketProperties[id].title;

/** "1st, 2nd and 1st"; one where all are the same, or the range where there are many trials. */
function listOrRange(values: readonly number[], format: (value: number) => string): string {
  if (values.every((value) => value === values[0])) return format(values[0]);
  if (values.length <= 5) return formatList(values.map(format));
  return `between ${format(Math.min(...values))} and ${format(Math.max(...values))}`;
}

/** "it stands 1st and 3rd of 51 in 2 trials, exact p = 0.020 and p = 0.059": ranks from the top, equals counted against it. */
function ranksText({ standings }: WinnerRank): string {
  const of = [...new Set(standings.map(({ standing }) => standing.n + 1))];
  const count = of.length === 1 ? `${of[0]}` : `${Math.min(...of)} to ${Math.max(...of)}`;
  const ranks = standings.map(({ standing }) => standing.better + standing.equal + 1);
  const ps = standings.map(({ standing }) => standing.p);
  const isSame = standings.length > 1 && new Set(ps).size === 1;
  const trials = standings.length === 1 ? 'its one trial' : `${isSame ? 'each of ' : ''}${standings.length} trials`;
  return `it stands ${listOrRange(ranks, ordinal)} of ${count} in ${trials}, exact ${listOrRange(ps, formatP)}`;
}

/** "all", "none of", "97% of". */
function shareOf(share: number): string {
  if (share === 0) return 'none of';
  return share === 1 ? 'all' : `${formatShare(share, share > 0.99 || share < 0.01 ? 1 : 0)} of`;
}

function rankFinding(group: Group, rank: WinnerRank, better: string, unit: string): Finding | null {
  const { percentile, combined, distance } = rank;
  if (percentile === null || combined.twoSidedP === null) return null;
  const judged = judgeRank(rank);
  const isTied = rank.standings.some(({ standing }) => standing.equal > 0);
  const over = combined.trials > 1 ? `over trials ${formatP(combined.twoSidedP)}, ` : '';
  const corrected = rank.holmP === null ? '' : `${formatP(rank.holmP)} two-sided after Holm's correction`;
  const side = (distance.mean ?? 0) < 0 ? 'worse' : 'better';
  const deviations =
    distance.mean === null
      ? ''
      : ` It lies ${formatFixed(Math.abs(distance.mean), 1)} standard deviations of their ${unit} to the ${side} side of their mean${confidenceText(distance.interval, (value) => formatSigned(value, 1), ' (', ' of the distance)')}.`;
  return {
    outcome: judged.outcome,
    text: `The winning ticket ${better} ${shareOf(percentile)} ${groupName(group)}${isTied ? ', equal ones counted half' : ''}: ${ranksText(rank)}; ${over}${corrected}: ${verdictText(judged)}.${deviations}`,
  };
}

function spreadFinding(group: Group): Finding | null {
  const { draws, least, greatest, mean, interval, deviation, matching, trials } = group.spread;
  if (least === null || greatest === null || mean === null) return null;
  const spread =
    deviation === null ? '' : `, with a standard deviation of ${formatFixed(deviation * 100, 2)} points within a trial`;
  const range = confidenceText(interval, formatShare, ', ', ` over ${trials} trials`);
  const found = `${capitalise(groupName(group))} are between ${formatShare(least)} and ${formatShare(greatest)} accurate (${draws} of them; mean ${formatShare(mean)}${range})${spread}.`;
  if (matching === null) return { outcome: null, text: found };
  const known = matching.interval ?? matching.exact;
  // That of few trials reaches beyond what a share can be.
  const bounds =
    known === null || known.low === known.high
      ? ''
      : confidenceText(known, (value) => formatShare(Math.min(1, Math.max(0, value)), 1), ', ');
  const winners =
    matching.ofWinners === 0
      ? ''
      : matching.ofWinners === 1
        ? `; the winning ticket ${matching.winners === 1 ? 'does' : 'does not'}`
        : `; the winning ticket is in ${matching.winners} of ${matching.ofWinners} trials`;
  return {
    outcome: null,
    text: `${found} ${matching.draws} of ${matching.of} are at least as accurate as the dense network of their trial (${formatShare(matching.share, 1)} on average over trials${bounds})${winners}.`,
  };
}

/** What of their spread is the tickets' own, and what is noise. */
function reliabilityFinding(group: Group): Finding | null {
  if (group.reliability === null) return null;
  const { share, interval, holmP, things, times, within, between } = group.reliability;
  const isShown = holmP !== null && holmP < 0.05;
  const percent = (value: number) => formatShare(Math.max(0, value), 0);
  const points = (variance: number) => formatFixed(100 * Math.sqrt(variance), 2);
  const verdict = isShown
    ? `supported (${formatP(holmP)})`
    : `undecided, ${reasonText({ kind: 'not-significant' })}; where nothing is the ticket’s, no property can predict it`;
  return {
    outcome: isShown ? 'supported' : 'undecided',
    text: `Of the variance of accuracies among ${groupName(group)} of one trial, ${percent(share)} is the ticket’s (intraclass correlation ${formatFixed(share, 2)}, ${confidenceText(interval, (value) => formatFixed(value, 2))}; ${things} tickets, each under ${times} orders of examples): a standard deviation of ${points(between)} points between tickets, of ${points(within)} between orders. That tickets differ at all is ${verdict}.`,
  };
}

/** "dead units (−3.2), paths from input to output (+5.0)", those that lie furthest away first. */
function effectsList(effects: readonly Effect[]): string {
  const size = ({ distance }: Effect) => Math.abs(distance.mean ?? Number.POSITIVE_INFINITY);
  const text = ({ id, distance }: Effect) =>
    distance.mean === null ? titleOf(id) : `${titleOf(id)} (${formatSigned(distance.mean, 1)})`;
  return [...effects]
    .sort((a, b) => size(b) - size(a))
    .map(text)
    .join(', ');
}

function effectsFinding(group: Group, when: Trained): Finding | null {
  const all = group.effects.filter((effect) => effect.when === when);
  const effects = all.filter(({ isShared }) => !isShared);
  if (effects.length === 0) return null;
  const of = (outcome: Outcome) => effects.filter((effect) => judgeEffect(effect).outcome === outcome);
  const [more, less] = [of('supported'), of('contradicted')];
  const parts = [
    ...(more.length === 0 ? [] : [`it has more of ${effectsList(more)}`]),
    ...(less.length === 0 ? [] : [`${more.length === 0 ? 'it has ' : ''}less of ${effectsList(less)}`]),
  ];
  const shared = all.length - effects.length;
  const same =
    shared === 0
      ? ''
      : ` ${formatCount(shared, 'property', 'properties')} more ${shared === 1 ? 'has' : 'have'} one value in all tickets of a trial.`;
  return {
    outcome: null,
    text: `${capitalise(when)} training the winning ticket differs significantly from ${groupName(group)} in ${more.length + less.length} of ${effects.length} properties${
      parts.length === 0
        ? ''
        : `: ${parts.join(', and ')}, each with its distance from their mean in their standard deviations`
    }.${same}`,
  };
}

function correlationText({ mean, interval, trials }: Correlation): string {
  const format = (value: number) => formatSigned(value, 2);
  const range =
    interval === null
      ? confidenceText(trials[0].interval, format, ', ', ' of its one trial')
      : confidenceText(interval, format, ', ', ` over ${trials.length} trials`);
  return `Spearman's correlation ${format(mean as number)}${range}`;
}

const significant = (correlations: readonly Correlation[]) =>
  correlations.filter((one) => judgeCorrelation(one).outcome !== 'undecided');

function predictionFinding(group: Group): Finding | null {
  const best = bestPredictor(group.correlations);
  if (best === null || best.mean === null) return null;
  const verdict = judgeCorrelation(best);
  const others = significant(group.correlations).filter((one) => one !== best);
  const also =
    others.length === 0
      ? ''
      : ` Also significant: ${formatList(others.map((one) => `${titleOf(one.id)} (${formatSigned(one.mean as number, 2)})`))}.`;
  const judged =
    verdict.outcome === 'undecided'
      ? verdictText(verdict)
      : `${formatP(best.holmP as number)} after Holm's correction: supported`;
  return {
    outcome: verdict.outcome === 'undecided' ? 'undecided' : 'supported',
    text: `Among ${groupName(group)}, the property before training that correlates most with accuracy is ${titleOf(best.id)} (${correlationText(best)}): ${judged}.${also}`,
  };
}

/** Whether winners lie where accurate random tickets do. */
function winnersFinding(group: Group): Finding | null {
  const certain = significant(group.correlations);
  const sides = group.correlations.flatMap((correlation) => {
    const effect = group.effects.find(({ id, when }) => id === correlation.id && when === 'before');
    if (effect === undefined || correlation.mean === null) return [];
    const judged = judgeEffect(effect).outcome;
    const isDecided = judged !== 'undecided' && certain.includes(correlation);
    const agrees = Math.sign(effect.delta ?? 0) === Math.sign(correlation.mean);
    return [{ id: correlation.id, isDecided, agrees, differs: (effect.delta ?? 0) !== 0 }];
  });
  if (sides.length === 0) return null;
  if (certain.length === 0) {
    const some = sides.filter(({ differs }) => differs);
    const agreeing = some.filter(({ agrees }) => agrees).length;
    return {
      outcome: null,
      text: `No property correlates significantly with accuracy among ${groupName(group)}, so that there is nothing to compare winning tickets by; by the sign of the correlations alone they lie on the more accurate side in ${agreeing} of ${some.length} properties.`,
    };
  }
  const decided = sides.filter(({ isDecided }) => isDecided);
  const list = (agrees: boolean) =>
    formatList(decided.filter((side) => side.agrees === agrees).map(({ id }) => titleOf(id)));
  const open = certain.length - decided.length;
  return {
    outcome: null,
    text: `Of ${formatCount(certain.length, 'property', 'properties')} that ${certain.length === 1 ? 'correlates' : 'correlate'} with accuracy among ${groupName(group)}, winning tickets lie significantly on the more accurate side in ${list(true) || 'none'}, on the less accurate side in ${list(false) || 'none'}${open === 0 ? '' : `; in the other ${open} they do not differ significantly`}.`,
  };
}

/** What the study found, rank by rank and property by property, in plain sentences. */
export function randomTicketsFindings({ groups, found }: RandomTicketsComparison): Finding[] {
  const findings = groups.flatMap((group) =>
    [
      rankFinding(group, group.accuracy, 'is more accurate than', 'accuracies'),
      rankFinding(group, group.speed, 'reaches its early stop before', 'iterations'),
      spreadFinding(group),
      reliabilityFinding(group),
      effectsFinding(group, 'before'),
      effectsFinding(group, 'after'),
      predictionFinding(group),
      winnersFinding(group),
    ].filter((finding) => finding !== null),
  );
  if (findings.length > 0) return findings;
  const asked = found.densities.map((density) => `${formatDensity(density)}%`);
  const kinds = found.kinds.map((kind) => kindName(kind));
  return [
    {
      outcome: null,
      text: `Nothing has finished yet to compare the winning ticket with ${formatList(kinds)} at ${formatList(asked)} of weights.`,
    },
  ];
}
