import { conditionOf } from '../../analysis/conditions.js';
import { formatDensity, formatFixed, formatInteger } from '../../analysis/format.js';
import type { Outcome } from '../../analysis/verdict.js';
import type { RandomKind } from './found.js';

/** Words of this study, the same in findings, tables and figures. */

/** What random tickets of a kind are called: "random masks". */
export const kindName = (kind: RandomKind, count = 2) => `${conditionOf(kind).title}${count === 1 ? '' : 's'}`;

/** "random masks at 5.0% of weights". */
export const groupName = ({ kind, density }: { readonly kind: RandomKind; readonly density: number }) =>
  `${kindName(kind)} at ${formatDensity(density)}% of weights`;

/** "1st", "2nd", "11th", "23rd". */
export function ordinal(place: number): string {
  const ending = ['th', 'st', 'nd', 'rd'][Math.floor(place / 10) % 10 === 1 ? 0 : place % 10] ?? 'th';
  return `${formatInteger(place)}${ending}`;
}

/** A number of any size in three digits that count: 0, 0.0312, 4.07, 52.1, 266,200. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 1e-4) {
    const [digits, power] = value.toExponential(2).split('e');
    return `${digits.replace('-', '\u2212')} × 10^${power.replace('-', '\u2212').replace('+', '')}`;
  }
  if (size >= 999.5 || Number.isInteger(value)) return formatInteger(value);
  return formatFixed(value, Math.max(0, 2 - Math.floor(Math.log10(size))));
}

/** What a verdict on "more" is in a column. */
export const moreOrLess: Readonly<Record<Outcome, string>> = {
  supported: 'more',
  contradicted: 'less',
  undecided: '~',
};
