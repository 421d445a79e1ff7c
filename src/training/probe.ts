import type { Kernels } from '../kernels/kernels.js';
import type { Doubles, Tensors } from '../networks/network.js';
import { ExamplePasses, type ProbePlan } from './example-passes.js';
import { NORMALISATION } from './forward.js';
import { LANE_BYTES, LANES, pitchesOf } from './maps.js';
import { unpackTensor } from './packing.js';
import type { StoredTensor } from './storage.js';

export type { Doubles } from '../networks/network.js';
export type { ProbePlan } from './example-passes.js';

/**
 * What a network's gradients and outputs are over some examples, without learning from them: for scores by gradients, at pruned
 * weights as at survivors, for initialisers that look at outputs, and for what is measured of a ticket alone. Batch
 * normalisation uses each batch's own statistics; dropout does nothing.
 *
 * It takes over the arena of its kernels, as a trainer does.
 */
export class Probe {
  readonly #kernels: Kernels;
  readonly #plan: ProbePlan;
  readonly #passes: ExamplePasses;

  /** @throws RangeError when shapes do not agree */
  constructor(kernels: Kernels, plan: ProbePlan) {
    this.#kernels = kernels;
    this.#plan = plan;
    this.#passes = new ExamplePasses(kernels, plan);
  }

  /** Floating-point operations so far. */
  get flops(): number {
    return this.#passes.flops;
  }

  /** Examples sent through so far, each time counted. */
  get examples(): number {
    return this.#passes.examples;
  }

  get #trained(): readonly StoredTensor[] {
    return this.#passes.storage.tensors.filter(({ gradient }) => gradient !== 0);
  }

  /** Sums a term of every trained value's gradient over batches, divided by the number of examples; in PyTorch's layout. */
  #sum(weights: Tensors, term: (gradient: number, live: number) => number): Map<string, Float64Array> {
    const trained = this.#trained;
    const sums = new Map(trained.map(({ parameter }) => [parameter.name, new Float64Array(parameter.size)]));
    this.#passes.forwardAndBackward(weights, (live) => {
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
   * @throws RangeError unless the plan's batch is 1
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
    const trained = this.#trained;
    let example = 0;
    this.#passes.forward(weights, (live) => {
      for (let place = 0; place < live; place++) {
        this.#passes.backwardFromLogit(place, logit);
        const gradients = trained.map((tensor): [string, Float32Array] => [
          tensor.parameter.name,
          unpackTensor(tensor, this.#kernels.floats(tensor.gradient, tensor.count)),
        ]);
        each(example++, new Map(gradients));
      }
    });
  }

  /**
   * The Euclidean norm of each input of a layer with weights over all examples: `[inputs]` by the weight tensor's name; an
   * input of a convolution is a channel's whole map.
   */
  inputNorms(weights: Tensors): Doubles {
    const readers = this.#passes.layout.nodes.filter(
      ({ layer }) => layer.kind === 'linear' || layer.kind === 'convolution',
    );
    const sums = new Map(
      readers.map(({ name, layer }) => [`${name}.weight`, new Float64Array('inputs' in layer ? layer.inputs : 0)]),
    );
    this.#passes.forward(weights, (live) => {
      for (const { name, layer, sourceSlots } of readers) {
        const sum = sums.get(`${name}.weight`) as Float64Array;
        const { layout, first } = this.#passes.values[sourceSlots[0]];
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
   * The running statistics of every batch normalisation, recomputed: the means over all examples of each batch's mean and
   * unbiased variance, by which that batch is normalised. By the names of `running_mean` and `running_var`.
   */
  statistics(weights: Tensors): Doubles {
    const running = [...this.#passes.storage.normalisations.values()].flatMap(({ mean, variance }) => [mean, variance]);
    const sums = new Map(running.map(({ parameter }) => [parameter.name, new Float64Array(parameter.size)]));
    // Running statistics that start at zero hold, after a batch, a known share of its statistics and of nothing else.
    const fromZero = new Map(
      [...weights].map(([name, values]) => [name, sums.has(name) ? new Float32Array(values.length) : values]),
    );
    this.#passes.forward(fromZero, (live) => {
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
   * The variance of a layer's outputs over all examples, before any activation: the mean of squares minus the square of the
   * mean. Both are sums in double precision, one value after another, batch by batch and in each by lane block, channel, row,
   * column and example. Later layers are not computed.
   *
   * @param layer the name of a layer with weights
   * @throws RangeError when the network has no such layer
   */
  outputVariance(weights: Tensors, layer: string): number {
    const place = this.#passes.layout.nodes.findIndex(({ name }) => name === layer);
    const node = this.#passes.layout.nodes[place];
    if (node?.layer.kind !== 'linear' && node?.layer.kind !== 'convolution') {
      throw new RangeError(`network ${this.#plan.network.name} has no layer with weights named ${layer}.`);
    }
    const { layout, first } = this.#passes.values[node.slot];
    const { block, channel, row } = pitchesOf(layout);
    const { channels, height, width } = layout.shape;
    let [count, sum, squares] = [0, 0, 0];
    const add = (live: number) => {
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
    };
    this.#passes.forward(weights, add, place);
    const mean = sum / count;
    return squares / count - mean * mean;
  }
}
