import type { Kernels } from '../kernels/kernels.js';
import type { LinearLayer } from '../networks/network.js';

/**
 * How one layer's weights lie in the arena. Dense: `[outputs][inputs]`, with a word a weight for the mask where there is
 * one. Sparse: compressed rows of surviving weights, with the transposed rows beside them for the input gradient.
 */
export interface LayerStorage {
  readonly layer: LinearLayer;
  readonly kind: 'dense' | 'sparse';
  /** Weights stored: all of them, or the survivors. */
  readonly count: number;
  /** Weights that survive. */
  readonly kept: number;
  /** Byte offsets of the stored weights and their gradients. */
  readonly weight: number;
  readonly gradient: number;
  readonly bias: number;
  readonly biasGradient: number;
  /** Dense with a mask: all ones or zeros a weight. */
  readonly mask?: number;
  readonly sparse?: SparseRows;
}

/** Offsets of the index arrays of compressed rows; see `sparse_forward` and `sparse_input_gradient`. */
export interface SparseRows {
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
  readonly row: number;
  readonly place: number;
  /** Place in `[outputs][inputs]` of each stored weight, ascending. */
  readonly positions: Int32Array;
}

/** Bytes of one feature of one lane block. */
export const LANE_BYTES = 64;

/**
 * Share of weights from which a layer is stored densely: there the register-blocked kernels, which compute every
 * weight, take less time than the sparse ones take for the survivors (`lottery bench` shows both).
 */
export const DENSE_FROM = 0.75;

function compressedRows(kernels: Kernels, layer: LinearLayer, mask: Uint8Array | undefined): SparseRows {
  const { inputs, outputs } = layer;
  const positions: number[] = [];
  const rows = new Int32Array(outputs + 1);
  const columns = new Int32Array(inputs + 1);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      const position = o * inputs + i;
      if (mask && mask[position] === 0) continue;
      positions.push(position);
      columns[i + 1]++;
    }
    rows[o + 1] = positions.length;
  }
  for (let i = 0; i < inputs; i++) columns[i + 1] += columns[i];
  const count = positions.length;
  const column = new Int32Array(count);
  const row = new Int32Array(count);
  const place = new Int32Array(count);
  const next = columns.slice();
  for (let o = 0; o < outputs; o++) {
    for (let k = rows[o]; k < rows[o + 1]; k++) {
      const input = positions[k] - o * inputs;
      column[k] = input * LANE_BYTES;
      const at = next[input]++;
      row[at] = o * LANE_BYTES;
      place[at] = k;
    }
  }
  return {
    rows: kernels.place(rows),
    column: kernels.place(column),
    columns: kernels.place(columns),
    row: kernels.place(row),
    place: kernels.place(place),
    positions: Int32Array.from(positions),
  };
}

/** Makes room for a layer's weights, gradients and indices. */
export function storeLayer(
  kernels: Kernels,
  layer: LinearLayer,
  mask: Uint8Array | undefined,
  storage: 'auto' | 'dense' | 'sparse',
): LayerStorage {
  const total = layer.inputs * layer.outputs;
  let kept = total;
  if (mask) {
    if (mask.length !== total) {
      throw new RangeError(`mask of ${layer.name}.weight has ${mask.length} places; the layer has ${total} weights.`);
    }
    kept = 0;
    for (const bit of mask) kept += bit;
  }
  const dense = storage === 'dense' || (storage === 'auto' && kept >= DENSE_FROM * total);
  const sparse = dense ? undefined : compressedRows(kernels, layer, mask);
  let words: Int32Array | undefined;
  if (dense && mask) {
    words = new Int32Array(total);
    for (let i = 0; i < total; i++) words[i] = -mask[i];
  }
  const count = dense ? total : kept;
  return {
    layer,
    kind: dense ? 'dense' : 'sparse',
    count,
    kept,
    weight: kernels.allocate(count * 4),
    gradient: kernels.allocate(count * 4),
    bias: kernels.allocate(layer.outputs * 4),
    biasGradient: kernels.allocate(layer.outputs * 4),
    ...(words ? { mask: kernels.place(words) } : {}),
    ...(sparse ? { sparse } : {}),
  };
}

/** From PyTorch's layout to stored weights: survivors alone, pruned places +0 where they are stored. */
export function packWeights({ sparse, count }: LayerStorage, dense: Float32Array, mask?: Uint8Array): Float32Array {
  const packed = new Float32Array(count);
  if (sparse) {
    for (let k = 0; k < count; k++) packed[k] = dense[sparse.positions[k]];
  } else {
    for (let i = 0; i < count; i++) packed[i] = mask && mask[i] === 0 ? 0 : dense[i];
  }
  return packed;
}

/** From stored weights to PyTorch's layout; pruned places are +0. */
export function unpackWeights({ layer, sparse }: LayerStorage, packed: Float32Array): Float32Array {
  if (!sparse) return packed.slice();
  const dense = new Float32Array(layer.inputs * layer.outputs);
  for (let k = 0; k < packed.length; k++) dense[sparse.positions[k]] = packed[k];
  return dense;
}
