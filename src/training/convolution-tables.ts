import type { ConvolutionLayer } from '../networks/network.js';
import { LANE_BYTES, type MapLayout, pitchesOf } from './maps.js';

/**
 * Tables of a convolution. Along each axis the places that are computed fall into runs that the same kernel places reach
 * without meeting the border; a run of rows and a run of columns make a region, with a table of its own for dense weights.
 * With a stride of s the places of the input fall, for its gradient, into s x s classes first.
 */

/** Neighbouring places along an axis, and the kernel places that reach them inside the map. */
interface Run {
  /** First place, counted in steps of the class. */
  readonly start: number;
  readonly count: number;
  /** Kernel places, and for each the place that it takes for place 0 of the class. */
  readonly taps: readonly { readonly tap: number; readonly at: number }[];
}

/**
 * @param count places computed along the axis
 * @param size places of the map that is read
 * @param taps kernel places with the place that each takes for place 0
 * @param step by how much the place taken moves from one computed place to the next
 */
function runsOf(count: number, size: number, taps: Run['taps'], step: number): Run[] {
  const runs: { start: number; count: number; taps: Run['taps'] }[] = [];
  for (let place = 0; place < count; place++) {
    const inside = taps.filter(({ at }) => at + place * step >= 0 && at + place * step < size);
    const before = runs.at(-1);
    if (before && before.taps.length === inside.length && before.taps.every((tap, i) => tap === inside[i]))
      before.count++;
    else runs.push({ start: place, count: 1, taps: inside });
  }
  return runs;
}

/** A rectangle of places with the terms that reach it. */
export interface Region {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
  /** Kernel places, `row * columns of the kernel + column`, with the byte offset that each takes within a channel. */
  readonly taps: readonly { readonly place: number; readonly offset: number }[];
}

function regionsOf(rows: readonly Run[], columns: readonly Run[], kernelColumns: number, read: MapLayout): Region[] {
  const { row: pitch } = pitchesOf(read);
  return rows.flatMap((down) =>
    columns.map(
      (right): Region => ({
        row: down.start,
        column: right.start,
        rows: down.count,
        columns: right.count,
        taps: down.taps.flatMap((i) =>
          right.taps.map((j) => ({ place: i.tap * kernelColumns + j.tap, offset: i.at * pitch + j.at * LANE_BYTES })),
        ),
      }),
    ),
  );
}

const allTaps = (size: number, padding: number): Run['taps'] =>
  Array.from({ length: size }, (_, tap) => ({ tap, at: tap - padding }));

/** The regions of a convolution's output. */
export function forwardRegions(
  { kernel, stride, padding }: ConvolutionLayer,
  input: MapLayout,
  output: MapLayout,
): Region[] {
  const rows = runsOf(output.shape.height, input.shape.height, allTaps(kernel[0], padding), stride);
  const columns = runsOf(output.shape.width, input.shape.width, allTaps(kernel[1], padding), stride);
  return regionsOf(rows, columns, kernel[1], input);
}

/** The greatest offset of taps: the last byte address that a place reads of its first channel. */
export const reachOf = (taps: readonly { readonly offset: number }[]): number =>
  taps.reduce((most, { offset }) => Math.max(most, offset), 0);

/** The same of a convolution's output. */
export function forwardReach({ kernel, padding }: ConvolutionLayer, input: MapLayout): number {
  return (kernel[0] - 1 - padding) * pitchesOf(input).row + (kernel[1] - 1 - padding) * LANE_BYTES;
}

/** Neighbouring places that a sparse convolution computes together. */
const PLACES = 8;
/** Bytes of the windows of a tile of channels, which stay in the first-level cache. */
const TILE_BYTES = 32_768;

/**
 * Channels whose windows stay in the cache while neighbouring places are computed for all outputs.
 *
 * @param columns places of a row of what is computed
 * @param step by how many places the window moves
 */
export function cachedChannels(kernel: readonly [number, number], columns: number, step: number): number {
  const across = (Math.min(PLACES, columns) - 1) * step + kernel[1];
  return Math.floor(TILE_BYTES / (kernel[0] * across * LANE_BYTES));
}

/** Offsets of all terms of an output, (input channel, kernel row, kernel column), from its window's first place. */
export function forwardOffsets({ inputs, kernel, padding }: ConvolutionLayer, input: MapLayout): Int32Array {
  const { row, channel } = pitchesOf(input);
  const offsets: number[] = [];
  for (let c = 0; c < inputs; c++) {
    for (let i = 0; i < kernel[0]; i++) {
      for (let j = 0; j < kernel[1]; j++) {
        offsets.push(c * channel + (i - padding) * row + (j - padding) * LANE_BYTES);
      }
    }
  }
  return Int32Array.from(offsets);
}

/** Places of the input that the same kernel places may reach: every `stride`-th from (row, column) on. */
export interface PlaceClass {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
  /** Kernel places, with the byte offset into the output's gradient that each takes for the class's first place. */
  readonly taps: readonly { readonly place: number; readonly offset: number }[];
  readonly regions: readonly Region[];
}

/** The classes of an input's places, `stride` x `stride` of them. */
export function placeClasses(
  { kernel, stride, padding }: ConvolutionLayer,
  { shape }: MapLayout,
  output: MapLayout,
): PlaceClass[] {
  const { row: pitch } = pitchesOf(output);
  const tapsFor = (first: number, size: number): Run['taps'] =>
    Array.from({ length: size }, (_, tap) => ({ tap, at: (first + padding - tap) / stride })).filter(({ at }) =>
      Number.isInteger(at),
    );
  const classes: PlaceClass[] = [];
  for (let row = 0; row < Math.min(stride, shape.height); row++) {
    for (let column = 0; column < Math.min(stride, shape.width); column++) {
      const [down, right] = [tapsFor(row, kernel[0]), tapsFor(column, kernel[1])];
      const rows = Math.ceil((shape.height - row) / stride);
      const columns = Math.ceil((shape.width - column) / stride);
      const taps = down.flatMap((i) =>
        right.map((j) => ({ place: i.tap * kernel[1] + j.tap, offset: i.at * pitch + j.at * LANE_BYTES })),
      );
      const regions = regionsOf(
        runsOf(rows, output.shape.height, down, 1),
        runsOf(columns, output.shape.width, right, 1),
        kernel[1],
        output,
      );
      classes.push({ row, column, rows, columns, taps, regions });
    }
  }
  return classes;
}

/** Offsets of a region's dense terms, and where their weights stand among a row of the class's (or layer's) terms. */
export function regionTables(
  region: Region,
  channels: number,
  channelPitch: number,
  all: readonly { readonly place: number }[],
): { readonly offset: Int32Array; readonly index: Int32Array | null } {
  const offset: number[] = [];
  const index: number[] = [];
  const where = new Map(all.map(({ place }, i) => [place, i]));
  for (let c = 0; c < channels; c++) {
    for (const tap of region.taps) {
      offset.push(c * channelPitch + tap.offset);
      index.push(c * all.length + (where.get(tap.place) as number));
    }
  }
  const whole = region.taps.length === all.length;
  return { offset: Int32Array.from(offset), index: whole ? null : Int32Array.from(index) };
}

/** Places of a class's weights for input channel 0, in the order (output channel, kernel row, kernel column). */
export function backwardIndex({ inputs, outputs, kernel }: ConvolutionLayer, { taps }: PlaceClass): Int32Array {
  const area = kernel[0] * kernel[1];
  return Int32Array.from({ length: outputs * taps.length }, (_, t) => {
    const o = Math.floor(t / taps.length);
    return o * inputs * area + taps[t % taps.length].place;
  });
}

/** The compressed rows of a class: for each input channel, its surviving terms in order. */
export interface CompressedClass {
  readonly starts: Int32Array;
  readonly offset: Int32Array;
  /** Output channel of each term. */
  readonly channel: Int32Array;
  /** Place of each term's weight among the stored ones. */
  readonly place: Int32Array;
}

/**
 * @param positions places in `[outputs][inputs][rows][columns]` of the stored weights, ascending
 */
export function compressedClass(
  { inputs, kernel }: ConvolutionLayer,
  { taps }: PlaceClass,
  output: MapLayout,
  positions: Int32Array,
): CompressedClass {
  const { channel: pitch } = pitchesOf(output);
  const area = kernel[0] * kernel[1];
  const byPlace = new Map(taps.map(({ place, offset }) => [place, offset]));
  const starts = new Int32Array(inputs + 1);
  for (const position of positions) {
    if (byPlace.has(position % area)) starts[(Math.floor(position / area) % inputs) + 1]++;
  }
  for (let c = 0; c < inputs; c++) starts[c + 1] += starts[c];
  const offset = new Int32Array(starts[inputs]);
  const channel = new Int32Array(starts[inputs]);
  const place = new Int32Array(starts[inputs]);
  const next = starts.slice();
  positions.forEach((position, k) => {
    const inside = byPlace.get(position % area);
    if (inside === undefined) return;
    const at = next[Math.floor(position / area) % inputs]++;
    channel[at] = Math.floor(position / (area * inputs));
    offset[at] = channel[at] * pitch + inside;
    place[at] = k;
  });
  return { starts, offset, channel, place };
}
