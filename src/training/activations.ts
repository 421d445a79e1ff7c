import type { Dataset } from '../data/dataset.js';
import type { Kernels } from '../kernels/kernels.js';
import { type Program, ProgramBuilder } from '../kernels/program.js';
import { stateLayout } from '../kernels/state.js';
import type { Activation, Mask, Network, Tensors } from '../networks/network.js';
import { sizeOf } from '../networks/shapes.js';
import { stream } from '../random/stream.js';
import { addGather } from './batch.js';
import { allocateSlots, batchSize, type PlacedMap } from './buffers.js';
import { addNode } from './forward.js';
import { layOut, type NetworkLayout, type PlacedNode } from './layout.js';
import { LANES, pitchesOf } from './maps.js';
import { placeTensors } from './packing.js';
import { finishStep, type Pass } from './pass.js';
import { checkShapes, placeNormalisation, residentDataset } from './resident.js';
import { type NetworkStorage, storeNetwork } from './storage.js';
import type { Normalisation } from './types.js';

/** Places in the training or in the test set, in the order in which they are read. */
export interface ExamplePlaces {
  readonly of: 'train' | 'test';
  readonly places: Int32Array;
}

/** The network and the examples whose activations are read. */
export interface ActivationsPlan {
  readonly network: Network;
  readonly dataset: Dataset;
  readonly normalisation: Normalisation;
  /** One after another. */
  readonly examples: readonly ExamplePlaces[];
  /** Pruned weights count as +0 whatever is given for them; default: the dense network. */
  readonly mask?: Mask;
}

/** A layer whose values are read. */
export interface SeenLayer {
  /** The activation's own name; of one without, that of the layer with weights, or of the addition, before it. `output` is the last. */
  readonly name: string;
  /** Null for the last layer, whose outputs are the logits. */
  readonly activation: Activation | null;
  /** Values an example: a map is flattened, `[channel][row][column]`, or where that is too wide each channel's mean is taken. */
  readonly units: number;
  readonly values: 'all' | 'channel-means';
}

/** Of a map with more values an example than this, only the means of its channels are read. */
export const WIDEST_MAP = 4096;

/** Examples of a batch. */
const BATCH = 64;

interface ReadLayer extends SeenLayer {
  readonly node: PlacedNode;
}

/**
 * Reads the outputs of a network's layers: every hidden layer after its activation, and the logits, as in evaluation, with
 * running statistics and without dropout. Compiled once for a mask, then for any number of weights.
 *
 * Every layer keeps a buffer of its own until a batch has gone through. Where an activation works in place on another layer's
 * output, only the activation's is read; nothing later changes it.
 *
 * It takes over the arena of its kernels, as a trainer does.
 */
export class Activations {
  readonly #kernels: Kernels;
  readonly #layout: NetworkLayout;
  readonly #storage: NetworkStorage;
  readonly #maps: readonly PlacedMap[];
  readonly #state: number;
  readonly #parts: readonly { readonly program: Program; readonly count: number }[];
  readonly #layers: readonly ReadLayer[];
  /** Examples whose values are read. */
  readonly count: number;

  /** @throws RangeError when shapes do not agree */
  constructor(kernels: Kernels, { network, dataset, normalisation, examples, mask }: ActivationsPlan) {
    checkShapes(network, dataset, normalisation);
    const resident = residentDataset(kernels, dataset);
    this.#kernels = kernels;
    this.#layout = layOut(network);
    this.#storage = storeNetwork(kernels, network, this.#layout, mask, 'auto');
    this.#maps = allocateSlots(kernels, this.#layout, batchSize(BATCH));
    this.#state = kernels.allocate(stateLayout.bytes);
    this.#layers = layersRead(this.#layout);
    const pixels = placeNormalisation(kernels, normalisation, dataset);
    this.#parts = examples.map(({ of, places }) => {
      const [images, labels] =
        of === 'train' ? [resident.trainImages, resident.trainLabels] : [resident.testImages, resident.testLabels];
      const pass = this.#begin(places.length);
      addGather(pass, { ...pixels, images, labels, indices: kernels.place(places) }, this.#maps[0]);
      this.#layout.nodes.forEach((_, place) => {
        addNode(pass, place, this.#maps, 'evaluation');
      });
      return { program: finishStep(pass, kernels), count: places.length };
    });
    this.count = this.#parts.reduce((sum, { count }) => sum + count, 0);
  }

  #begin(count: number): Pass {
    const pass: Pass = {
      builder: new ProgramBuilder(),
      layout: this.#layout,
      storage: this.#storage,
      state: this.#state,
      size: batchSize(BATCH),
      dropoutStream: (place) => stream(0, 'dropout', place),
    };
    const note = { shape: `${BATCH} of ${count}`, flops: 0, bytes: 0 };
    pass.builder.add('range', { state: this.#state, count, batch: BATCH }, note);
    return pass;
  }

  /** What is read, first layer first; the logits last. */
  get layers(): readonly SeenLayer[] {
    return this.#layers.map(({ node: _, ...layer }) => layer);
  }

  /**
   * Every layer's values at some weights, `[examples][units]` by its name, in the order of `layers`.
   *
   * @param weights in PyTorch's layout
   * @throws RangeError when a tensor is missing or is not the network's
   */
  read(weights: Tensors): Map<string, Float32Array> {
    placeTensors(this.#kernels, this.#storage.tensors, weights);
    const found = new Map(this.#layers.map(({ name, units }) => [name, new Float32Array(this.count * units)]));
    let before = 0;
    for (const { program, count } of this.#parts) {
      this.#kernels.bytes(this.#state, stateLayout.bytes).fill(0);
      for (let from = 0; from < count; from += BATCH) {
        program.run();
        const live = Math.min(BATCH, count - from);
        for (const layer of this.#layers) this.#take(layer, live, before + from, found.get(layer.name) as Float32Array);
      }
      before += count;
    }
    return found;
  }

  /** The values of one layer for the batch that has gone through. */
  #take({ node, units, values }: ReadLayer, live: number, from: number, out: Float32Array): void {
    const { layout, first } = this.#maps[node.slot];
    const { block, channel, row } = pitchesOf(layout);
    const { channels, height, width } = layout.shape;
    for (let at = 0; at < live; at += LANES) {
      const lanes = Math.min(LANES, live - at);
      const begin = first + (at / LANES) * block;
      const rowOut = (from + at) * units;
      for (let c = 0; c < channels; c++) {
        for (let i = 0; i < height; i++) {
          const read = this.#kernels.floats(begin + c * channel + i * row, width * LANES);
          for (let j = 0; j < width; j++) {
            const unit = values === 'all' ? (c * height + i) * width + j : c;
            for (let lane = 0; lane < lanes; lane++) {
              const place = rowOut + lane * units + unit;
              if (values === 'all') out[place] = read[j * LANES + lane];
              else out[place] += read[j * LANES + lane] / (height * width);
            }
          }
        }
      }
    }
  }
}

/** Layers that are read: activations, and the last layer. */
function layersRead({ nodes }: NetworkLayout): ReadLayer[] {
  let computed = '';
  const taken = new Set(['output']);
  const namer = (node: PlacedNode): string => {
    const name = node.layer.name ?? computed;
    // Where several activations follow one layer, the others go by their places.
    const own = name === '' || taken.has(name) ? node.name : name;
    taken.add(own);
    return own;
  };
  return nodes.flatMap((node, place): ReadLayer[] => {
    const { layer, outputShape } = node;
    if (['linear', 'convolution', 'addition'].includes(layer.kind)) computed = layer.name ?? node.name;
    const isLast = place === nodes.length - 1;
    if (layer.kind !== 'activation' && !isLast) return [];
    const whole = sizeOf(outputShape);
    const tooWide = whole > WIDEST_MAP && whole > outputShape.channels && !isLast;
    return [
      {
        node,
        name: isLast ? 'output' : namer(node),
        activation: isLast || layer.kind !== 'activation' ? null : layer.activation,
        units: tooWide ? outputShape.channels : whole,
        values: tooWide ? 'channel-means' : 'all',
      },
    ];
  });
}
