import * as Plot from '@observablehq/plot';
import { conditionOf } from 'lottery-lab/analysis';
import { Chart } from '../parts/plot.js';
import type { MeanPoint } from './summaries.js';

const colourOf = (condition: string) => (condition === 'dense' ? 'var(--ink)' : conditionOf(condition).colour);

/** The names of what charts show, with their colours. */
export function Legend({ conditions }: { readonly conditions: readonly string[] }) {
  return (
    <ul class="legend">
      {conditions.map((condition) => (
        <li key={condition}>
          <span class="swatch" style={{ background: colourOf(condition) }} />
          {conditionOf(condition).title}
        </li>
      ))}
    </ul>
  );
}

interface CurvesProps {
  readonly title: string;
  readonly label: string;
  readonly points: readonly MeanPoint[];
  readonly iterations: number;
}

const bandsAndLines = (points: readonly MeanPoint[]) => [
  Plot.areaY(
    points.filter(({ low }) => low !== null),
    {
      x: 'x',
      y1: 'low',
      y2: 'high',
      z: 'condition',
      fill: (point: MeanPoint) => colourOf(point.condition),
      fillOpacity: 0.15,
      clip: true,
    },
  ),
  Plot.lineY(points, {
    x: 'x',
    y: 'mean',
    z: 'condition',
    stroke: (point: MeanPoint) => colourOf(point.condition),
    clip: true,
  }),
];

/** Learning curves: means over trials with their intervals, while they grow. */
export function Curves({ title, label, points, iterations }: CurvesProps) {
  // The first evaluations, before anything is learned, would press everything else to the foot.
  const settled = points.filter(({ x }) => x >= iterations * 0.04).map(({ mean }) => mean);
  const domain = settled.length < 2 ? undefined : padded(settled);
  return (
    <Chart
      title={title}
      height={220}
      options={() => ({
        marginLeft: 48,
        x: { domain: [0, iterations], label: 'iteration', ticks: 5 },
        y: { label, ...(domain === undefined ? {} : { domain }), grid: true, ticks: 5 },
        marks: bandsAndLines(points),
      })}
    />
  );
}

function padded(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.06 * (high - low || Math.abs(high) || 1);
  return [low - room, high + room];
}

interface LadderProps {
  readonly title: string;
  readonly points: readonly MeanPoint[];
}

/** A measure against weights remaining, level by level: Figure 4. */
export function Ladder({ title, points }: LadderProps) {
  const percentages = points.map(({ x }) => x);
  const domain = percentages.length === 0 ? [100, 10] : [100, Math.min(50, ...percentages)];
  return (
    <Chart
      title={title}
      height={240}
      options={() => ({
        marginLeft: 48,
        x: {
          type: 'log',
          domain,
          label: 'weights remaining (%)',
          ticks: [...new Set(percentages)],
          tickFormat: (value: number) => (value >= 99.5 ? '100' : value.toFixed(value < 10 ? 1 : 0)),
        },
        y: { grid: true, label: null, ticks: 5 },
        marks: [
          Plot.ruleX(
            points.filter(({ low }) => low !== null),
            {
              x: 'x',
              y1: 'low',
              y2: 'high',
              stroke: (point: MeanPoint) => colourOf(point.condition),
              strokeWidth: 1.4,
            },
          ),
          Plot.lineY(
            points.filter(({ condition }) => condition !== 'dense'),
            { x: 'x', y: 'mean', z: 'condition', stroke: (point: MeanPoint) => colourOf(point.condition) },
          ),
          Plot.dot(points, {
            x: 'x',
            y: 'mean',
            fill: (point: MeanPoint) => colourOf(point.condition),
            r: 4,
            title: (point: MeanPoint) =>
              `${conditionOf(point.condition).title}, ${point.x.toFixed(1)}%: ${point.mean.toPrecision(4)}${point.low === null ? '' : ` (95% interval ${point.low.toPrecision(4)} to ${(point.high as number).toPrecision(4)})`}, ${point.trials} trials`,
            tip: true,
          }),
        ],
      })}
    />
  );
}
