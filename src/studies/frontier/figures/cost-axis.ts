import { formatPowerOfTen } from '../../../analysis/index.js';
import { spreadApart } from '../../../figures/place-labels.js';

/**
 * A logarithmic axis of costs with a column of its own, left of it, for what costs nothing. Places on it are in decades; the
 * column lies left of the lowest cost.
 */
export interface CostAxis {
  /** The axis's ends, in its own places. */
  readonly domain: readonly [number, number];
  /** The column of what costs nothing, if anything does. */
  readonly free: { readonly from: number; readonly to: number } | null;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** Where one dense training lies, if on the axis. */
  readonly one: number | null;
  /** Places of costs, neighbours moved apart by some pixels so that their marks do not cover each other. */
  place(costs: readonly number[]): number[];
}

const FREE_GAP = 17;
const MARK_GAP = 11;

/**
 * @param panels the costs that each panel shows, 0 or more
 * @param pixels width of the axis
 */
export function costAxis(panels: readonly (readonly number[])[], pixels: number): CostAxis {
  const positive = panels.flat().filter((cost) => cost > 0);
  const logs = positive.length > 0 ? positive.map(Math.log10) : [0];
  const most = Math.max(...panels.map((costs) => costs.filter((cost) => cost === 0).length));
  // A quarter of a decade at least on both sides, and never less than a decade in all.
  const low = Math.min(...logs) - 0.3;
  const high = Math.max(low + 1, Math.max(...logs) + 0.4);
  const column = most === 0 ? 0 : Math.min(pixels * 0.6, 2 * FREE_GAP + most * FREE_GAP);
  const gap = most === 0 ? 0 : 8;
  const unit = (high - low) / (pixels - column - gap);
  const free = most === 0 ? null : { from: low - (column + gap) * unit, to: low - gap * unit };
  const ticks: { at: number; text: string }[] = [];
  const step = Math.max(1, Math.ceil(40 * unit));
  for (let power = Math.ceil(low); power <= high; power += step)
    ticks.push({ at: power, text: formatPowerOfTen(power) });
  if (free !== null) ticks.push({ at: (free.from + free.to) / 2, text: 'nothing' });
  return {
    domain: [free?.from ?? low, high],
    free,
    ticks,
    one: low < 0 && high > 0 ? 0 : null,
    place(costs) {
      const places = costs.map((cost) => (cost > 0 ? Math.log10(cost) : (free!.from + free!.to) / 2));
      const zero = costs.flatMap((cost, i) => (cost > 0 ? [] : [i]));
      const others = costs.flatMap((cost, i) => (cost > 0 ? [i] : []));
      const apart = (some: readonly number[], pixelsApart: number) =>
        spreadApart(
          some.map((i) => places[i]),
          pixelsApart * unit,
        ).forEach((place, i) => {
          places[some[i]] = place;
        });
      apart(zero, FREE_GAP);
      apart(others, MARK_GAP);
      return places;
    },
  };
}
