import type { Dataset } from '../data/dataset.js';
import type { Kernels } from '../kernels/kernels.js';
import { type Program, ProgramBuilder } from '../kernels/program.js';
import { stateLayout } from '../kernels/state.js';
import type { Network, Tensors } from '../networks/network.js';
import { stream } from '../random/stream.js';
import { BackwardPass } from './backward.js';
import { allocateSlots, batchSize, type PlacedMap } from './buffers.js';
import { addGather, addLoss, addNode, type Pass } from './forward.js';
import { layOut, type NetworkLayout } from './layout.js';
import { LANE_BYTES, LANES, pitchesOf } from './maps.js';
import { residentDataset } from './resident.js';
import { type NetworkStorage, packTensor, storeNetwork } from './storage.js';
import type { Normalisation } from './types.js';

/** Numbers by tensor's name, in double precision: means over examples are taken in it. */
export type Doubles = ReadonlyMap<string, Float64Array>;

/** What a network is probed with. */
export interface ProbePlan {
  readonly network: Network;
  readonly dataset: Dataset;
  readonly normalisation: Normalisation;
  /** Places in the training set, in the order in which they are taken. */
  readonly examples: Int32Array;
  /** Examples taken at once; the last batch may be short. Batch normalisation sees one batch at a time. */
  readonly batch: number;
  readonly labelSmoothing?: number;
}

/**
 * A dense network through which examples are sent forward and backward without learning from them: for scores that look at
 * gradients, at weights that are pruned as at those that survive. Batch normalisation takes each batch's own statistics;
 * dropout lets everything pass.
 *
 * It takes over the arena of its kernels, as a trainer does.
 */
export class Probe {
  readonly #kernels: Kernels;
  readonly #plan: ProbePlan;
  readonly #layout: NetworkLayout;
  readonly #storage: NetworkStorage;
  readonly #values: readonly PlacedMap[];
  readonly #state: number;
  readonly #program: Program;
  #flops = 0;
  #seen = 0;

  /** @throws RangeError when shapes do not agree */
  constructor(kernels: Kernels, plan: ProbePlan) {
    const { dataset, normalisation, examples, batch } = plan;
    this.#kernels = kernels;
    this.#plan = plan;
    const network = withoutDropout(plan.network);
    const resident = residentDataset(kernels, dataset);
    this.#layout = layOut(network);
    this.#storage = storeNetwork(kernels, network, this.#layout, undefined, 'dense');
    this.#state = kernels.allocate(stateLayout.bytes);
    const size = batchSize(batch);
    this.#values = allocateSlots(kernels, this.#layout, size);
    const pass: Pass = {
      builder: new ProgramBuilder(),
      layout: this.#layout,
      storage: this.#storage,
      state: this.#state,
      size,
      dropoutStream: (place) => stream(0, 'dropout', place),
    };
    const source = {
      images: resident.trainImages,
      labels: resident.trainLabels,
      indices: kernels.place(examples),
      scale: kernels.place(Float32Array.from(normalisation.deviation, (deviation) => 1 / (255 * deviation))),
      shift: kernels.place(
        Float32Array.from(normalisation.mean, (mean, channel) => -mean / normalisation.deviation[channel]),
      ),
    };
    pass.builder.add(
      'range',
      { state: this.#state, count: examples.length, batch },
      { shape: `${batch} of ${examples.length}`, flops: 0, bytes: 0 },
    );
    addGather(pass, source, this.#values[0]);
    const { nodes } = this.#layout;
    nodes.forEach((_, place) => {
      addNode(pass, place, this.#values, 'training');
    });
    const backward = new BackwardPass(kernels, pass, this.#values);
    const logits = this.#values[nodes[nodes.length - 1].slot].first;
    addLoss(pass, source, network.classes, logits, backward.logits.first, plan.labelSmoothing ?? 0);
    backward.add();
    pass.builder.add('advance', { state: this.#state }, { shape: '', flops: 0, bytes: 8 });
    this.#program = pass.builder.build(kernels);
  }

  /** Floating-point operations so far. */
  get flops(): number {
    return this.#flops;
  }

  /** Examples sent through so far, each time counted. */
  get examples(): number {
    return this.#seen;
  }

  /** Sends every example through the network once, and tells of each batch when its gradients lie in the arena. */
  #through(weights: Tensors, each: (live: number) => void): void {
    const { examples, batch } = this.#plan;
    for (const tensor of this.#storage.tensors) {
      const { name, size } = tensor.parameter;
      const values = weights.get(name);
      if (values?.length !== size)
        throw new RangeError(`${name} has ${values?.length ?? 'no'} values; expected ${size}.`);
      this.#kernels.floats(tensor.value, tensor.count).set(packTensor(tensor, values));
    }
    this.#kernels.bytes(this.#state, stateLayout.bytes).fill(0);
    for (let from = 0; from < examples.length; from += batch) {
      const live = Math.min(batch, examples.length - from);
      this.#program.run();
      this.#flops += this.#program.flops;
      this.#seen += live;
      each(live);
    }
  }

  #sum(weights: Tensors, term: (gradient: number, live: number) => number): Map<string, Float64Array> {
    const trained = this.#storage.tensors.filter(({ gradient }) => gradient !== 0);
    const sums = new Map(trained.map(({ parameter }) => [parameter.name, new Float64Array(parameter.size)]));
    this.#through(weights, (live) => {
      for (const { parameter, gradient, count } of trained) {
        const sum = sums.get(parameter.name) as Float64Array;
        const values = this.#kernels.floats(gradient, count);
        for (let i = 0; i < count; i++) sum[i] += term(values[i], live);
      }
    });
    const { length } = this.#plan.examples;
    for (const sum of sums.values()) for (let i = 0; i < sum.length; i++) sum[i] /= length;
    return sums;
  }

  /** The gradient of the mean loss over all examples, of every trained tensor; each batch's in single precision. */
  gradients(weights: Tensors): Doubles {
    return this.#sum(weights, (gradient, live) => gradient * live);
  }

  /**
   * The mean of squared gradients of single examples, the diagonal of the empirical Fisher information.
   *
   * @throws RangeError unless examples are taken one at a time
   */
  squaredGradients(weights: Tensors): Doubles {
    if (this.#plan.batch !== 1) {
      throw new RangeError(`squared gradients are of single examples; the probe takes ${this.#plan.batch} at once.`);
    }
    return this.#sum(weights, (gradient) => gradient * gradient);
  }

  /**
   * The Euclidean norm of what each input of a weight layer was over all examples: `[inputs]` by the weight tensor's name;
   * of a convolution, of a channel's whole map.
   */
  inputNorms(weights: Tensors): Doubles {
    const readers = this.#layout.nodes.filter(({ layer }) => layer.kind === 'linear' || layer.kind === 'convolution');
    const sums = new Map(
      readers.map(({ name, layer }) => [`${name}.weight`, new Float64Array('inputs' in layer ? layer.inputs : 0)]),
    );
    this.#through(weights, (live) => {
      for (const { name, layer, sourceSlots } of readers) {
        const sum = sums.get(`${name}.weight`) as Float64Array;
        const { layout, first } = this.#values[sourceSlots[0]];
        const { block, channel, row } = pitchesOf(layout);
        const { height, width } = layout.shape;
        for (let at = 0; at < live; at += LANES) {
          const lanes = Math.min(LANES, live - at);
          const begin = first + (at / LANES) * block;
          const add = (input: number, offset: number) => {
            const values = this.#kernels.floats(offset, lanes);
            for (const value of values) sum[input] += value * value;
          };
          for (let input = 0; input < sum.length; input++) {
            // What a fully connected layer reads lies one input after another, a map in a row.
            if (layer.kind === 'linear') add(input, begin + input * LANE_BYTES);
            else {
              for (let i = 0; i < height; i++) {
                for (let j = 0; j < width; j++) add(input, begin + input * channel + i * row + j * LANE_BYTES);
              }
            }
          }
        }
      }
    });
    for (const sum of sums.values()) for (let i = 0; i < sum.length; i++) sum[i] = Math.sqrt(sum[i]);
    return sums;
  }
}

function withoutDropout(network: Network): Network {
  const layers = network.layers.map((layer) => (layer.kind === 'dropout' ? { ...layer, rate: 0 } : layer));
  return { ...network, layers };
}
