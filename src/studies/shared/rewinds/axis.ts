import * as Plot from '@observablehq/plot';
import { formatInteger } from '../../../analysis/index.js';
import { textWidth } from '../../../figures/place-labels.js';

/** A logarithmic axis of rewinds, in decades, on which 0 has a place of its own left of the earliest other one. */
export interface RewindAxis {
  readonly domain: readonly [number, number];
  /** Where a rewind lies. */
  place(rewind: number): number;
  /** The axis as a mark, its ticks at the rewinds. */
  readonly mark: Plot.Markish;
}

/** Decades from 0 to the earliest other rewind. */
const TO_ZERO = 0.6;

/**
 * @param rewinds in iterations, ascending
 * @param pixels width of the axis; ticks that would touch others go without their number
 */
export function rewindAxis(rewinds: readonly number[], pixels = 620): RewindAxis {
  const earliest = rewinds.find((rewind) => rewind > 0) ?? 1;
  const place = (rewind: number) => (rewind > 0 ? Math.log10(rewind) : Math.log10(earliest) - TO_ZERO);
  const places = rewinds.map(place);
  const [first, last] = [places[0], places[places.length - 1]];
  const room = Math.max(0.12, 0.08 * (last - first));
  const domain = [first - room, last + room] as const;
  const unit = (domain[1] - domain[0]) / pixels;
  let end = Number.NEGATIVE_INFINITY;
  const texts = new Map(
    rewinds.map((rewind): [number, string] => {
      const at = place(rewind);
      const half = (textWidth(formatInteger(rewind)) / 2 + 4) * unit;
      if (at - half < end) return [at, ''];
      end = at + half;
      return [at, formatInteger(rewind)];
    }),
  );
  return {
    domain,
    place,
    mark: Plot.axisX(places, {
      text: (at: number) => texts.get(at) ?? '',
      label: 'rewound to iteration',
      labelAnchor: 'center',
      labelArrow: 'none',
    }),
  };
}

/** What a caption says of the axis. */
export const rewindAxisNote = (rewinds: readonly number[]): string =>
  rewinds[0] === 0 && rewinds.length > 1
    ? 'The axis of rewinds is logarithmic, with the initialisation at a place of its own on the left.'
    : 'The axis of rewinds is logarithmic.';
