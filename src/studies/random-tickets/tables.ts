import { estimateText } from '../../analysis/estimate-words.js';
import {
  formatDensity,
  formatFixed,
  formatInteger,
  formatInterval,
  formatP,
  formatShare,
  formatSigned,
} from '../../analysis/format.js';
import { deviation, mean } from '../../analysis/intervals.js';
import { ticketProperties } from '../../analysis/ticket-properties/index.js';
import type { StudyTable } from '../shared/table.js';
import type { Group, RandomTicketsComparison } from './compare.js';
import { judgeCorrelation } from './correlations.js';
import { type Effect, judgeEffect } from './effects.js';
import { layerTable } from './layer-table.js';
import { judgeRank, type WinnerRank } from './winner-rank.js';
import { formatNumber, groupName, kindName, moreOrLess } from './words.js';

const percent = (share: number) => formatFixed(share * 100, 2);
const orNothing = <T>(value: T | null | undefined, format: (value: T) => string) =>
  value === null || value === undefined ? '' : format(value);

function rankCells(rank: WinnerRank, trial: number): string[] {
  const standing = rank.standings.find((one) => one.trial === trial)?.standing;
  if (standing === undefined) return ['', '', ''];
  return [
    `${standing.better + standing.equal + 1} of ${standing.n + 1}`,
    formatP(standing.p),
    orNothing(standing.asGood, (interval) => formatInterval(interval, (share) => formatFixed(share * 100, 1))),
  ];
}

const totalCells = (rank: WinnerRank): string[] => [
  orNothing(rank.percentile, (share) => `above ${formatShare(share, 1)}`),
  orNothing(rank.holmP, formatP),
  judgeRank(rank).outcome,
];

function rankRows({ kind, density, trials, accuracy, speed, spread }: Group): string[][] {
  const name = [kindName(kind), formatDensity(density)];
  const rows = trials
    .filter(({ draws }) => draws.length > 0)
    .map(({ trial, winner, dense, draws, diverged }) => {
      const own = draws.map((draw) => draw.accuracy);
      return [
        ...name,
        `${trial + 1}`,
        `${draws.length}${diverged === 0 ? '' : `, ${diverged} diverged`}`,
        orNothing(winner, (ticket) => percent(ticket.accuracy)),
        orNothing(dense, (ticket) => percent(ticket.accuracy)),
        percent(mean(own)),
        orNothing(deviation(own), percent),
        ...rankCells(accuracy, trial),
        orNothing(winner, (ticket) => formatInteger(ticket.earlyStop)),
        formatInteger(mean(draws.map((draw) => draw.earlyStop))),
        ...rankCells(speed, trial),
      ];
    });
  if (rows.length === 0) return [];
  return [
    ...rows,
    [
      ...name,
      'all',
      `${spread.draws}`,
      '',
      '',
      estimateText(spread, percent),
      orNothing(spread.deviation, percent),
      ...totalCells(accuracy),
      '',
      '',
      ...totalCells(speed),
    ],
  ];
}

function ranksTable({ groups }: RandomTicketsComparison): StudyTable | null {
  const rows = groups.flatMap(rankRows);
  if (rows.length === 0) return null;
  return {
    id: 'places',
    title: 'Where the winning ticket stands',
    note: 'Test accuracies in per cent, early stops in iterations. A rank is counted from the best, equals against the winner; as good: the share of all random tickets that would be as good or better, exact 95% interval in per cent. In the row of all trials: the share of random tickets that the winner stands above, p of the sum of ranks after Holm’s correction, and whether that supports that the winner is better.',
    head: [
      'random tickets',
      'weights (%)',
      'trial',
      'draws',
      'winner',
      'dense',
      'mean',
      'deviation',
      'rank in accuracy',
      'exact p',
      'as good (%)',
      'winner’s early stop',
      'mean early stop',
      'rank in speed',
      'exact p',
      'as good (%)',
    ],
    rows,
  };
}

function effectRow(effect: Effect): string[] {
  const { id, when, trials, distance, delta, holmP, isShared } = effect;
  const { title, unit, of } = ticketProperties[id];
  return [
    unit === '' ? title : `${title} (${unit})`,
    of === 'mask' ? 'mask' : when,
    formatNumber(mean(trials.map(({ winner }) => winner))),
    formatNumber(mean(trials.map(({ draws }) => mean(draws)))),
    isShared ? 'the same in all' : estimateText(distance, (value) => formatSigned(value, 1)),
    orNothing(delta, (value) => formatSigned(value, 2)),
    isShared ? '' : orNothing(holmP, formatP),
    isShared ? '' : moreOrLess[judgeEffect(effect).outcome],
  ];
}

function effectsTable(group: Group): StudyTable | null {
  if (group.effects.length === 0) return null;
  return {
    id: `properties-${group.kind}-${formatDensity(group.density)}`,
    title: `What the winning ticket is like beside ${groupName(group)}`,
    note: 'Means over trials. The distance is the winner’s from the mean of its trial’s random tickets in their standard deviations, with its 95% t interval over trials; Cliff’s delta is the share of random tickets below it less the share above. p is that of its ranks, exact, after Holm’s correction over all tests of the page. More and less: the winner has significantly more or less of it; ~: undecided. mask: of the mask alone, before training and after.',
    head: ['property', 'when', 'winner', 'random', 'distance', 'Cliff’s delta', 'p', 'the winner has'],
    rows: group.effects.map(effectRow),
  };
}

function correlationsTable({ groups }: RandomTicketsComparison): StudyTable | null {
  const rows = groups.flatMap((group) =>
    [...group.correlations]
      .sort((a, b) => Math.abs(b.mean ?? 0) - Math.abs(a.mean ?? 0))
      .map((correlation) => [
        ticketProperties[correlation.id].title,
        kindName(group.kind),
        formatDensity(group.density),
        estimateText(correlation, (value) => formatSigned(value, 2)),
        correlation.trials.map((trial) => formatSigned(trial.correlation, 2)).join(', '),
        `${correlation.trials.reduce((sum, { pairs }) => sum + pairs, 0)}`,
        orNothing(correlation.holmP, formatP),
        moreOrLess[judgeCorrelation(correlation).outcome],
      ]),
  );
  if (rows.length === 0) return null;
  return {
    id: 'correlations',
    title: 'Which properties before training correlate with accuracy',
    note: 'Spearman’s correlation of a property before training with test accuracy, among the random tickets of each trial, averaged over trials through Fisher’s z with a 95% t interval; p after Holm’s correction over all tests of the page. More and less: accuracy is significantly higher or lower with more of it; ~: undecided.',
    head: [
      'property',
      'random tickets',
      'weights (%)',
      'correlation',
      'by trial',
      'tickets',
      'p',
      'accuracy with more of it',
    ],
    rows,
  };
}

/** Every table of the study. */
export function randomTicketsTables(comparison: RandomTicketsComparison): StudyTable[] {
  return [
    ranksTable(comparison),
    ...comparison.groups.map(effectsTable),
    correlationsTable(comparison),
    layerTable(comparison),
  ].filter((table) => table !== null);
}
