import type { Dataset } from '../data/dataset.js';
import type { Kernels } from '../kernels/kernels.js';
import { type Program, ProgramBuilder } from '../kernels/program.js';
import { stateLayout } from '../kernels/state.js';
import type { Doubles, Mask, Network, Tensors } from '../networks/network.js';
import { stream } from '../random/stream.js';
import { BackwardPass } from './backward.js';
import { addGather, addLoss, type BatchSource } from './batch.js';
import { allocateSlots, batchSize, type PlacedMap } from './buffers.js';
import { addNode, NORMALISATION } from './forward.js';
import { layOut, type NetworkLayout } from './layout.js';
import { LANE_BYTES, LANES, pitchesOf } from './maps.js';
import { placeTensors, unpackTensor } from './packing.js';
import { finishStep, type Pass } from './pass.js';
import { placeNormalisation, residentDataset } from './resident.js';
import { type NetworkStorage, storeNetwork } from './storage.js';
import type { Normalisation } from './types.js';

export type { Doubles } from '../networks/network.js';

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
  /** Where only survivors are looked at: pruned weights are then +0 whatever is given for them, and so are their gradients. */
  readonly mask?: Mask;
}

/**
 * A network through which examples are sent forward and backward without learning from them: for scores that look at
 * gradients, at weights that are pruned as at those that survive, for initialisers that look at outputs, and for what is
 * measured of a ticket alone. Batch normalisation takes each batch's own statistics; dropout lets everything pass.
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
  readonly #source: BatchSource;
  #program: Program | undefined;
  #fromLogits: { readonly program: Program; readonly logits: number } | undefined;
  /** By the place of the last node that they compute. */
  readonly #forward = new Map<number, Program>();
  #flops = 0;
  #seen = 0;

  /** @throws RangeError when shapes do not agree */
  constructor(kernels: Kernels, plan: ProbePlan) {
    const { dataset, normalisation, examples, batch, mask } = plan;
    this.#kernels = kernels;
    this.#plan = plan;
    const network = withoutDropout(plan.network);
    const resident = residentDataset(kernels, dataset);
    this.#layout = layOut(network);
    this.#storage = storeNetwork(kernels, network, this.#layout, mask, mask === undefined ? 'dense' : 'auto');
    this.#state = kernels.allocate(stateLayout.bytes);
    this.#values = allocateSlots(kernels, this.#layout, batchSize(batch));
    this.#source = {
      images: resident.trainImages,
      labels: resident.trainLabels,
      indices: kernels.place(examples),
      ...placeNormalisation(kernels, normalisation),
    };
  }

  #emptyPass(): Pass {
    return {
      builder: new ProgramBuilder(),
      layout: this.#layout,
      storage: this.#storage,
      state: this.#state,
      size: batchSize(this.#plan.batch),
      dropoutStream: (place) => stream(0, 'dropout', place),
    };
  }

  /** The beginning of a program: the next batch, and the nodes up to one of them. */
  #passTo(last: number): Pass {
    const { examples, batch } = this.#plan;
    const pass = this.#emptyPass();
    pass.builder.add(
      'range',
      { state: this.#state, count: examples.length, batch },
      { shape: `${batch} of ${examples.length}`, flops: 0, bytes: 0 },
    );
    addGather(pass, this.#source, this.#values[0]);
    for (let place = 0; place <= last; place++) addNode(pass, place, this.#values, 'training');
    return pass;
  }

  /** Forward and backward. */
  #whole(): Program {
    if (this.#program === undefined) {
      const { nodes } = this.#layout;
      const { network, labelSmoothing = 0 } = this.#plan;
      const pass = this.#passTo(nodes.length - 1);
      const backward = new BackwardPass(this.#kernels, pass, this.#values);
      const logits = this.#values[nodes[nodes.length - 1].slot].first;
      addLoss(pass, this.#source, network.classes, logits, backward.logits.first, labelSmoothing);
      backward.add();
      this.#program = finishStep(pass, this.#kernels);
    }
    return this.#program;
  }

  /** Forward alone, up to a node: what comes after it could work on its output in place. */
  #forwardTo(last: number): Program {
    const program = this.#forward.get(last) ?? finishStep(this.#passTo(last), this.#kernels);
    this.#forward.set(last, program);
    return program;
  }

  /** Backward alone, and where it finds the gradient of the logits, `[block][class][16]`, which it may overwrite. */
  #backwardFromLogits(): { readonly program: Program; readonly logits: number } {
    if (this.#fromLogits === undefined) {
      const pass = this.#emptyPass();
      const backward = new BackwardPass(this.#kernels, pass, this.#values);
      const logits = backward.logits.first;
      backward.add();
      this.#fromLogits = { program: pass.builder.build(this.#kernels), logits };
    }
    return this.#fromLogits;
  }

  /** Floating-point operations so far. */
  get flops(): number {
    return this.#flops;
  }

  /** Examples sent through so far, each time counted. */
  get examples(): number {
    return this.#seen;
  }

  /** Sends every example through a program once, and tells of each batch when what it computes lies in the arena. */
  #through(program: Program, weights: Tensors, each: (live: number) => void): void {
    const { examples, batch } = this.#plan;
    placeTensors(this.#kernels, this.#storage.tensors, weights);
    this.#kernels.bytes(this.#state, stateLayout.bytes).fill(0);
    for (let from = 0; from < examples.length; from += batch) {
      const live = Math.min(batch, examples.length - from);
      program.run();
      this.#flops += program.flops;
      this.#seen += live;
      each(live);
    }
  }

  #sum(weights: Tensors, term: (gradient: number, live: number) => number): Map<string, Float64Array> {
    const trained = this.#storage.tensors.filter(({ gradient }) => gradient !== 0);
    const sums = new Map(trained.map(({ parameter }) => [parameter.name, new Float64Array(parameter.size)]));
    this.#through(this.#whole(), weights, (live) => {
      for (const { parameter, gradient, count, positions } of trained) {
        const sum = sums.get(parameter.name) as Float64Array;
        const values = this.#kernels.floats(gradient, count);
        if (positions) for (let i = 0; i < count; i++) sum[positions[i]] += term(values[i], live);
        else for (let i = 0; i < count; i++) sum[i] += term(values[i], live);
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
   * The gradient of one logit of each example, with respect to every trained tensor, in single precision. In batch
   * normalisation an example's logit depends on all examples of its batch, and the gradient is that of the whole.
   *
   * @param logit the class, from 0
   * @param each called with the example's place in the plan, in order
   */
  logitGradients(weights: Tensors, logit: number, each: (example: number, gradients: Tensors) => void): void {
    const { network, batch } = this.#plan;
    const trained = this.#storage.tensors.filter(({ gradient }) => gradient !== 0);
    const { program, logits } = this.#backwardFromLogits();
    const rows = network.classes * LANES;
    let example = 0;
    this.#through(this.#forwardTo(this.#layout.nodes.length - 1), weights, (live) => {
      for (let place = 0; place < live; place++) {
        const given = this.#kernels.floats(logits, rows * batchSize(batch).blocks).fill(0);
        given[Math.floor(place / LANES) * rows + logit * LANES + (place % LANES)] = 1;
        program.run();
        this.#flops += program.flops;
        const gradients = trained.map((tensor): [string, Float32Array] => [
          tensor.parameter.name,
          unpackTensor(tensor, this.#kernels.floats(tensor.gradient, tensor.count)),
        ]);
        each(example++, new Map(gradients));
      }
    });
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
    this.#through(this.#forwardTo(this.#layout.nodes.length - 1), weights, (live) => {
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

  /**
   * The running statistics of every batch normalisation, taken anew: the means over all examples of each batch's mean and
   * unbiased variance, which that batch is normalised by on its way. By the names of `running_mean` and `running_var`.
   */
  statistics(weights: Tensors): Doubles {
    const running = [...this.#storage.normalisations.values()].flatMap(({ mean, variance }) => [mean, variance]);
    const sums = new Map(running.map(({ parameter }) => [parameter.name, new Float64Array(parameter.size)]));
    // From nought on a batch leaves its share of its own statistics and of nothing else.
    const fromNought = new Map(
      [...weights].map(([name, values]) => [name, sums.has(name) ? new Float32Array(values.length) : values]),
    );
    this.#through(this.#forwardTo(this.#layout.nodes.length - 1), fromNought, (live) => {
      for (const { parameter, value, count } of running) {
        const sum = sums.get(parameter.name) as Float64Array;
        const values = this.#kernels.floats(value, count);
        for (let i = 0; i < count; i++) sum[i] += (values[i] / NORMALISATION.momentum) * live;
        values.fill(0);
      }
    });
    const { length } = this.#plan.examples;
    for (const sum of sums.values()) for (let i = 0; i < sum.length; i++) sum[i] /= length;
    return sums;
  }

  /**
   * The variance of all that a weight layer puts out over all examples, before any activation: the mean of squares less the
   * square of the mean. Both means are of sums in double precision, one value after another, batch by batch and in each by
   * lane block, channel, row, column and example. What comes after the layer is not computed.
   *
   * @throws RangeError when no weight layer is called so
   */
  outputVariance(weights: Tensors, layer: string): number {
    const place = this.#layout.nodes.findIndex(({ name }) => name === layer);
    const node = this.#layout.nodes[place];
    if (node?.layer.kind !== 'linear' && node?.layer.kind !== 'convolution') {
      throw new RangeError(`${layer} is no layer with weights of ${this.#plan.network.name}.`);
    }
    const { layout, first } = this.#values[node.slot];
    const { block, channel, row } = pitchesOf(layout);
    const { channels, height, width } = layout.shape;
    let [count, sum, squares] = [0, 0, 0];
    this.#through(this.#forwardTo(place), weights, (live) => {
      for (let at = 0; at < live; at += LANES) {
        const lanes = Math.min(LANES, live - at);
        const begin = first + (at / LANES) * block;
        for (let c = 0; c < channels; c++) {
          for (let i = 0; i < height; i++) {
            const values = this.#kernels.floats(begin + c * channel + i * row, width * LANES);
            for (let j = 0; j < values.length; j += LANES) {
              for (let lane = j; lane < j + lanes; lane++) {
                sum += values[lane];
                squares += values[lane] * values[lane];
              }
            }
          }
        }
        count += lanes * channels * height * width;
      }
    });
    const mean = sum / count;
    return squares / count - mean * mean;
  }
}

function withoutDropout(network: Network): Network {
  const layers = network.layers.map((layer) => (layer.kind === 'dropout' ? { ...layer, rate: 0 } : layer));
  return { ...network, layers };
}
