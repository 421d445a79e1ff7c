import { conditionOf, type Interval } from 'lottery-lab/analysis';
import type { Axis } from './chart.js';
import type { Point } from './series.js';

/** Four digits, and no more of whole numbers. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'no number' : value > 0 ? 'infinite' : 'minus infinite';
  const text =
    Number.isInteger(value) || Math.abs(value) >= 10_000
      ? Math.round(value).toLocaleString('en')
      : String(Number(value.toPrecision(4)));
  return text.replace('-', '\u2212');
}

/** A difference in points, with its sign. */
export const pointsText = (value: number): string =>
  `${value > 0 ? '+' : ''}${value.toFixed(2)}`
    .replace('-', '\u2212')
    .replace('+0.00', '0.00')
    .replace('\u22120.00', '0.00');

export const intervalText = (interval: Interval | null, textOf = numberText): string =>
  interval === null ? 'no interval of one trial' : `${textOf(interval.low)} to ${textOf(interval.high)}`;

export const countText = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/**
 * What a training is called. The library has keys for networks and counts trials and draws from 0, as files do; pages count from 1.
 */
export const labelText = (label: string): string =>
  label
    .replace(/^[a-z-]+(?=, trial )/, (condition) => conditionOf(condition).title)
    .replace(/\b(trials?|draw) (\d+)(?: and (\d+))?/g, (_, word: string, first: string, second?: string) => {
      const numbers = [first, second].filter((text) => text !== undefined).map((text) => Number(text) + 1);
      return `${word} ${numbers.join(' and ')}`;
    });

/** Where a point stands: `21.1% of weights`, `iteration 400`. */
export const placeText = (x: number, axis: Axis): string =>
  axis.kind === 'density' ? `${x.toFixed(x < 10 ? 2 : 1)}% of weights` : `${axis.label} ${numberText(x)}`;

/** A point in words, a line each. */
export function pointText(point: Point, title: string, axis: Axis): string {
  const { mean, interval, trials } = point;
  const width = interval === null ? '' : `\n95% interval ${intervalText(interval)}`;
  const of = trials.length === 0 ? '' : ` (${trials.length === 1 ? 'one trial' : `mean of ${trials.length} trials`})`;
  return `${title}\n${placeText(point.x, axis)}\n${numberText(mean)}${of}${width}`;
}
