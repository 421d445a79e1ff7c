import * as Plot from '@observablehq/plot';
import type { PairMean } from '../../../analysis/index.js';
import type { LegendEntry } from '../../../figures/figure.js';
import type { VariationName } from '../found.js';

/** Colour, marker and short name of each variation: Okabe and Ito's palette. */
export const variationStyle: Readonly<
  Record<
    VariationName,
    { readonly name: string; readonly short: string; readonly colour: string; readonly symbol: string }
  >
> = {
  order: { name: 'another order', short: 'order', colour: '#0072b2', symbol: 'circle' },
  noise: { name: 'noise on the start', short: 'noise', colour: '#56b4e9', symbol: 'triangle' },
  data: { name: 'another part of the data', short: 'data', colour: '#009e73', symbol: 'square' },
  initialisation: { name: 'another initialisation', short: 'initialisation', colour: '#d55e00', symbol: 'diamond' },
  all: { name: 'everything different', short: 'everything', colour: '#cc79a7', symbol: 'star' },
};

/** Grey, dashed: what chance gives. */
export const CHANCE = '#666666';
export const chanceEntry: LegendEntry = { name: 'chance', colour: CHANCE, dashed: true };

/** A point of a curve over densities. */
export interface CurvePoint {
  /** The curve's name and colour. */
  readonly curve: string;
  readonly colour: string;
  readonly symbol: string;
  readonly dashed: boolean;
  /** The panel it is drawn in; one for all where there are no panels. */
  readonly panel: string;
  /** Per cent of weights that remain. */
  readonly pm: number;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** A mean over pairs as a point of a curve; nothing without a pair. */
export function pointOf(found: PairMean | null, rest: Omit<CurvePoint, 'value' | 'low' | 'high'>): CurvePoint[] {
  if (found === null) return [];
  return [{ ...rest, value: found.mean, low: found.interval?.low ?? null, high: found.interval?.high ?? null }];
}

/** What the caption of curves says of those that lie on one another. */
export const NESTED = 'Where curves coincide, later ones are drawn thinner over earlier ones.';

/**
 * Curves with their intervals as bands, in panels side by side; each thinner than the one before, so that none hides another.
 *
 * @param withDots whether points are marked, where there is room
 */
export function curveMarks(points: readonly CurvePoint[], withDots = true): Plot.Markish[] {
  const curves = [...new Set(points.map(({ curve }) => curve))];
  return curves.flatMap((curve, index) => {
    const own = points.filter((point) => point.curve === curve);
    const [{ colour, symbol, dashed }] = own;
    return [
      Plot.areaY(
        own.filter(({ low }) => low !== null),
        { fx: 'panel', x: 'pm', y1: 'low', y2: 'high', fill: colour, fillOpacity: 0.13, clip: true },
      ),
      Plot.lineY(own, {
        fx: 'panel',
        x: 'pm',
        y: 'value',
        stroke: colour,
        strokeWidth: 2 + (dashed ? 0 : 0.8 * (curves.length - 1 - index)),
        ...(dashed ? { strokeDasharray: '4 3' } : {}),
        clip: true,
      }),
      ...(dashed || !withDots
        ? []
        : [Plot.dot(own, { fx: 'panel', x: 'pm', y: 'value', fill: colour, symbol: symbol as Plot.SymbolType, r: 3 })]),
    ];
  });
}

/** The axis of densities in a panel that is narrower than a figure: a few round numbers, off the panel's ends. */
export function narrowDensityAxis(percentages: readonly number[], label: string | null): Plot.Markish {
  const [least, most] = [Math.min(...percentages), Math.max(...percentages)];
  const ticks: number[] = [];
  let last = -1;
  for (const tick of [80, 50, 40, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01]) {
    const place = most === least ? 0.5 : Math.log(most / tick) / Math.log(most / least);
    if (place < 0.08 || place > 0.92 || place - last < 0.22) continue;
    ticks.push(tick);
    last = place;
  }
  return Plot.axisX(ticks.length === 0 ? [most] : ticks, {
    text: (value: number) => String(Number(value.toFixed(2))),
    label,
    labelAnchor: 'center',
    labelArrow: 'none',
  });
}

/** A vertical axis with ticks as they are written, and lines across at them. */
export function ticksAxis(ticks: readonly number[], label: string): Plot.Markish[] {
  return [
    Plot.axisY(ticks, {
      text: (tick: number) => `${tick}`,
      label,
      labelAnchor: 'center',
      labelArrow: 'none',
    }),
    Plot.gridY(ticks),
  ];
}

/** Ticks of a logarithmic axis of how many times as much as chance, as text. */
export function timesTicks(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const steps = [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 200, 500, 1000];
  const inside = steps.filter((step) => step >= least / 1.05 && step <= most * 1.05);
  return inside.length <= 7 ? inside : inside.filter((step) => /^[0.]*[125]0*$/.test(String(step)));
}

/** A domain with some room around values, that always shows chance; logarithmic. */
export function timesDomain(values: readonly number[]): [number, number] {
  return [Math.min(1, ...values) / 1.06, Math.max(1.05, ...values) * 1.06];
}

/** One row of panels: those in it, and the domain of the axis that lays them out. */
export interface PanelRow {
  readonly panels: readonly string[];
  readonly domain: readonly string[];
  readonly isLast: boolean;
}

/** Panels in rows of so many; a short last row is filled with empty places, so that all panels are of one width. */
export function panelRows(panels: readonly string[], aRow: number): PanelRow[] {
  const across = Math.min(aRow, panels.length);
  return Array.from({ length: Math.ceil(panels.length / aRow) }, (_, i): PanelRow => {
    const own = panels.slice(i * aRow, (i + 1) * aRow);
    const empty = Array.from({ length: across - own.length }, (_, k) => ' '.repeat(k + 1));
    return { panels: own, domain: [...own, ...empty], isLast: (i + 1) * aRow >= panels.length };
  });
}
