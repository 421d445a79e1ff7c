import type { Interval } from './intervals.js';

/** Numbers as people read them, the same in every place: no locale, so that reports do not differ by machine. */

const MINUS = '\u2212';

/** What stands for NaN: a quantity that was not measured. */
const NONE = 'n/a';

/** A whole number with commas between thousands: 12,500. */
export function formatInteger(value: number): string {
  if (Number.isNaN(value)) return NONE;
  const digits = Math.round(Math.abs(value)).toString();
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, ',');
  return value < 0 && digits !== '0' ? MINUS + grouped : grouped;
}

/** With so many decimals; a true minus, and no minus on what rounds to zero. */
export function formatFixed(value: number, decimals: number): string {
  if (Number.isNaN(value)) return NONE;
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
  return Number.isNaN(share) ? NONE : `${formatFixed(share * 100, decimals)}%`;
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

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A power of ten: 0.001, 10, 10⁻⁵. */
export function formatPowerOfTen(exponent: number): string {
  if (exponent >= -3 && exponent <= 3) return exponent < 0 ? (10 ** exponent).toFixed(-exponent) : `${10 ** exponent}`;
  const digits = [...`${Math.abs(exponent)}`].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return `10${exponent < 0 ? '⁻' : ''}${digits}`;
}

/** A positive number or 0 with two digits that count: 0, 0.0031, 5.2, 430, 4.1 × 10⁻⁷; whole from 100 on. */
export function formatTwoDigits(value: number): string {
  if (value === 0) return '0';
  if (Number.isNaN(value)) return NONE;
  if (value >= 99.5) return formatInteger(value);
  const [digits, power] = value.toExponential(1).split('e');
  const exponent = Number(power);
  if (exponent < -4) return `${digits} × ${formatPowerOfTen(exponent)}`;
  return Number(`${digits}e${exponent}`).toFixed(Math.max(0, 1 - exponent));
}

/**
 * Two significant digits, and two decimals near 1, which is what ratios are held against: "3.4", "0.87", "1.04". An interval from 1.02 to
 * 1.06 must not read as one from 1.0 to 1.1.
 */
export const formatRatio = (value: number): string =>
  value >= 0.995 && value < 1.095 ? formatFixed(value, 2) : formatTwoDigits(value);

/**
 * How a ratio and its interval are written: as `formatRatio` does, and with a third digit where that would write both ends alike, so that
 * no interval reads as if there were none: "1.17 (1.15 to 1.19)", not "1.2 (1.2 to 1.2)".
 */
export function ratioFormat(interval: Interval | null): (value: number) => string {
  if (interval === null || formatRatio(interval.low) !== formatRatio(interval.high)) return formatRatio;
  return (value) => (value >= 0.001 && value < 99.95 ? value.toPrecision(3) : formatRatio(value));
}

const magnitudes = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/** A large count in three digits and a letter for its thousands: 0, 950, 12.3 k, 3.00 M, 1.20 T. */
export function formatLarge(count: number): string {
  if (count < 999.5) return formatInteger(count);
  let place = Math.min(magnitudes.length - 1, Math.floor(Math.log10(count) / 3));
  // 999,960 is 1.00 M, not 1000 k.
  if (count / 1000 ** place >= 999.5 && place < magnitudes.length - 1) place++;
  const value = count / 1000 ** place;
  return `${value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2)} ${magnitudes[place]}`;
}

/** A time as people say it: 0 s, 0.42 s, 155 s, 12 min, 5.2 h. */
export function formatSeconds(seconds: number): string {
  if (seconds < 599.5) return `${formatTwoDigits(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 119.5 ? `${formatInteger(minutes)} min` : `${formatTwoDigits(minutes / 60)} h`;
}

/** "a", "a and b", "a, b and c". */
export function formatList(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

/** The first letter as a capital. */
export const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
