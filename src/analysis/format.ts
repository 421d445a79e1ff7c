import type { Interval } from './intervals.js';

/** Numbers as people read them, the same in every place: no locale, so that reports do not differ by machine. */

const MINUS = '\u2212';

/** A whole number with commas between thousands: 12,500. */
export function formatInteger(value: number): string {
  const digits = Math.round(Math.abs(value)).toString();
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, ',');
  return value < 0 && digits !== '0' ? MINUS + grouped : grouped;
}

/** With so many decimals; a true minus, and no minus on what rounds to zero. */
export function formatFixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** Like `formatFixed`, with a plus on positive numbers. */
export function formatSigned(value: number, decimals: number): string {
  const text = decimals === 0 ? formatInteger(value) : formatFixed(value, decimals);
  return value > 0 && Number(text.replaceAll(',', '')) !== 0 ? `+${text}` : text;
}

/** A density as a percentage of weights remaining, without the sign: 100, 51.3, 7.0, 0.52. */
export function formatDensity(density: number): string {
  const percent = density * 100;
  if (percent >= 99.95) return '100';
  if (percent >= 1) return percent.toFixed(1);
  return percent.toFixed(percent >= 0.1 ? 2 : 3);
}

/** A share of 1 as a percentage with its sign: 98.21%. */
export function formatShare(share: number, decimals = 2): string {
  return `${formatFixed(share * 100, decimals)}%`;
}

/** "p = 0.012", or "p < 0.001". */
export function formatP(p: number): string {
  if (p < 0.001) return 'p < 0.001';
  return `p = ${p.toFixed(p < 0.095 ? 3 : 2)}`;
}

/** "-2,600 to -1,200", each end through `format`. */
export function formatInterval(interval: Interval, format: (value: number) => string): string {
  return `${format(interval.low)} to ${format(interval.high)}`;
}

/** "5 trials", "1 trial". */
export function formatCount(count: number, one: string, several = `${one}s`): string {
  return `${formatInteger(count)} ${count === 1 ? one : several}`;
}
