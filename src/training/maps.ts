import { LANE_BYTES, LANES } from '../kernels/generated/layout.js';
import type { ImageShape } from '../networks/network.js';

/**
 * How feature maps lie in the arena: `[block][channel][row][column][16]`, a lane block of sixteen examples after another,
 * each map with a border of zeros stored around it, which convolutions read instead of asking where the edge is.
 */
export interface MapLayout {
  readonly shape: ImageShape;
  /** Places of border on each side. */
  readonly border: number;
}

export { LANE_BYTES, LANES };

/** Whether two maps lie alike, border and all. */
export function sameLayout(a: MapLayout, b: MapLayout): boolean {
  const { channels, height, width } = a.shape;
  return a.border === b.border && channels === b.shape.channels && height === b.shape.height && width === b.shape.width;
}

/** Bytes from one row, channel and block to the next. */
export function pitchesOf({ shape, border }: MapLayout): { row: number; channel: number; block: number } {
  const row = (shape.width + 2 * border) * LANE_BYTES;
  const channel = (shape.height + 2 * border) * row;
  return { row, channel, block: shape.channels * channel };
}

/** Bytes from a map's beginning to the first value inside its border. */
export function insideOf(layout: MapLayout): number {
  return layout.border * (pitchesOf(layout).row + LANE_BYTES);
}

/** Bytes of the maps of so many lane blocks. */
export function bytesOf(layout: MapLayout, blocks: number): number {
  return pitchesOf(layout).block * blocks;
}

/** A map's pitches as arguments of an operation, under the name of the operand. */
export function pitches<Name extends string>(
  name: Name,
  layout: MapLayout,
): Record<`${Name}_row` | `${Name}_channel` | `${Name}_block`, number> {
  const { row, channel, block } = pitchesOf(layout);
  return { [`${name}_row`]: row, [`${name}_channel`]: channel, [`${name}_block`]: block } as Record<
    `${Name}_row` | `${Name}_channel` | `${Name}_block`,
    number
  >;
}
