import type { Kernels } from '../kernels/kernels.js';
import type { LinearLayer } from '../networks/network.js';
import { LANE_BYTES } from './maps.js';

/** Offsets of the index arrays of compressed rows; see `sparse_forward` and `sparse_convolution`. */
export interface CompressedRows {
  readonly starts: number;
  readonly offset: number;
  /** Places of the weights among the stored ones; absent where they follow one another. */
  readonly place?: number;
  /** Tiles that the inputs of a fully connected layer are cut into. */
  readonly tiles?: number;
}

/** Where the row of each output begins among ascending positions, and where the last ends: `[outputs + 1]`. */
export function rowStarts(positions: Int32Array, outputs: number, terms: number): Int32Array {
  const starts = new Int32Array(outputs + 1);
  for (const position of positions) starts[Math.floor(position / terms) + 1]++;
  for (let o = 0; o < outputs; o++) starts[o + 1] += starts[o];
  return starts;
}

/** Inputs of a tile: their vectors of four blocks, 32 KiB, stay in the first-level cache. */
const TILE = 128;
/** Survivors that a row should have in a tile, so that computing them in groups pays. */
const TILE_SURVIVORS = 48;

/** Where each row begins in each tile of inputs, `[tiles + 1][outputs]`; the last is where it ends. */
function tiledStarts(positions: Int32Array, { inputs, outputs }: LinearLayer): { starts: Int32Array; tiles: number } {
  let width = TILE;
  while (width < inputs && (positions.length / outputs) * (width / inputs) < TILE_SURVIVORS) width *= 2;
  const tiles = Math.ceil(inputs / width);
  const starts = new Int32Array((tiles + 1) * outputs);
  const rows = rowStarts(positions, outputs, inputs);
  for (let o = 0; o < outputs; o++) {
    let k = rows[o];
    for (let tile = 0; tile <= tiles; tile++) {
      while (k < rows[o + 1] && positions[k] - o * inputs < tile * width) k++;
      starts[tile * outputs + o] = k;
    }
  }
  return { starts, tiles };
}

/**
 * Places the compressed rows of a fully connected layer: of its outputs in tiles of inputs, and of its inputs.
 *
 * @param positions places in `[outputs][inputs]` of the surviving weights, ascending
 */
export function placeLinearRows(
  kernels: Kernels,
  layer: LinearLayer,
  positions: Int32Array,
): { readonly rows: CompressedRows; readonly columns: CompressedRows } {
  const { inputs } = layer;
  const { starts, tiles } = tiledStarts(positions, layer);
  const columns = new Int32Array(inputs + 1);
  for (const position of positions) columns[(position % inputs) + 1]++;
  for (let i = 0; i < inputs; i++) columns[i + 1] += columns[i];
  const row = new Int32Array(positions.length);
  const place = new Int32Array(positions.length);
  const next = columns.slice();
  positions.forEach((position, k) => {
    const at = next[position % inputs]++;
    row[at] = Math.floor(position / inputs) * LANE_BYTES;
    place[at] = k;
  });
  return {
    rows: {
      starts: kernels.place(starts),
      offset: kernels.place(positions.map((position) => (position % inputs) * LANE_BYTES)),
      tiles,
    },
    columns: { starts: kernels.place(columns), offset: kernels.place(row), place: kernels.place(place) },
  };
}
