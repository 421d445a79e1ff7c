import type { ConvolutionLayer } from '../networks/network.js';
import { LANE_BYTES, type MapLayout, pitchesOf } from './maps.js';

/**
 * Where the terms of a convolution stand. A term of the output is (input channel, kernel row, kernel column), a term of the
 * gradient to the input (output channel, kernel row, kernel column), each in this order.
 */
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

/** Places of the input that the same taps reach: every `stride`-th from (row, column) on. */
export interface PlaceClass {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
  readonly taps: readonly Tap[];
}

/** A kernel place, and the place of the output's gradient it takes for the class's first place, which may lie outside. */
interface Tap {
  readonly place: number;
  readonly row: number;
  readonly column: number;
}

/** The classes of an input's places, `stride` x `stride` of them; empty ones are left out. */
export function placeClasses({ kernel, stride, padding }: ConvolutionLayer, { shape }: MapLayout): PlaceClass[] {
  const classes: PlaceClass[] = [];
  for (let row = 0; row < Math.min(stride, shape.height); row++) {
    for (let column = 0; column < Math.min(stride, shape.width); column++) {
      const taps: Tap[] = [];
      for (let i = 0; i < kernel[0]; i++) {
        for (let j = 0; j < kernel[1]; j++) {
          const [down, right] = [(row + padding - i) / stride, (column + padding - j) / stride];
          if (!Number.isInteger(down) || !Number.isInteger(right)) continue;
          taps.push({ place: i * kernel[1] + j, row: down, column: right });
        }
      }
      classes.push({
        row,
        column,
        rows: Math.ceil((shape.height - row) / stride),
        columns: Math.ceil((shape.width - column) / stride),
        taps,
      });
    }
  }
  return classes;
}

/** Offsets into the output's gradient, and places of weights, of a class's terms for input channel 0. */
export function backwardTerms(
  { inputs, outputs, kernel }: ConvolutionLayer,
  { taps }: PlaceClass,
  output: MapLayout,
): { offset: Int32Array; index: Int32Array } {
  const { row, channel } = pitchesOf(output);
  const area = kernel[0] * kernel[1];
  const offset: number[] = [];
  const index: number[] = [];
  for (let o = 0; o < outputs; o++) {
    for (const tap of taps) {
      offset.push(o * channel + tap.row * row + tap.column * LANE_BYTES);
      index.push(o * inputs * area + tap.place);
    }
  }
  return { offset: Int32Array.from(offset), index: Int32Array.from(index) };
}

/** The compressed rows of a class: for each input channel, its surviving terms in order. */
export interface CompressedClass {
  readonly starts: Int32Array;
  readonly offset: Int32Array;
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
  const { row, channel } = pitchesOf(output);
  const area = kernel[0] * kernel[1];
  const byPlace = new Map(taps.map((tap) => [tap.place, tap.row * row + tap.column * LANE_BYTES]));
  const starts = new Int32Array(inputs + 1);
  for (const position of positions) {
    if (byPlace.has(position % area)) starts[(Math.floor(position / area) % inputs) + 1]++;
  }
  for (let c = 0; c < inputs; c++) starts[c + 1] += starts[c];
  const offset = new Int32Array(starts[inputs]);
  const place = new Int32Array(starts[inputs]);
  const next = starts.slice();
  positions.forEach((position, k) => {
    const inside = byPlace.get(position % area);
    if (inside === undefined) return;
    const at = next[Math.floor(position / area) % inputs]++;
    offset[at] = Math.floor(position / (area * inputs)) * channel + inside;
    place[at] = k;
  });
  return { starts, offset, place };
}
