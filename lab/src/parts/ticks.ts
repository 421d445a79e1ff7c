import * as Plot from '@observablehq/plot';

/**
 * Places of a logarithmic axis where there are values, so that no two labels overlap: those closer than a label is wide to the one
 * before are left out.
 *
 * @param values in the order in which they stand from left to right
 * @param length pixels of the axis
 */
export function spacedTicks(
  values: readonly number[],
  [left, right]: readonly [number, number],
  length: number,
): number[] {
  const place = (value: number) => (length * Math.log(value / left)) / Math.log(right / left);
  const kept: number[] = [];
  for (const value of values) {
    const last = kept.at(-1);
    if (last === undefined || Math.abs(place(value) - place(last)) > 36) kept.push(value);
  }
  return kept;
}

/** An axis that labels all of its ticks. On a logarithmic one, Plot's own leaves out labels between powers of ten. */
export const labelledAxis = (ticks: readonly number[], text: (value: number) => string): Plot.Markish =>
  Plot.axisX(ticks, { text: (value: number) => text(value) });

/** `100`, `21`, `3.2`: weights remaining in per cent. */
export const percentTick = (value: number): string =>
  value >= 99.95 ? '100' : String(Number(value.toFixed(value < 10 ? 1 : 0)));
