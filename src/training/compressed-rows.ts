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

/**
 * Where each row begins in each tile of what it reads, `[tiles + 1][rows]`; the last is where it ends.
 *
 * @param starts where each row begins, `[rows + 1]`
 * @param tileOf the tile of a term, ascending within a row
 */
export function tiledStarts(starts: Int32Array, tiles: number, tileOf: (term: number) => number): Int32Array {
  const rows = starts.length - 1;
  const tiled = new Int32Array((tiles + 1) * rows);
  for (let row = 0; row < rows; row++) {
    let k = starts[row];
    for (let tile = 0; tile <= tiles; tile++) {
      while (k < starts[row + 1] && tileOf(k) < tile) k++;
      tiled[tile * rows + row] = k;
    }
  }
  return tiled;
}

/**
 * How much of what rows read makes a tile: what stays in the first-level cache, or so many times more that rows have enough terms in a
 * tile to be computed in groups.
 *
 * @param fitting as much as stays in the cache
 * @param least terms that a row should have in a tile
 */
export function tileWidth(size: number, fitting: number, terms: number, rows: number, least: number): number {
  let width = Math.max(1, fitting);
  while (width < size && (terms / rows) * (width / size) < least) width *= 2;
  return Math.min(width, size);
}

/** Inputs of a tile: their vectors of four blocks, 32 KiB, stay in the first-level cache. */
const TILE = 128;
/** Survivors that a row should have in a tile, so that computing them in groups pays. */
const TILE_SURVIVORS = 48;

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
  const { inputs, outputs } = layer;
  const width = tileWidth(inputs, TILE, positions.length, outputs, TILE_SURVIVORS);
  const tiles = Math.ceil(inputs / width);
  const starts = tiledStarts(rowStarts(positions, outputs, inputs), tiles, (k) =>
    Math.floor((positions[k] % inputs) / width),
  );
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
