import * as Plot from '@observablehq/plot';
import { conditionOf } from 'lottery-lab/analysis';
import type { ComponentChild } from 'preact';
import { conditionColour } from '../parts/colours.js';
import { Chart } from '../parts/plot.js';
import { labelledAxis, percentTick, spacedTicks } from '../parts/ticks.js';
import type { MeanPoint } from './summaries.js';

interface LegendProps {
  readonly conditions: readonly string[];
  /** What the dashed lines are, where there are any. */
  readonly beside?: string | null;
}

/** The names of what charts show, with their colours. */
export function Legend({ conditions, beside }: LegendProps) {
  return (
    <ul class="legend">
      {conditions.map((condition) => (
        <li key={condition}>
          <span class="swatch" style={{ background: conditionColour(condition) }} />
          {conditionOf(condition).title}
        </li>
      ))}
      {beside ? (
        <li>
          <span class="swatch dashed" />
          {beside}
        </li>
      ) : null}
    </ul>
  );
}

interface PointsProps {
  readonly title: string;
  readonly points: readonly MeanPoint[];
  /** Of the experiment that was kept beside: drawn dashed, without its intervals. */
  readonly beside?: readonly MeanPoint[] | undefined;
}

interface CurvesProps extends PointsProps {
  readonly label: string;
  readonly iterations: number;
}

const DASHES = '5,4';

const stroke = (point: MeanPoint) => conditionColour(point.condition);
const hasInterval = ({ low }: MeanPoint) => low !== null;

/** Learning curves: means over trials with their intervals, while they grow. */
export function Curves({ title, label, points, beside = [], iterations }: CurvesProps) {
  // The first evaluations, before anything is learned, would press everything else to the foot.
  const settled = [...points, ...beside].filter(({ x }) => x >= iterations * 0.04).map(({ mean }) => mean);
  const domain = settled.length < 2 ? undefined : padded(settled);
  return (
    <Chart
      title={title}
      description={describe(title, points, 'iteration')}
      height={220}
      of={[points, beside, iterations]}
      options={() => ({
        marginLeft: 48,
        x: { domain: [0, iterations], label: 'iteration', ticks: 5 },
        y: { label, ...(domain === undefined ? {} : { domain }), grid: true, ticks: 5 },
        marks: [
          Plot.areaY(points.filter(hasInterval), {
            x: 'x',
            y1: 'low',
            y2: 'high',
            z: 'condition',
            fill: stroke,
            fillOpacity: 0.15,
            clip: true,
          }),
          Plot.lineY(beside, { x: 'x', y: 'mean', z: 'condition', stroke, strokeDasharray: DASHES, clip: true }),
          Plot.lineY(points, { x: 'x', y: 'mean', z: 'condition', stroke, clip: true }),
        ],
      })}
    />
  );
}

function padded(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.06 * (high - low || Math.abs(high) || 1);
  return [low - room, high + room];
}

interface LadderProps extends PointsProps {
  /** Instead of the title above it. */
  readonly caption?: ComponentChild;
}

/** A measure against weights remaining, level by level: Figure 4. */
export function Ladder({ title, caption, points, beside = [] }: LadderProps) {
  const all = [...points, ...beside];
  const percentages = [...new Set(all.map(({ x }) => x))].sort((a, b) => b - a);
  const domain = percentages.length === 0 ? [100, 10] : [100, Math.min(50, ...percentages)];
  return (
    <Chart
      title={title}
      caption={caption}
      description={describe(title, points, 'per cent of weights')}
      height={240}
      of={[points, beside]}
      options={(width) => ({
        marginLeft: 48,
        x: {
          type: 'log',
          domain,
          label: 'weights remaining (%)',
        },
        y: { grid: true, label: null, ticks: 5, domain: ladderDomain(all) },
        marks: [
          labelledAxis(spacedTicks(percentages, domain as [number, number], width - 70), percentTick),
          Plot.ruleX(points.filter(hasInterval), {
            x: 'x',
            y1: 'low',
            y2: 'high',
            stroke,
            strokeWidth: 1.4,
            clip: true,
          }),
          Plot.lineY(
            beside.filter(({ condition }) => condition !== 'dense'),
            { x: 'x', y: 'mean', z: 'condition', stroke, strokeDasharray: DASHES },
          ),
          Plot.dot(beside, { x: 'x', y: 'mean', stroke, r: 3.5 }),
          Plot.lineY(
            points.filter(({ condition }) => condition !== 'dense'),
            { x: 'x', y: 'mean', z: 'condition', stroke },
          ),
          Plot.dot(points, { x: 'x', y: 'mean', fill: stroke, r: 4, title: sentence, tip: true }),
        ],
      })}
    />
  );
}

/** Room for the means, and for intervals up to twice their spread: one of two trials alone may be a hundred times as wide. */
function ladderDomain(points: readonly MeanPoint[]): [number, number] | undefined {
  if (points.length === 0) return undefined;
  const [low, high] = padded(points.map(({ mean }) => mean));
  const room = 0.75 * (high - low);
  const ends = points.flatMap((point) => (point.low === null ? [] : [point.low, point.high as number]));
  return [Math.max(low - room, Math.min(low, ...ends)), Math.min(high + room, Math.max(high, ...ends))];
}

const sentence = ({ condition, x, mean, low, high, trials }: MeanPoint): string => {
  const interval = low === null ? '' : ` (95% interval ${low.toPrecision(4)} to ${(high as number).toPrecision(4)})`;
  return `${conditionOf(condition).title}, ${x.toFixed(1)}%: ${mean.toPrecision(4)}${interval}, ${trials} ${trials === 1 ? 'trial' : 'trials'}`;
};

/** The last point of each line in words. */
function describe(title: string, points: readonly MeanPoint[], unit: string): string {
  const last = new Map(points.map((point) => [point.condition, point]));
  const parts = [...last.values()].map(
    ({ condition, x, mean }) => `${conditionOf(condition).title} ${mean.toPrecision(3)} at ${x.toPrecision(3)} ${unit}`,
  );
  return parts.length === 0 ? title : `${title}: ${parts.join('; ')}`;
}
