import { conditionOf } from '../../analysis/conditions.js';
import { estimateText } from '../../analysis/estimate-words.js';
import type { JudgedClaim } from '../../analysis/family.js';
import { formatDensity, formatInteger, formatShare } from '../../analysis/format.js';
import type { PairedDifference } from '../../analysis/paired.js';
import type { Outcome } from '../../analysis/verdict.js';
import { judgedCell, trialsOf, weightsAtText } from '../shared/rewinds/words.js';
import { points } from '../shared/schemes/words.js';
import type { StudyTable } from '../shared/table.js';
import { compareRewinds, type RewindComparison, type Shown } from './compare.js';
import type { RewindFound } from './found.js';

const more = { supported: 'more', contradicted: 'less', undecided: 'undecided' } as const;
const matches = { supported: 'matches', contradicted: 'falls short', undecided: 'undecided' } as const;

function testCell(test: (PairedDifference & JudgedClaim) | null, words: Readonly<Record<Outcome, string>>): string {
  return test === null || test.mean === null ? '' : `${estimateText(test, points)}, ${judgedCell(test, words)}`;
}

/** Every table of a study of rewinding. */
export function rewindTables(found: RewindFound, comparison: RewindComparison = compareRewinds(found)): StudyTable[] {
  const { trials, draws, at, rewinds } = found;
  const { dense, reinitialised, entries } = comparison;
  const own = ({ accuracy, earlyStop }: Shown) => [
    estimateText(accuracy, formatShare),
    trialsOf(accuracy, trials),
    estimateText(earlyStop, formatInteger),
  ];
  const controls = [draws.reinitialise > 0, draws.randomMask > 0].filter(Boolean).length;
  const none = new Array<string>(2 + controls).fill('');
  return [
    {
      id: 'rewinds',
      title: 'Tickets by density and rewind',
      note: `Test accuracy ${weightsAtText(at)} and the iteration of the lowest validation loss, means over trials with 95% t intervals. Differences are the ticket's accuracy less the other's, in percentage points, paired by trial, and judged after Holm's correction over all claims of the page.`,
      head: [
        'network',
        'weights (%)',
        'from iteration',
        'test accuracy',
        'trials',
        'early stop (iteration)',
        'less dense',
        `less from ${formatInteger(rewinds[0])}`,
        ...(draws.reinitialise > 0 ? [`less ${conditionOf('reinitialise').title}`] : []),
        ...(draws.randomMask > 0 ? [`less ${conditionOf('random-mask').title}`] : []),
      ],
      rows: [
        [conditionOf('dense').title, '100', '', ...own(dense), ...none],
        ...reinitialised.map((shown) => [
          conditionOf('reinitialise').title,
          formatDensity(shown.density),
          '',
          ...own(shown),
          ...none,
        ]),
        ...entries.flatMap((entry) => {
          const place = [formatDensity(entry.density), formatInteger(entry.rewind)];
          return [
            [
              conditionOf('ticket').title,
              ...place,
              ...own(entry.ticket),
              testCell(entry.matching, matches),
              testCell(entry.toFirst, more),
              ...(draws.reinitialise > 0 ? [testCell(entry.toReinitialised, more)] : []),
              ...(draws.randomMask > 0 ? [testCell(entry.toRandomMask, more)] : []),
            ],
            ...(entry.randomMask === null
              ? []
              : [[conditionOf('random-mask').title, ...place, ...own(entry.randomMask), ...none]]),
            ...(entry.reinitialised === null
              ? []
              : [[conditionOf('reinitialise').title, ...place, ...own(entry.reinitialised), ...none]]),
          ];
        }),
      ],
    },
  ];
}
