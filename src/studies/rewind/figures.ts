import { conditionOf } from '../../analysis/conditions.js';
import { formatCount, formatList, type Summary } from '../../analysis/index.js';
import { cutAxis, evenTicks } from '../../figures/cut-axis.js';
import { type Figure, stackPlots, toCsv } from '../../figures/figure.js';
import { summaryColumns } from '../../figures/summary-columns.js';
import { rewindAxisNote } from '../shared/rewinds/axis.js';
import { densityStyles, type RewindCurve, type RewindLevel, rewindPanel } from '../shared/rewinds/panel.js';
import { weightsAtText } from '../shared/rewinds/words.js';
import type { StudyOutcome } from '../study.js';
import { compareRewinds, type RewindComparison, type Shown } from './compare.js';
import type { RewindFound } from './found.js';

/** What a figure shows of every network. */
interface Quantity {
  readonly id: string;
  readonly title: string;
  readonly label: string;
  readonly column: string;
  /** From the quantity's unit to the axis's. */
  readonly scale: number;
  readonly most?: number;
  readonly of: (shown: Shown) => Summary | null;
}

function scaled({ mean, interval }: Summary, scale: number): Pick<RewindLevel, 'mean' | 'interval'> {
  return { mean: mean * scale, interval: interval && { low: interval.low * scale, high: interval.high * scale } };
}

/** Every network that is shown, with where it stands. */
function shownOf({ dense, reinitialised, entries }: RewindComparison) {
  return [
    { condition: 'dense', density: 1, rewind: null, shown: dense },
    ...reinitialised.map((shown) => ({ condition: 'reinitialise', density: shown.density, rewind: null, shown })),
    ...entries.flatMap(({ density, rewind, ticket, randomMask, reinitialised: again }) => [
      { condition: 'ticket', density, rewind, shown: ticket },
      ...(randomMask === null ? [] : [{ condition: 'random-mask', density, rewind, shown: randomMask }]),
      ...(again === null ? [] : [{ condition: 'reinitialise', density, rewind, shown: again }]),
    ]),
  ];
}

/** A quantity against the rewind: one colour a density, the dense network and re-initialised ones as lines across. */
function rewindFigure(comparison: RewindComparison, quantity: Quantity, document: Document): Figure | null {
  const { found } = comparison;
  const { scale, of, most, column } = quantity;
  const networks = shownOf(comparison).flatMap(({ shown, ...place }) => {
    const summary = of(shown);
    return summary === null ? [] : [{ ...place, summary, ...scaled(summary, scale) }];
  });
  if (!networks.some(({ condition }) => condition === 'ticket')) return null;
  const styles = densityStyles([1, ...found.densities]);
  const styleAt = (density: number) => styles.get(density) as { name: string; colour: string; symbol: string };
  const curves = ['ticket', 'random-mask', 'reinitialise'].flatMap((condition) =>
    found.densities.map((density): RewindCurve => {
      const means = networks.flatMap(({ rewind, mean, interval, ...place }) =>
        place.condition === condition && place.density === density && rewind !== null
          ? [{ rewind, mean, interval }]
          : [],
      );
      return { ...styleAt(density), dashed: condition !== 'ticket', means };
    }),
  );
  const levels = networks
    .filter(({ rewind }) => rewind === null)
    .map(({ density, mean, interval }): RewindLevel => ({ colour: styleAt(density).colour, mean, interval }));
  const ends = networks.flatMap(({ interval }) => (interval === null ? [] : [interval.low, interval.high]));
  const { low, high } = cutAxis(
    networks.map(({ mean }) => mean),
    { ends, isWhole: true, ...(most === undefined ? {} : { most }) },
  );
  const panel = rewindPanel(document, {
    rewinds: found.rewinds,
    curves: curves.filter(({ means }) => means.length > 0),
    levels,
    y: { label: quantity.label, domain: [low, high], ticks: evenTicks(low, high) },
  });
  const draws = found.draws;
  const curvesOf = [
    ...(draws.randomMask > 0 ? ['random masks with the same rewind'] : []),
    ...(draws.reinitialise > 0 && comparison.reinitialised.length === 0
      ? ['re-initialisations with the same masks, trained from the first iteration on']
      : []),
  ];
  const controls = [
    ...(comparison.reinitialised.length > 0
      ? [
          'Dashed lines across in the colour of a density: its re-initialisations, trained from the first iteration on, with their interval shaded.',
        ]
      : []),
    ...(curvesOf.length > 0 ? [`Dashed curves with hollow marks: ${formatList(curvesOf)}.`] : []),
  ];
  return {
    id: quantity.id,
    title: quantity.title,
    caption: `Tickets of iterative magnitude pruning, one colour a density, means over ${formatCount(found.trials, 'trial')}${found.trials > 1 ? ' with 95% t intervals' : ''}; marks of one rewind are moved a few pixels apart. The black dashed line is the dense network${found.trials > 1 ? ', its interval shaded' : ''}. ${[...controls, rewindAxisNote(found.rewinds)].join(' ')}`,
    svg: stackPlots(
      [panel],
      [...styles.entries()].map(([density, style]) => ({ ...style, dashed: density === 1 })),
    ),
    csv: toCsv(
      networks.map(({ condition, density, rewind, summary }) => ({
        network: conditionOf(condition).title,
        weights_asked_for_percent: density * 100,
        rewind_iteration: rewind,
        ...summaryColumns(column, summary, scale),
        trials: summary.n,
        runs: summary.runs,
        runs_left_out: summary.leftOut,
      })),
    ),
  };
}

/** Accuracy and early stop against the rewind. */
export function rewindFigures({ found }: StudyOutcome<RewindFound>, document: Document): Figure[] {
  const comparison = compareRewinds(found);
  const quantities: readonly Quantity[] = [
    {
      id: 'accuracy-by-rewind',
      title: 'How accurate tickets are against the iteration they are rewound to',
      label: `test accuracy ${weightsAtText(found.at)} (%)`,
      column: 'test_accuracy_percent',
      scale: 100,
      most: 100,
      of: ({ accuracy }) => accuracy,
    },
    {
      id: 'early-stop-by-rewind',
      title: 'When tickets reach their lowest validation loss',
      label: 'early-stop iteration',
      column: 'early_stop_iterations',
      scale: 1,
      of: ({ earlyStop }) => earlyStop,
    },
  ];
  return quantities.map((quantity) => rewindFigure(comparison, quantity, document)).filter((figure) => figure !== null);
}
