import { STABLE_BELOW } from '../../../analysis/connectivity/index.js';
import { formatCount, type Summary } from '../../../analysis/index.js';
import { type Figure, stackPlots, toCsv } from '../../../figures/figure.js';
import { summaryColumns } from '../../../figures/summary-columns.js';
import { rewindAxisNote } from '../../shared/rewinds/axis.js';
import { densityStyles, type RewindCurve, rewindPanel } from '../../shared/rewinds/panel.js';
import type { BarrierTest, StabilityEntry } from '../entry.js';
import type { StabilityFound } from '../found.js';
import { BARRIER_CONSTANT, barrierAxis } from './barrier-axis.js';

/** One panel of barriers: which, and over which entries. */
interface Part {
  readonly title: string;
  /** In column names. */
  readonly column: string;
  readonly of: (entry: StabilityEntry) => Summary | null;
}

const testOf = (test: BarrierTest | null) => test?.test ?? null;

function barrierFigure(
  found: StabilityFound,
  entries: readonly StabilityEntry[],
  parts: readonly Part[],
  document: Document,
): Pick<Figure, 'svg' | 'csv'> | null {
  const shown = parts.filter(({ of }) => entries.some((entry) => of(entry) !== null));
  if (shown.length === 0) return null;
  const densities = found.densities.filter((density) =>
    entries.some((entry) => entry.density === density && shown.some(({ of }) => of(entry) !== null)),
  );
  const styles = densityStyles(densities);
  const scaled = ({ mean, interval }: Summary) => ({
    mean: mean * 100,
    interval: interval && { low: interval.low * 100, high: interval.high * 100 },
  });
  const summaries = entries.flatMap((entry) => shown.map(({ of }) => of(entry)).filter((summary) => summary !== null));
  const axis = barrierAxis(summaries.map(({ mean }) => mean * 100));
  const panels = shown.map(({ title, of }) =>
    rewindPanel(document, {
      title,
      rewinds: found.rewinds,
      curves: densities.map((density): RewindCurve => {
        const { colour, symbol } = styles.get(density) as { colour: string; symbol: string };
        const means = entries
          .filter((entry) => entry.density === density)
          .flatMap((entry) => {
            const summary = of(entry);
            return summary === null ? [] : [{ rewind: entry.rewind, ...scaled(summary) }];
          });
        return { colour, symbol, means };
      }),
      threshold: { at: STABLE_BELOW * 100, text: '2 points' },
      y: { label: 'barrier (points of error)', ...axis, constant: BARRIER_CONSTANT },
    }),
  );
  return {
    svg: stackPlots(
      panels,
      densities.map((density) => styles.get(density) as { name: string; colour: string }),
    ),
    csv: toCsv(
      entries.flatMap((entry) =>
        shown.flatMap(({ column, of }) => {
          const summary = of(entry);
          if (summary === null) return [];
          return [
            {
              weights_asked_for_percent: entry.density * 100,
              rewind_iteration: entry.rewind,
              barrier_between: column,
              ...summaryColumns('barrier_points', summary, 100),
              trials: summary.n,
              lines: summary.runs,
              lines_left_out: summary.leftOut,
            },
          ];
        }),
      ),
    ),
  };
}

const shared = (found: StabilityFound): string =>
  `Means over ${formatCount(found.trials, 'trial')}${found.trials > 1 ? ' with 95% t intervals' : ''}; marks of one rewind are moved a few pixels apart. ${rewindAxisNote(found.rewinds)} That of barriers is linear up to ${BARRIER_CONSTANT} points and logarithmic beyond.`;

/** Barriers between children against the rewind: Frankle et al. (2020), figures 2 and 3, with one line a density. */
export function childrenFigure(
  found: StabilityFound,
  entries: readonly StabilityEntry[],
  document: Document,
): Figure | null {
  const drawn = barrierFigure(
    found,
    entries,
    [
      { title: 'on the test set', column: 'children on the test set', of: ({ children }) => testOf(children) },
      {
        title: 'on training examples',
        column: 'children on training examples',
        of: ({ children }) => children?.train ?? null,
      },
    ],
    document,
  );
  return (
    drawn && {
      id: 'barrier-by-rewind',
      title: 'When training is stable to the order of examples',
      caption: `The barrier between children of one network: as it was at the rewind, trained on in different orders. Under the red line they are linearly connected, and training is stable. ${shared(found)}`,
      ...drawn,
    }
  );
}

/** Barriers between a ticket and what it came from. */
export function backwardsFigure(
  found: StabilityFound,
  entries: readonly StabilityEntry[],
  document: Document,
): Figure | null {
  const drawn = barrierFigure(
    found,
    entries,
    [
      { title: 'to the dense network', column: 'ticket and dense network', of: ({ toDense }) => testOf(toDense) },
      { title: 'to the round before', column: 'ticket and round before', of: ({ toRound }) => testOf(toRound) },
    ],
    document,
  );
  return (
    drawn && {
      id: 'barrier-backwards',
      title: 'How far a ticket ends from what it was pruned from',
      caption: `The barrier of test error between a ticket and the dense network of its trial, above, and the network one round of pruning before it, below. Under the red line they are linearly connected. ${shared(found)}`,
      ...drawn,
    }
  );
}
