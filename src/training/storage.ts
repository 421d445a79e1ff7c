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
import { type CompressedRows, placeLinearRows } from './compressed-rows.js';
import { type ClassTables, placeConvolutionTables, type RegionTables } from './convolution-storage.js';
import type { NetworkLayout, PlacedNode } from './layout.js';

/** One tensor in the arena: all of its values, or the surviving ones. */
export interface StoredTensor {
  readonly parameter: Parameter;
  /** Values stored. */
  readonly count: number;
  /** Byte offset of the values. */
  readonly value: number;
  /** Byte offset of the gradient; 0 for running statistics, which have none. */
  readonly gradient: number;
  /** Where the stored values stand in PyTorch's layout, ascending; default: all of them. */
  readonly positions?: Int32Array;
  /** The mask of a densely stored tensor whose pruned places are +0. */
  readonly bits?: Uint8Array;
  /** The mask's words where pruned places keep their start value: see `mask_gradient`. */
  readonly survivors?: number;
  /** Where its mask is learned: byte offsets of the scores, which are trained, and of the values that they choose among. */
  readonly learned?: { readonly scores: number; readonly frozen: number };
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
  /** Of a convolution: offsets of its terms, where sparse rows begin, the regions of its output, and the classes of its input's places. */
  readonly offset: number;
  readonly rowStarts: number;
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
    const tables = placeTables(kernels, node, layout, positions);
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
      rowStarts: 0,
      regions: [],
      classes: [],
      ...tables,
    });
  }
  return { tensors, weights, normalisations };
}

/** Index tables of a layer with weights, dense or by the places of its surviving weights. */
function placeTables(
  kernels: Kernels,
  { layer, slot, sourceSlots: [source] }: PlacedNode,
  { slots, needsGradient }: NetworkLayout,
  positions: Int32Array | undefined,
): Partial<WeightStorage> {
  if (layer.kind === 'convolution') {
    const maps = { input: slots[source], output: slots[slot], needsGradient: needsGradient[source] };
    return placeConvolutionTables(kernels, layer, maps, positions);
  }
  return layer.kind === 'linear' && positions ? placeLinearRows(kernels, layer, positions) : {};
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
