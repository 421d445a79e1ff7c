import type { Kernels } from '../kernels/kernels.js';
import type {
  BatchNormalisationLayer,
  ConvolutionLayer,
  LinearLayer,
  Mask,
  Network,
  Parameter,
} from '../networks/network.js';
import { parametersOf } from '../networks/network.js';
import {
  backwardIndex,
  compressedClass,
  forwardOffsets,
  forwardRegions,
  type PlaceClass,
  placeClasses,
  type Region,
  regionTables,
} from './convolution-tables.js';
import type { NetworkLayout, PlacedNode } from './layout.js';
import { LANE_BYTES, pitchesOf } from './maps.js';

/** One tensor in the arena: all of its values, or the surviving ones. */
export interface StoredTensor {
  readonly parameter: Parameter;
  /** Values stored. */
  readonly count: number;
  /** Byte offset of the values. */
  readonly value: number;
  /** Byte offset of the gradient; 0 for running statistics, which have none. */
  readonly gradient: number;
  /** Where the stored values stand in PyTorch's layout, ascending; all of them unless given. */
  readonly positions?: Int32Array;
  /** The mask of a densely stored tensor whose pruned places are +0. */
  readonly bits?: Uint8Array;
  /** The mask's words where pruned places keep their start value: see `mask_gradient`. */
  readonly survivors?: number;
  /** Where its mask is learned: byte offsets of the scores, which are trained, and of the values that they choose among. */
  readonly learned?: { readonly scores: number; readonly frozen: number };
}

/** Offsets of the index arrays of compressed rows; see `sparse_forward` and `sparse_convolution`. */
export interface CompressedRows {
  readonly starts: number;
  readonly offset: number;
  /** Places of the weights; absent where they follow one another. */
  readonly place?: number;
  /** Tiles that the inputs of a fully connected layer are cut into. */
  readonly tiles?: number;
}

/** A region of places with the tables of its dense terms; index is 0 where all weights of a row are taken in order. */
export interface RegionTables {
  readonly at: Region;
  readonly terms: number;
  readonly offset: number;
  readonly index: number;
}

/** One class of an input's places with its terms, dense or compressed. */
export interface ClassTables {
  readonly at: PlaceClass;
  readonly terms: number;
  /** Dense: where the weights stand, room for them one after another, and the regions. */
  readonly index: number;
  readonly turned: number;
  readonly regions: readonly RegionTables[];
  readonly rows?: CompressedRows;
}

/** How the weights of a fully connected or convolutional layer lie in the arena. */
export interface WeightStorage {
  readonly layer: LinearLayer | ConvolutionLayer;
  readonly kind: 'dense' | 'sparse';
  /** Weights of one output. */
  readonly terms: number;
  /** Weights that survive. */
  readonly kept: number;
  readonly weight: StoredTensor;
  readonly bias?: StoredTensor;
  /** Dense with a mask: all ones or zeros a weight. */
  readonly maskWords?: number;
  /** Sparse: rows of the output, and of the input for a fully connected layer. */
  readonly rows?: CompressedRows;
  readonly columns?: CompressedRows;
  /** Of a convolution: offsets of its terms, the regions of its output, and the classes of its input's places. */
  readonly offset: number;
  readonly regions: readonly RegionTables[];
  readonly classes: readonly ClassTables[];
}

/** The tensors of a batch normalisation, and room for the statistics of the batch. */
export interface NormalisationStorage {
  readonly layer: BatchNormalisationLayer;
  readonly scale: StoredTensor;
  readonly shift: StoredTensor;
  readonly mean: StoredTensor;
  readonly variance: StoredTensor;
  /** Mean and 1 / deviation as applied: the batch's while training, the running ones in evaluation. */
  readonly applied: { readonly mean: number; readonly inverse: number };
}

/** Everything of a network that lies in the arena from step to step, activations apart. */
export interface NetworkStorage {
  /** In the order of `parametersOf`. */
  readonly tensors: readonly StoredTensor[];
  readonly weights: ReadonlyMap<string, WeightStorage>;
  readonly normalisations: ReadonlyMap<string, NormalisationStorage>;
}

/**
 * Share of weights from which a layer is stored densely: there the register-blocked kernels, which compute every
 * weight, take less time than the sparse ones take for the survivors (`lottery bench` shows both).
 */
export const DENSE_FROM = 0.75;

export type StorageChoice = 'auto' | 'dense' | 'sparse';

/**
 * Makes room for a network's tensors and index tables.
 *
 * @param pruned what stands at pruned places: +0, a value of their own, or what a learned mask says
 * @throws RangeError when a mask does not fit its tensor
 */
export function storeNetwork(
  kernels: Kernels,
  network: Network,
  layout: NetworkLayout,
  mask: Mask | undefined,
  choice: StorageChoice,
  pruned: 'zero' | 'frozen' | 'learned' = 'zero',
): NetworkStorage {
  const parameters = new Map(parametersOf(network).map((parameter) => [parameter.name, parameter]));
  const tensors: StoredTensor[] = [];
  const store = (name: string, rest: Partial<StoredTensor> & { count?: number } = {}, trained = true): StoredTensor => {
    const parameter = parameters.get(name) as Parameter;
    const count = rest.count ?? parameter.size;
    const room = Math.ceil(count / 4) * 16;
    const tensor: StoredTensor = {
      ...rest,
      parameter,
      count,
      value: kernels.allocate(room),
      gradient: trained ? kernels.allocate(room) : 0,
    };
    tensors.push(tensor);
    return tensor;
  };
  const weights = new Map<string, WeightStorage>();
  const normalisations = new Map<string, NormalisationStorage>();
  for (const node of layout.nodes) {
    const { layer, name } = node;
    if (layer.kind === 'batch-normalisation') {
      normalisations.set(name, {
        layer,
        scale: store(`${name}.weight`),
        shift: store(`${name}.bias`),
        mean: store(`${name}.running_mean`, {}, false),
        variance: store(`${name}.running_var`, {}, false),
        applied: { mean: kernels.allocate(layer.channels * 4), inverse: kernels.allocate(layer.channels * 4) },
      });
    }
    if (layer.kind !== 'linear' && layer.kind !== 'convolution') continue;
    const parameter = parameters.get(`${name}.weight`) as Parameter;
    const terms = parameter.size / layer.outputs;
    const bits = mask?.get(parameter.name);
    const survivors = bits === undefined ? undefined : survivorsOf(parameter, bits);
    const kept = survivors?.length ?? parameter.size;
    const dense = pruned !== 'zero' || choice === 'dense' || (choice === 'auto' && kept >= DENSE_FROM * parameter.size);
    const positions = dense ? undefined : (survivors ?? Int32Array.from({ length: kept }, (_, i) => i));
    const tables =
      layer.kind === 'convolution' ? convolutionTables(kernels, layer, node, layout, positions) : undefined;
    const linear = layer.kind === 'linear' && positions ? linearRows(kernels, layer, positions) : undefined;
    const maskWords = dense && bits ? kernels.place(Int32Array.from(bits, (bit) => -bit)) : undefined;
    const frozen = pruned === 'frozen' && maskWords !== undefined;
    const room = () => kernels.allocate(parameter.size * 4);
    const weight = store(parameter.name, {
      count: dense ? parameter.size : kept,
      ...(positions ? { positions } : {}),
      ...(dense && bits && !frozen ? { bits } : {}),
      ...(frozen ? { survivors: maskWords } : {}),
      ...(pruned === 'learned' ? { learned: { scores: room(), frozen: room() } } : {}),
    });
    weights.set(name, {
      layer,
      kind: dense ? 'dense' : 'sparse',
      terms,
      kept,
      weight,
      ...(parameters.has(`${name}.bias`) ? { bias: store(`${name}.bias`) } : {}),
      ...(maskWords === undefined ? {} : { maskWords }),
      offset: 0,
      regions: [],
      classes: [],
      ...tables,
      ...linear,
    });
  }
  return { tensors, weights, normalisations };
}

/** Where the survivors stand, ascending. @throws RangeError when the mask is not the tensor's */
export function survivorsOf({ name, size, layer }: Parameter, bits: Uint8Array): Int32Array {
  if (bits.length !== size) {
    throw new RangeError(`mask of ${name} has ${bits.length} places; the layer ${layer} has ${size} weights.`);
  }
  let kept = 0;
  for (const bit of bits) kept += bit;
  const positions = new Int32Array(kept);
  let next = 0;
  for (let i = 0; i < size; i++) if (bits[i] !== 0) positions[next++] = i;
  return positions;
}

/** Starts of the rows of each output among ascending positions. */
function rowStarts(positions: Int32Array, outputs: number, terms: number): Int32Array {
  const starts = new Int32Array(outputs + 1);
  for (const position of positions) starts[Math.floor(position / terms) + 1]++;
  for (let o = 0; o < outputs; o++) starts[o + 1] += starts[o];
  return starts;
}

/** Inputs of a tile: their vectors of four blocks, 32 KiB, stay in the first-level cache. */
const TILE = 128;
/** Survivors that a row should have in a tile, so that taking them in groups pays. */
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

function linearRows(kernels: Kernels, layer: LinearLayer, positions: Int32Array) {
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

function convolutionTables(
  kernels: Kernels,
  layer: ConvolutionLayer,
  { slot, sourceSlots }: PlacedNode,
  { slots, needsGradient }: NetworkLayout,
  positions: Int32Array | undefined,
) {
  const input = slots[sourceSlots[0]];
  const output = slots[slot];
  const offsets = forwardOffsets(layer, input);
  const terms = offsets.length;
  const placed = (regions: readonly Region[], channels: number, pitch: number, all: PlaceClass['taps']) =>
    regions.map((at): RegionTables => {
      const { offset, index } = regionTables(at, channels, pitch, all);
      return {
        at,
        terms: offset.length,
        offset: kernels.place(offset),
        index: index ? kernels.place(index) : 0,
      };
    });
  const wanted = needsGradient[sourceSlots[0]] ? placeClasses(layer, input, output) : [];
  const classes = wanted.map((at): ClassTables => {
    if (positions) {
      const { starts, offset, place } = compressedClass(layer, at, output, positions);
      const rows = { starts: kernels.place(starts), offset: kernels.place(offset), place: kernels.place(place) };
      return { at, terms: place.length, index: 0, turned: 0, regions: [], rows };
    }
    const index = backwardIndex(layer, at);
    return {
      at,
      terms: index.length,
      index: kernels.place(index),
      turned: kernels.allocate(index.length * layer.inputs * 4),
      regions: placed(at.regions, layer.outputs, pitchesOf(output).channel, at.taps),
    };
  });
  const area = Array.from({ length: layer.kernel[0] * layer.kernel[1] }, (_, place) => ({ place, offset: 0 }));
  const regions = positions
    ? []
    : placed(forwardRegions(layer, input, output), layer.inputs, pitchesOf(input).channel, area);
  return {
    offset: kernels.place(offsets),
    regions,
    classes,
    ...(positions
      ? {
          rows: {
            starts: kernels.place(rowStarts(positions, layer.outputs, terms)),
            offset: kernels.place(positions.map((position) => offsets[position % terms])),
          },
        }
      : {}),
  };
}
