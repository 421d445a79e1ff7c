import * as Plot from '@observablehq/plot';
import { useRef } from 'preact/hooks';
import { labelledAxis, percentTick, spacedTicks } from '../parts/ticks.js';
import { useDrawing } from '../parts/use-drawing.js';
import type { Point, Series } from './series.js';
import { listen } from './strokes.js';
import type { SeriesStyle } from './styles.js';
import { numberText, pointText } from './words.js';

/** What is along the bottom of a chart. */
export interface Axis {
  readonly label: string;
  /** `density`: percentages, on a logarithm, the most to the left. */
  readonly kind: 'density' | 'linear' | 'log';
}

interface ChartProps {
  readonly title: string;
  readonly series: readonly Series[];
  readonly styles: ReadonlyMap<string, SeriesStyle>;
  readonly axis: Axis;
  /** Null for all there is. */
  readonly range: readonly [number, number] | null;
  /** Curves have bands for intervals and no dots. */
  readonly isCurve: boolean;
  readonly showsTrials: boolean;
  /** Places along the axis to be pointed out. */
  readonly marked?: readonly { readonly x: number; readonly label: string }[];
  readonly onRange: (range: readonly [number, number] | null) => void;
  readonly onPick: (point: Point) => void;
}

const none: readonly never[] = [];

const HEIGHT = 380;
const MARGIN_BOTTOM = 40;

/**
 * A chart to look into: a pointer shows the nearest value, a click its trainings, a stretch that is drawn over becomes the range. All that
 * can be done without a pointer beside it: by the table of its numbers, and by two fields for the range.
 */
export function LookChart(props: ChartProps) {
  const { title, series, styles, axis, range, isCurve, showsTrials, marked = none, onRange, onPick } = props;
  const acts = useRef({ onRange, onPick });
  acts.current = { onRange, onPick };
  const place = useDrawing(
    (seen, width) => {
      const drawn = Plot.plot(optionsOf({ series, styles, axis, range, isCurve, showsTrials, marked }, width));
      drawn.setAttribute('aria-hidden', 'true');
      const end = listen(drawn as Plot.Plot & SVGSVGElement, HEIGHT - MARGIN_BOTTOM, acts);
      ending.get(seen)?.();
      ending.set(seen, end);
      seen.replaceChildren(drawn);
    },
    [series, styles, axis.kind, axis.label, range?.[0], range?.[1], isCurve, showsTrials, marked],
  );
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div
        ref={place}
        class="look-chart"
        role="img"
        aria-label={`${title}. The table of its numbers follows.`}
        style={{ minHeight: `${HEIGHT}px` }}
        onDblClick={() => onRange(null)}
      />
    </figure>
  );
}

/** What ends listening to the drawing that a place has. */
const ending = new WeakMap<HTMLElement, () => void>();

type Drawing = Required<
  Pick<ChartProps, 'series' | 'styles' | 'axis' | 'range' | 'isCurve' | 'showsTrials' | 'marked'>
>;

function optionsOf(
  { series, styles, axis, range, isCurve, showsTrials, marked }: Drawing,
  width: number,
): Plot.PlotOptions {
  const isIn = ({ x }: { x: number }) => range === null || (x >= range[0] && x <= range[1]);
  const all = series.flatMap(({ points }) => points);
  const seen = all.filter(isIn);
  const style = ({ series: { key } }: Point) => styles.get(key) as SeriesStyle;
  const band = {
    x: 'x',
    y1: (point: Point) => point.interval?.low,
    y2: (point: Point) => point.interval?.high,
    clip: true,
  };
  return {
    width,
    height: HEIGHT,
    marginLeft: 56,
    marginRight: 18,
    marginBottom: MARGIN_BOTTOM,
    style: 'overflow: visible; background: none; --plot-background: var(--paper); font-size: 12px;',
    x: xOf(axis, range, seen, width),
    y: { grid: true, label: null, ticks: 6, domain: yDomain(seen, isCurve) },
    // What stands at an edge of the range is seen whole.
    ...(isCurve ? {} : { insetLeft: 12, insetRight: 12 }),
    marks: [
      ...ticksOf(axis, range, seen, width),
      ...series.flatMap(({ key, points }, place) => {
        const { colour, dash, symbol } = styles.get(key) as SeriesStyle;
        const withInterval = points.filter(({ interval }) => interval !== null);
        // Intervals of lines that meet at one place stand beside one another.
        const dx = isCurve ? 0 : (place - (series.length - 1) / 2) * Math.min(6, 24 / series.length);
        return [
          isCurve
            ? Plot.areaY(withInterval, { ...band, fill: colour, fillOpacity: 0.13 })
            : Plot.ruleX(withInterval, { ...band, stroke: colour, strokeWidth: 1.4, dx }),
          ...trialMarks(points, colour, showsTrials, isCurve, dx),
          Plot.lineY(points, {
            x: 'x',
            y: 'mean',
            stroke: colour,
            strokeDasharray: dash,
            strokeWidth: 1.8,
            clip: true,
            dx,
          }),
          ...(isCurve ? [] : [Plot.dot(points.filter(isIn), { x: 'x', y: 'mean', symbol, fill: colour, r: 4.5, dx })]),
        ];
      }),
      Plot.ruleX(marked.filter(isIn), { x: 'x', stroke: 'var(--soft)', strokeDasharray: '3 3' }),
      Plot.text(marked.filter(isIn), {
        x: 'x',
        text: 'label',
        frameAnchor: 'top',
        textAnchor: 'start',
        dx: 5,
        fill: 'var(--soft)',
      }),
      Plot.tip(
        seen,
        Plot.pointer({
          x: 'x',
          y: 'mean',
          title: (point: Point) => pointText(point, style(point).title, axis),
          maxRadius: 60,
          textPadding: 9,
          lineHeight: 1.35,
        }),
      ),
    ],
  };
}

/** Every trial by itself: thin lines, and small dots where values stand alone. */
function trialMarks(
  points: readonly Point[],
  colour: string,
  isShown: boolean,
  isCurve: boolean,
  dx: number,
): Plot.Markish[] {
  if (!isShown) return [];
  const values = points.flatMap(({ x, trials }) => trials.map(({ trial, value }) => ({ x, trial, value })));
  const line = Plot.line(values, {
    x: 'x',
    y: 'value',
    z: 'trial',
    stroke: colour,
    strokeWidth: 0.9,
    strokeOpacity: 0.5,
    clip: true,
    dx,
  });
  return isCurve
    ? [line]
    : [line, Plot.dot(values, { x: 'x', y: 'value', r: 2, fill: colour, fillOpacity: 0.6, clip: true, dx })];
}

function xOf(axis: Axis, range: Drawing['range'], seen: readonly Point[], width: number): Plot.ScaleOptions {
  const values = [...new Set(seen.map(({ x }) => x))];
  const [low, high] = range ?? [Math.min(...values), Math.max(...values)];
  const label = axis.label;
  if (values.length === 0 && range === null) return { label, domain: [0, 1] };
  if (axis.kind === 'linear')
    return { label, domain: low === high ? [low - 1, high + 1] : [low, high], ticks: Math.max(3, width / 110) };
  const [least, most] = low === high ? [low / 1.5, high * 1.5] : [low, high];
  const isDown = axis.kind === 'density';
  return {
    type: 'log',
    label,
    domain: isDown ? [most, least] : [least, most],
  };
}

/** Ticks where there are values; none of their own for axes that are not logarithmic. */
function ticksOf(axis: Axis, range: Drawing['range'], seen: readonly Point[], width: number): Plot.Markish[] {
  if (axis.kind === 'linear' || seen.length === 0) return [];
  const values = [...new Set(seen.map(({ x }) => x))].sort((a, b) => a - b);
  const [low, high] = range ?? [values[0], values[values.length - 1]];
  const ends: [number, number] = low === high ? [low / 1.5, high * 1.5] : [low, high];
  const isDown = axis.kind === 'density';
  const [from, places] = isDown ? [ends.reverse() as [number, number], values.reverse()] : [ends, values];
  return [labelledAxis(spacedTicks(places, from, width - 98), isDown ? percentTick : numberText)];
}

/** Room for the means, and for intervals up to twice their spread: one of two trials alone may be a hundred times as wide. */
function yDomain(seen: readonly Point[], isCurve: boolean): [number, number] | undefined {
  // The first evaluations of a curve, before anything is learned, would press everything else to the foot.
  const last = seen.reduce((most, { x }) => Math.max(most, x), 0);
  const settled = isCurve ? seen.filter(({ x }) => x >= 0.04 * last) : seen;
  const counted = (settled.length > 0 ? settled : seen).filter(({ mean }) => Number.isFinite(mean));
  if (counted.length === 0) return undefined;
  let [low, high, least, greatest] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { mean, interval } of counted) {
    [low, high] = [Math.min(low, mean), Math.max(high, mean)];
    [least, greatest] = [Math.min(least, interval?.low ?? mean), Math.max(greatest, interval?.high ?? mean)];
  }
  const room = high - low || Math.abs(high) || 1;
  const edge = 0.06 * room;
  return [Math.max(low - 0.75 * room, least) - edge, Math.min(high + 0.75 * room, greatest) + edge];
}
