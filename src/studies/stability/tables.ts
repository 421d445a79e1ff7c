import { estimateText } from '../../analysis/estimate-words.js';
import { formatDensity, formatFixed, formatInteger, formatShare } from '../../analysis/format.js';
import type { PairMean } from '../../analysis/trial-pairs.js';
import { judgedCell, networkName, pointsOf, trialsOf, weightsAtText } from '../shared/rewinds/words.js';
import type { StudyTable } from '../shared/table.js';
import type { TrialsEntry } from './between-trials.js';
import { compareStability, type StabilityComparison } from './compare.js';
import type { BarrierTest, StabilityEntry } from './entry.js';
import type { StabilityFound } from './found.js';

const stableWords = { supported: 'stable', contradicted: 'not stable', undecided: 'undecided' } as const;
const connectedWords = { supported: 'connected', contradicted: 'not connected', undecided: 'undecided' } as const;
const matchWords = { supported: 'matches', contradicted: 'falls short', undecided: 'undecided' } as const;
const lowerWords = { supported: 'lower', contradicted: 'higher', undecided: 'undecided' } as const;

const placeCells = ({ density, rewind }: StabilityEntry): string[] => [
  density === 1 ? 'dense' : `${formatDensity(density)}`,
  formatInteger(rewind),
];

const nats = (value: number) => formatFixed(value, 3);

function childrenTable(
  { trials, trainingExamples, at }: StabilityFound,
  entries: readonly StabilityEntry[],
): StudyTable {
  return {
    id: 'children',
    title: 'Stability, and whether tickets match',
    note: `Barriers between children that differ in the order of examples, means over trials with 95% t intervals, in percentage points of error and in nats of loss; p values are after Holm’s correction over all claims of the page. Accuracy on the test set ${weightsAtText(at)} is that of the ticket (of the dense network, trained on from there), and less the dense network's, paired by trial, in points.`,
    head: [
      'weights (%)',
      'from iteration',
      'barrier, test error',
      'trials',
      'stable (below 2)',
      ...(trainingExamples > 0 ? ['barrier, training error'] : []),
      'barrier, test loss',
      'test accuracy',
      'less dense',
      'matches',
    ],
    rows: entries.map((entry) => {
      const { children, accuracy, matching } = entry;
      return [
        ...placeCells(entry),
        estimateText(children?.test ?? null, pointsOf),
        trialsOf(children?.test ?? null, trials),
        children === null ? '' : judgedCell(children, stableWords),
        ...(trainingExamples > 0 ? [estimateText(children?.train ?? null, pointsOf)] : []),
        estimateText(children?.loss ?? null, nats),
        estimateText(accuracy, formatShare),
        estimateText(matching, pointsOf),
        matching === null ? '' : judgedCell(matching, matchWords),
      ];
    }),
  };
}

function backwardsTable({ trials }: StabilityFound, entries: readonly StabilityEntry[]): StudyTable | null {
  const rows = entries.filter(({ density }) => density < 1);
  if (rows.length === 0) return null;
  const cells = (test: BarrierTest | null) => [
    estimateText(test?.test ?? null, pointsOf),
    trialsOf(test?.test ?? null, trials),
    test === null ? '' : judgedCell(test, connectedWords),
  ];
  return {
    id: 'backwards',
    title: 'Tickets and what they came from',
    note: 'Barriers of test error in percentage points, means over trials with 95% t intervals, p after Holm’s correction: between a ticket and the dense network, and between it and the network one round of pruning before it, whose final weights its mask was pruned from. Connected: below 2 points.',
    head: [
      'weights (%)',
      'from iteration',
      'to the dense network',
      'trials',
      'connected',
      'to the round before',
      'trials',
      'connected',
    ],
    rows: rows.map((entry) => [...placeCells(entry), ...cells(entry.toDense), ...cells(entry.toRound)]),
  };
}

const waysShown = { not: 'as they are', own: 'matched', dense: 'matched as dense' } as const;

function trialsTable({ trainingExamples }: StabilityFound, entries: readonly TrialsEntry[]): StudyTable | null {
  if (entries.length === 0) return null;
  const pairs = (found: PairMean | null) => (found === null ? '' : `${found.pairs} of ${found.trials} trials`);
  return {
    id: 'trials',
    title: 'Between trials, before and after matching',
    note: 'Barriers of error in percentage points between networks of two trials, means over pairs of trials with 95% jackknife intervals over trials, p after Holm’s correction. Matched: hidden units in the order in which weights are most alike (Ainsworth et al. 2023); as dense: in the order that was found for the dense networks of the two trials. Connected: below 2 points.',
    head: [
      'networks',
      'from iteration',
      'hidden units',
      'barrier, test error',
      'pairs',
      'connected',
      ...(trainingExamples > 0 ? ['barrier, training error'] : []),
      'lower than unmatched by',
      '',
    ],
    rows: entries.map(({ rewind, density, matched, test, train, leftOut, connected, lowered }) => [
      density === 1 ? 'dense' : networkName(density),
      rewind === null ? '' : formatInteger(rewind),
      waysShown[matched],
      estimateText(test, pointsOf),
      `${pairs(test)}${leftOut > 0 ? `, ${leftOut} left out` : ''}`,
      judgedCell(connected, connectedWords),
      ...(trainingExamples > 0 ? [estimateText(train, pointsOf)] : []),
      estimateText(lowered?.mean ?? null, pointsOf),
      lowered === null ? '' : judgedCell(lowered, lowerWords),
    ]),
  };
}

/** Every table of a study of stability. */
export function stabilityTables(
  found: StabilityFound,
  { entries, trials }: StabilityComparison = compareStability(found),
): StudyTable[] {
  return [childrenTable(found, entries), backwardsTable(found, entries), trialsTable(found, trials)].filter(
    (table) => table !== null,
  );
}
