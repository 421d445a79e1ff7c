import * as Plot from '@observablehq/plot';
import { formatDensity, type Interval } from '../../../analysis/index.js';
import { drawPlot, shades } from '../../../figures/figure.js';
import { rewindAxis } from './axis.js';

/** What stands at one rewind: a mean over trials, and its interval where there is one. */
export interface RewindMean {
  readonly rewind: number;
  readonly mean: number;
  readonly interval: Interval | null;
}

/** A quantity against the rewind. */
export interface RewindCurve {
  readonly colour: string;
  readonly symbol: string;
  /** Its marks are hollow then. */
  readonly dashed?: boolean;
  readonly means: readonly RewindMean[];
}

/** A quantity that does not depend on the rewind: a line across, and its interval as a band. */
export interface RewindLevel {
  readonly colour: string;
  readonly mean: number;
  readonly interval: Interval | null;
}

export interface RewindPanel {
  /** Of one panel among several. */
  readonly title?: string;
  readonly rewinds: readonly number[];
  readonly curves: readonly RewindCurve[];
  readonly levels?: readonly RewindLevel[];
  /** A threshold, and what it is. */
  readonly threshold?: { readonly at: number; readonly text: string };
  readonly y: {
    readonly label: string;
    readonly domain: readonly [number, number];
    readonly ticks: readonly number[];
    /** The axis is linear up to about this, and logarithmic beyond; default: linear throughout. */
    readonly constant?: number;
  };
}

const styles = ['circle', 'square', 'triangle', 'diamond2', 'star', 'wye'] as const;

/** Colour and marker of each density, the dense network's first where it is among them. */
export function densityStyles(
  densities: readonly number[],
): ReadonlyMap<number, { readonly name: string; readonly colour: string; readonly symbol: string }> {
  const sparse = densities.filter((density) => density < 1);
  // Black is the dense network's; the others are distinguishable from it and from one another.
  const colours = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', ...shades.slice(1)];
  return new Map(
    densities.map((density) => {
      const at = sparse.indexOf(density);
      if (at < 0) return [density, { name: 'dense network', colour: '#000000', symbol: 'diamond' }];
      const [colour, symbol] = [colours[at % colours.length], styles[at % styles.length]];
      return [density, { name: `${formatDensity(density)}% of weights`, colour, symbol }];
    }),
  );
}

const HEIGHT = 300;

/** One panel: curves with intervals, moved a few pixels apart where they share a rewind. */
export function rewindPanel(
  document: Document,
  { title = '', rewinds, curves, levels = [], threshold, y }: RewindPanel,
): { readonly svg: string; readonly height: number } {
  const { domain, place, mark } = rewindAxis(rewinds);
  const [low, high] = y.domain;
  const within = (value: number) => Math.min(high, Math.max(low, value));
  const bounded = <Row extends { readonly interval: Interval | null }>(rows: readonly Row[]) =>
    rows.flatMap((row) => {
      if (row.interval === null || row.interval.high < low || row.interval.low > high) return [];
      return [{ ...row, low: within(row.interval.low), high: within(row.interval.high) }];
    });
  const shift = (index: number) => (index - (curves.length - 1) / 2) * 6;
  const svg = drawPlot(document, {
    height: HEIGHT,
    marginTop: title === '' ? 12 : 30,
    x: { type: 'linear', domain: [...domain], axis: null },
    y: {
      ...(y.constant === undefined ? { type: 'linear' } : { type: 'symlog', constant: y.constant }),
      domain: [low, high],
      axis: null,
    },
    marks: [
      Plot.gridY(y.ticks),
      Plot.axisY(y.ticks, {
        label: y.label,
        labelAnchor: 'center',
        labelArrow: 'none',
        text: (value: number) => value.toLocaleString('en', { maximumFractionDigits: 2 }),
      }),
      mark,
      ...bounded(levels).map(({ colour, low: from, high: to }) =>
        Plot.rect([0], { x1: domain[0], x2: domain[1], y1: from, y2: to, fill: colour, fillOpacity: 0.1 }),
      ),
      ...levels
        .filter(({ mean }) => mean >= low && mean <= high)
        .map(({ colour, mean }) => Plot.ruleY([mean], { stroke: colour, strokeDasharray: '4 3', strokeWidth: 1.6 })),
      ...(threshold === undefined
        ? []
        : [
            Plot.ruleY([threshold.at], { stroke: '#a00', strokeDasharray: '2 3' }),
            Plot.text([threshold], {
              y: 'at',
              text: 'text',
              frameAnchor: 'right',
              textAnchor: 'end',
              dy: -7,
              fontSize: 11,
              fill: '#a00',
            }),
          ]),
      ...curves.flatMap(({ colour, symbol, dashed, means }, index) => {
        const dx = shift(index);
        const x = ({ rewind }: RewindMean) => place(rewind);
        const shown = means.filter(({ mean }) => mean >= low && mean <= high);
        return [
          Plot.ruleX(bounded(means), { x, y1: 'low', y2: 'high', stroke: colour, strokeWidth: 1.5, dx }),
          Plot.lineY(means, {
            x,
            y: 'mean',
            stroke: colour,
            strokeWidth: 1.8,
            dx,
            clip: true,
            ...(dashed ? { strokeDasharray: '5 3' } : {}),
          }),
          Plot.dot(shown, {
            x,
            y: 'mean',
            fill: dashed ? 'white' : colour,
            stroke: colour,
            symbol: symbol as Plot.SymbolType,
            r: 3.6,
            dx,
          }),
        ];
      }),
      Plot.text([title], {
        frameAnchor: 'top-left',
        dy: -18,
        text: (text: string) => text,
        fontSize: 13,
        fontWeight: 'bold',
      }),
    ],
  });
  return { svg, height: HEIGHT };
}
