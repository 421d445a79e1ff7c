import { evenTicks } from '../../../figures/cut-axis.js';
import { escapeXml, WIDTH } from '../../../figures/figure.js';

/** Panels drawn by hand, so that a picture and what moves over it share their places to the pixel. */

/** A panel's inside, in pixels. */
export interface Panel {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A linear axis and the numbers written on it. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** Bits that an axis is at least long, so that nothing but rounding does not look like something. */
const SHORTEST = 0.2;

/** An axis of bits that shows all values with a little room; from 0 where they lie far apart beside their distance to it. */
export function axisOf(values: readonly number[]): Axis {
  const finite = values.filter(Number.isFinite);
  const most = finite.length === 0 ? 1 : Math.max(...finite);
  const least = finite.length === 0 ? 0 : Math.min(most - SHORTEST, ...finite);
  const span = most - least;
  const low = least >= 0 && least < span * 1.5 ? -0.04 * most : least - 0.06 * span;
  const high = most + 0.06 * span;
  const decimals = Math.max(0, Math.ceil(-Math.log10((high - low) / 4)));
  return { low, high, ticks: evenTicks(low, high).map((at) => ({ at, text: at.toFixed(decimals).replace('-', '−') })) };
}

const share = ({ low, high }: Axis, value: number) => (value - low) / (high - low);

export const acrossOf = ({ x, width }: Panel, axis: Axis, value: number): number => x + share(axis, value) * width;
export const downOf = ({ y, height }: Panel, axis: Axis, value: number): number =>
  y + (1 - share(axis, value)) * height;

const fixed = (value: number) => value.toFixed(1);

export interface FrameText {
  readonly title: string;
  /** Whether the numbers of each axis stand at this panel. */
  readonly numbersBelow: boolean;
  readonly numbersLeft: boolean;
}

/** A panel's border, grid, numbers and title. */
export function frame(panel: Panel, across: Axis, down: Axis, { title, numbersBelow, numbersLeft }: FrameText): string {
  const { x, y, width, height } = panel;
  const grid = [
    ...across.ticks.map(({ at, text }) => {
      const place = fixed(acrossOf(panel, across, at));
      const number = numbersBelow
        ? `<text x="${place}" y="${y + height + 15}" font-size="11" fill="#222" text-anchor="middle">${text}</text>`
        : '';
      return `<line x1="${place}" x2="${place}" y1="${y}" y2="${y + height}" stroke="#eee"/>${number}`;
    }),
    ...down.ticks.map(({ at, text }) => {
      const place = fixed(downOf(panel, down, at));
      const number = numbersLeft
        ? `<text x="${x - 7}" y="${(Number(place) + 4).toFixed(1)}" font-size="11" fill="#222" text-anchor="end">${text}</text>`
        : '';
      return `<line x1="${x}" x2="${x + width}" y1="${place}" y2="${place}" stroke="#eee"/>${number}`;
    }),
  ].join('');
  return `${grid}<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="#999"/><text x="${x}" y="${y - 6}" font-size="12" font-weight="bold" fill="#222">${escapeXml(title)}</text>`;
}

/** A dashed line across a panel at a value; none where it is off the axis. */
export function limitAcross(panel: Panel, axis: Axis, value: number): string {
  if (value < axis.low || value > axis.high) return '';
  const at = fixed(acrossOf(panel, axis, value));
  return `<line x1="${at}" x2="${at}" y1="${panel.y}" y2="${panel.y + panel.height}" stroke="#666" stroke-dasharray="3 3"/>`;
}

export function limitDown(panel: Panel, axis: Axis, value: number): string {
  if (value < axis.low || value > axis.high) return '';
  const at = fixed(downOf(panel, axis, value));
  return `<line x1="${panel.x}" x2="${panel.x + panel.width}" y1="${at}" y2="${at}" stroke="#666" stroke-dasharray="3 3"/>`;
}

/** A path through places; empty for fewer than two. */
export function pathOf(places: readonly (readonly [number, number])[]): string {
  return places.length < 2 ? '' : `M${places.map(([x, y]) => `${fixed(x)},${fixed(y)}`).join('L')}`;
}

/** A whole SVG on white. */
export function picture(height: number, content: string, attributes = ''): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${escapeXml('"DejaVu Sans", system-ui, sans-serif')}"${attributes}><rect width="100%" height="100%" fill="white"/>${content}</svg>`;
}
