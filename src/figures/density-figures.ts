import * as Plot from '@observablehq/plot';
import { conditionOf } from '../analysis/conditions.js';
import type { Comparison, Metric } from '../analysis/index.js';
import { densityAxis, drawPlot, type Figure, toCsv } from './figure.js';

interface Panel {
  readonly id: string;
  readonly metric: Metric;
  readonly title: string;
  readonly axis: string;
  /** From the metric's unit to the axis's. */
  readonly scale: number;
  readonly column: string;
}

const panels = (loss: number | null): readonly Panel[] => [
  {
    id: 'time-to-loss',
    metric: 'timeToLoss',
    title: `How soon the network reaches a validation loss of ${loss}`,
    axis: `iterations to a validation loss of ${loss}`,
    scale: 1,
    column: 'iterations_to_loss',
  },
  {
    id: 'mean-loss',
    metric: 'lossArea',
    title: 'How low the validation loss is while the network trains',
    axis: 'mean validation loss (nats)',
    scale: 1,
    column: 'mean_validation_loss',
  },
  {
    id: 'early-stop',
    metric: 'earlyStop',
    title: 'How early the network reaches its lowest validation loss',
    axis: 'early-stop iteration',
    scale: 1,
    column: 'early_stop_iterations',
  },
  {
    id: 'accuracy-at-early-stop',
    metric: 'testAtEarlyStop',
    title: 'How accurate the network is at its early stop',
    axis: 'test accuracy at early stop (%)',
    scale: 100,
    column: 'test_accuracy_percent',
  },
  {
    id: 'accuracy-at-end',
    metric: 'testAtEnd',
    title: 'How accurate the network is at the end of training',
    axis: 'test accuracy at the end (%)',
    scale: 100,
    column: 'test_accuracy_percent',
  },
];

/** The paper's Figures 1 and 4: a quantity against the percentage of weights remaining, tickets beside controls. */
export function densityFigures(comparison: Comparison, document: Document): Figure[] {
  const { loss } = comparison.measures;
  return panels(loss)
    .filter(({ metric }) => loss !== null || metric !== 'timeToLoss')
    .map((panel) => {
      const points = comparison.levels.flatMap(({ density, level, groups }) =>
        groups.flatMap(({ condition, metrics }) => {
          const summary = metrics[panel.metric];
          if (summary === null) return [];
          const { mean, min, max, interval, n, runs, leftOut } = summary;
          const { scale } = panel;
          return [
            {
              level,
              condition,
              pm: density * 100,
              mean: mean * scale,
              min: min * scale,
              max: max * scale,
              low: interval ? interval.low * scale : null,
              high: interval ? interval.high * scale : null,
              n,
              runs,
              leftOut,
            },
          ];
        }),
      );
      const conditions = [...new Set(points.map(({ condition }) => condition))];
      // The dense network is the ticket's curve at 100%, and a line across.
      const curves = conditions
        .filter((condition) => condition !== 'dense')
        .map((condition) => ({
          condition,
          rows: points.filter((p) => p.condition === condition || p.condition === 'dense'),
        }));
      const dense = points.find(({ condition }) => condition === 'dense');
      const percentages = [...new Set(points.map(({ pm }) => pm))];
      const { x, axis } = densityAxis(percentages);
      const shift = (index: number) => (index - (curves.length - 1) / 2) * 5;
      // The axis is that of the runs; a wide interval of three trials may reach beyond it and is cut off there.
      const least = Math.min(...points.map(({ min }) => min));
      const most = Math.max(...points.map(({ max }) => max));
      const room = 0.06 * (most - least || 1);
      const svg = drawPlot(
        document,
        {
          x,
          y: {
            label: panel.axis,
            grid: true,
            labelAnchor: 'center',
            domain: [least - room, most + room],
            labelArrow: 'none',
            tickFormat: (v: number) => v.toLocaleString('en'),
          },
          marks: [
            axis,
            ...(dense
              ? [Plot.ruleY([dense.mean], { stroke: '#000000', strokeDasharray: '3 3', strokeOpacity: 0.6 })]
              : []),
            ...curves.flatMap(({ condition, rows }, index) => {
              const { colour, symbol } = conditionOf(condition);
              const own = rows.filter((row) => row.condition === condition);
              return [
                Plot.areaY(
                  rows.filter(({ low }) => low !== null),
                  { x: 'pm', y1: 'low', y2: 'high', fill: colour, fillOpacity: 0.12, clip: true },
                ),
                Plot.ruleX(own, { x: 'pm', y1: 'min', y2: 'max', stroke: colour, strokeWidth: 1.5, dx: shift(index) }),
                Plot.lineY(rows, { x: 'pm', y: 'mean', stroke: colour, strokeWidth: 2 }),
                Plot.dot(own, { x: 'pm', y: 'mean', fill: colour, symbol: symbol as Plot.SymbolType, r: 3.5 }),
              ];
            }),
            ...(dense ? [Plot.dot([dense], { x: 'pm', y: 'mean', fill: '#000000', symbol: 'diamond', r: 5 })] : []),
          ],
        },
        [
          ...(dense ? [{ name: conditionOf('dense').title, colour: '#000000', dashed: true }] : []),
          ...curves.map(({ condition }) => ({
            name: conditionOf(condition).title,
            colour: conditionOf(condition).colour,
          })),
        ],
      );
      const trials = comparison.trials;
      return {
        id: panel.id,
        title: panel.title,
        caption: `Points are means over ${trials === 1 ? 'the single trial' : `${trials} trials`}; bars reach from the least to the greatest run${trials > 1 ? ', shaded bands are 95% t intervals of the mean' : '; one trial gives no interval'}. The dashed line is the dense network. The axis of weights remaining is logarithmic and runs from dense to sparse, as in the paper’s Figure 4.`,
        svg,
        csv: toRows(points, panel.column),
      };
    });
}

function toRows(points: readonly Readonly<Record<string, string | number | null>>[], column: string): string {
  return toCsv(
    points.map((p) => ({
      level: p.level,
      weights_remaining_percent: p.pm,
      condition: p.condition,
      [`${column}_mean`]: p.mean,
      [`${column}_min`]: p.min,
      [`${column}_max`]: p.max,
      [`${column}_ci95_low`]: p.low,
      [`${column}_ci95_high`]: p.high,
      trials: p.n,
      runs: p.runs,
      runs_left_out: p.leftOut,
    })),
  );
}
