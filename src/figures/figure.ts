import * as Plot from '@observablehq/plot';

export { type Row, toCsv } from './csv.js';
export type { Figure } from './finished-figure.js';

const FONT = '"DejaVu Sans", system-ui, sans-serif';

/** Width of every figure in CSS pixels. */
export const WIDTH = 720;

export interface LegendEntry {
  readonly name: string;
  readonly colour: string;
  readonly dashed?: boolean;
}

export const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Pixels of a legend's row. */
const LEGEND_ROW = 20;

interface PlacedEntry extends LegendEntry {
  readonly x: number;
  readonly row: number;
}

/** Entries beside one another, in as many rows as they need. */
function placeLegend(entries: readonly LegendEntry[], left: number): PlacedEntry[] {
  let x = left;
  let row = 0;
  return entries.map((entry) => {
    const width = 36 + entry.name.length * 7;
    if (x > left && x + width - 13 > WIDTH) {
      x = left;
      row++;
    }
    const placed = { ...entry, x, row };
    x += width;
    return placed;
  });
}

/** Pixels that a legend is higher than one row. */
const legendExtra = (entries: readonly PlacedEntry[]) => (entries.at(-1)?.row ?? 0) * LEGEND_ROW;

function legendMarks(entries: readonly PlacedEntry[]): string {
  return entries
    .map(({ name, colour, dashed, x, row }) => {
      const y = 14 + row * LEGEND_ROW;
      const dash = dashed ? ' stroke-dasharray="4 3"' : '';
      return `<line x1="${x}" x2="${x + 18}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2.5"${dash}/><text x="${x + 23}" y="${y + 4}" font-size="12" fill="#222" text-anchor="start">${escapeXml(name)}</text>`;
    })
    .join('');
}

/** Where a drawn plot's scales put a value, in pixels from the top left of the figure. */
export type ToPixels = (scale: 'x' | 'y', value: number) => number;

/**
 * Draws a plot as a self-contained SVG on white, with its legend above it.
 *
 * @param overlay makes further SVG, which lies over the plot, once it is known where values come to lie
 */
export function drawPlot(
  document: Document,
  options: Plot.PlotOptions,
  legend: readonly LegendEntry[] = [],
  overlay: (toPixels: ToPixels) => string = () => '',
): string {
  const entries = placeLegend(legend, 70);
  const extra = legendExtra(entries);
  const plot = Plot.plot({
    document,
    width: WIDTH,
    marginLeft: 70,
    marginRight: 24,
    marginBottom: 48,
    ...options,
    height: (options.height ?? 400) + extra,
    marginTop: (options.marginTop ?? 44) + extra,
    style: { fontFamily: FONT, fontSize: '12px', background: 'white', color: '#222' },
  });
  const svg = plot.outerHTML;
  const open = svg.indexOf('>') + 1;
  const head = svg.slice(0, open);
  const named = head.includes('xmlns=') ? head : head.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
  const ground = `<rect width="100%" height="100%" fill="white"/>`;
  return `${named}${ground}${svg.slice(open).replace(/<\/svg>\s*$/, '')}${overlay((scale, value) => plot.scale(scale)!.apply(value) as number)}${legendMarks(entries)}</svg>`;
}

/** Plots under one another in one SVG, each as high as it says, the legend of all above the first. */
export function stackPlots(
  plots: readonly { readonly svg: string; readonly height: number }[],
  legend: readonly LegendEntry[] = [],
): string {
  const entries = placeLegend(legend, 70);
  const top = legend.length > 0 ? 26 + legendExtra(entries) : 0;
  let height = top;
  const groups = plots.map((plot) => {
    const y = height;
    height += plot.height;
    // A group rather than an SVG within, which a page's rules for figures would resize.
    return plot.svg.replace(/^<svg/, `<g transform="translate(0,${y})"`).replace(/<\/svg>$/, '</g>');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${escapeXml(FONT)}" font-size="12"><rect width="100%" height="100%" fill="white"/>${legendMarks(entries)}${groups.join('')}</svg>`;
}

/** Ticks of a logarithmic axis of densities in per cent, thinned so that labels stand apart. */
export function densityTicks(percentages: readonly number[]): number[] {
  const kept: number[] = [];
  for (const value of [...percentages].sort((a, b) => b - a)) {
    if (kept.length === 0 || kept[kept.length - 1] / value > 1.45) kept.push(value);
  }
  return kept;
}

/** "21.1", "3.6", "100". */
export const percentText = (value: number) => (value >= 99.95 ? '100' : value.toFixed(1));

/** The paper's axis of weights remaining, dense to sparse: options of the scale, and the axis as a mark. */
export function densityAxis(percentages: readonly number[]): { x: Plot.ScaleOptions; axis: Plot.Markish } {
  return {
    x: { type: 'log', reverse: true },
    axis: Plot.axisX(densityTicks(percentages), {
      // Given as text: a logarithmic scale's own format leaves labels out by their leading digit.
      text: (value: number) => percentText(value),
      label: 'weights remaining (%)',
      labelAnchor: 'center',
      labelArrow: 'none',
    }),
  };
}

/** Dark to light, one for each density shown. */
export const shades = ['#000000', '#00429d', '#0072b2', '#56b4e9', '#009e73', '#e69f00', '#cc79a7'];

/** At most seven levels: the dense network, then evenly spaced ones to the sparsest. */
export function chosenLevels(levels: readonly number[]): number[] {
  if (levels.length <= 6) return [...levels];
  const last = levels.length - 1;
  return [...new Set(Array.from({ length: 6 }, (_, i) => levels[Math.round((i * last) / 5)]))];
}
