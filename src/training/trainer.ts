import type { Kernels } from '../kernels/kernels.js';
import { type Program, ProgramBuilder } from '../kernels/program.js';
import { inputSize, type LinearLayer, type Tensors } from '../networks/network.js';
import { stream } from '../random/stream.js';
import { type LayerStorage, packWeights, storeLayer, unpackWeights } from './layer-storage.js';
import {
  activationsAfter,
  addBackward,
  addForward,
  addGather,
  addLoss,
  addOptimiser,
  allocateActivations,
  type BatchSource,
  finish,
  STATE_BYTES,
} from './programs.js';
import { residentDataset } from './resident.js';
import type { TrainingPlan } from './types.js';

/** Mean loss in nats and share of correct answers over a set. */
export interface Evaluation {
  readonly loss: number;
  readonly accuracy: number;
}

/** Examples evaluated at once: activations of this many stay in the second-level cache. */
const EVALUATION_BATCH = 64;

/** Weights and biases as they are stored, layer by layer: quick to take and to put back. */
export type PackedWeights = readonly { readonly weight: Float32Array; readonly bias: Float32Array }[];

interface EvaluationSet {
  readonly program: Program;
  readonly state: number;
  readonly count: number;
}

/** A network compiled for one training plan: its programs, and its weights in the arena. */
export class Trainer {
  readonly #kernels: Kernels;
  readonly #plan: TrainingPlan;
  readonly #layers: readonly LayerStorage[];
  readonly #state: number;
  readonly #validation: EvaluationSet;
  readonly #test: EvaluationSet;
  /** One training step. */
  readonly step: Program;
  readonly #probe: Program;
  #flops = 0;

  /**
   * Compiles the plan and places its start values. Everything in the arena but the data set is given up.
   *
   * @throws RangeError when shapes do not agree
   */
  constructor(kernels: Kernels, plan: TrainingPlan) {
    const { network, dataset, normalisation, batch, trainIndices, validationIndices } = plan;
    const { channels, height, width } = dataset.shape;
    const features = channels * height * width;
    if (inputSize(network) !== features || network.classes !== dataset.classes) {
      throw new RangeError(
        `network ${network.name} takes ${inputSize(network)} inputs and ${network.classes} classes; data set ${dataset.name} has ${features} and ${dataset.classes}.`,
      );
    }
    if (batch < 1 || batch > trainIndices.length) {
      throw new RangeError(`batch is ${batch}; expected 1 to ${trainIndices.length}, the number of training examples.`);
    }
    if (normalisation.mean.length !== channels || normalisation.deviation.length !== channels) {
      throw new RangeError(`normalisation has ${normalisation.mean.length} channels; the data has ${channels}.`);
    }
    const resident = residentDataset(kernels, dataset);
    this.#kernels = kernels;
    this.#plan = plan;

    const linear = network.layers.filter((layer): layer is LinearLayer => layer.kind === 'linear');
    const layers = linear.map((layer) =>
      storeLayer(kernels, layer, plan.mask?.get(`${layer.name}.weight`), plan.storage),
    );
    this.#layers = layers;
    const after = activationsAfter(network);

    const scale = kernels.place(Float32Array.from(normalisation.deviation, (deviation) => 1 / (255 * deviation)));
    const shift = kernels.place(
      Float32Array.from(normalisation.mean, (mean, channel) => -mean / normalisation.deviation[channel]),
    );
    const common = { scale, shift, channels, pixels: height * width };
    const indices = kernels.allocate(trainIndices.byteLength);
    const training: BatchSource = { ...common, images: resident.trainImages, labels: resident.trainLabels, indices };
    const source = kernels.place(trainIndices);

    const state = kernels.allocate(STATE_BYTES);
    this.#state = state;
    const values = allocateActivations(kernels, layers, batch);
    const gradients = allocateActivations(kernels, layers, batch).values;
    const { key, lane } = stream(plan.orderSeed, 'order');
    const begin = () => {
      const builder = new ProgramBuilder();
      builder.add(
        'order',
        { state, source, indices, count: trainIndices.length, batch, key0: key[0], key1: key[1], lane0: lane[0] },
        { shape: `${batch} of ${trainIndices.length}`, flops: 0, bytes: 0 },
      );
      addGather(builder, state, training, values);
      addForward(builder, layers, after, values);
      return builder;
    };
    const step = begin();
    addLoss(step, state, training, network.classes, values, gradients[gradients.length - 1]);
    addBackward(step, layers, after, values, gradients);
    addOptimiser(kernels, step, state, layers, plan.optimiser);
    this.step = finish(step, kernels, state);

    const probe = begin();
    addLoss(probe, state, training, network.classes, values, 0);
    this.#probe = probe.build(kernels);

    const evaluated = allocateActivations(kernels, layers, EVALUATION_BATCH);
    const evaluation = (set: BatchSource, count: number): EvaluationSet => {
      const own = kernels.allocate(STATE_BYTES);
      const builder = new ProgramBuilder();
      builder.add(
        'range',
        { state: own, count, batch: EVALUATION_BATCH },
        { shape: `${EVALUATION_BATCH} of ${count}`, flops: 0, bytes: 0 },
      );
      addGather(builder, own, set, evaluated);
      addForward(builder, layers, after, evaluated);
      addLoss(builder, own, set, network.classes, evaluated, 0);
      return { program: finish(builder, kernels, own), state: own, count };
    };
    this.#validation = evaluation({ ...training, indices: kernels.place(validationIndices) }, validationIndices.length);
    this.#test = evaluation(
      { ...common, images: resident.testImages, labels: resident.testLabels, indices: resident.testIndices },
      dataset.test.count,
    );

    this.#setIteration(plan.firstIteration);
    this.weights = plan.start;
  }

  #setIteration(iteration: number): void {
    // Iteration, epoch (none shuffled yet), cursor, live examples, and the optimiser's clock, which starts at nought.
    this.#kernels.integers(this.#state + 12, 5).set([iteration, -1, 0, 0, 0]);
  }

  /** Optimiser steps counted so far, those before a rewind included. */
  get iteration(): number {
    return this.#kernels.integers(this.#state + 12, 1)[0];
  }

  /** Floating-point operations executed so far. */
  get flops(): number {
    return this.#flops;
  }

  /** Layers and how they are stored. */
  get layers(): readonly LayerStorage[] {
    return this.#layers;
  }

  /** Takes `count` training steps. */
  train(count: number): void {
    this.step.run(count);
    this.#flops += this.step.flops * count;
  }

  /** Loss and accuracy on the batch that is due next, which is not learned from. */
  probe(): Evaluation {
    this.#kernels.doubles(this.#state, 1)[0] = 0;
    this.#kernels.integers(this.#state + 8, 1)[0] = 0;
    this.#probe.run();
    this.#flops += this.#probe.flops;
    return this.#read(this.#state, this.#plan.batch);
  }

  validate(): Evaluation {
    return this.#evaluate(this.#validation);
  }

  test(): Evaluation {
    return this.#evaluate(this.#test);
  }

  #evaluate({ program, state, count }: EvaluationSet): Evaluation {
    const batches = Math.ceil(count / EVALUATION_BATCH);
    this.#kernels.bytes(state, STATE_BYTES).fill(0);
    program.run(batches);
    this.#flops += program.flops * batches;
    return this.#read(state, count);
  }

  #read(state: number, count: number): Evaluation {
    return {
      loss: this.#kernels.doubles(state, 1)[0] / count,
      accuracy: this.#kernels.integers(state + 8, 1)[0] / count,
    };
  }

  /** A copy of the weights as they are stored. */
  get packed(): PackedWeights {
    return this.#layers.map(({ weight, count, bias, layer }) => ({
      weight: this.#kernels.floats(weight, count).slice(),
      bias: this.#kernels.floats(bias, layer.outputs).slice(),
    }));
  }

  set packed(values: PackedWeights) {
    this.#layers.forEach(({ weight, count, bias, layer }, index) => {
      this.#kernels.floats(weight, count).set(values[index].weight);
      this.#kernels.floats(bias, layer.outputs).set(values[index].bias);
    });
  }

  /** Stored weights as named tensors in PyTorch's layout. */
  unpack(values: PackedWeights): Tensors {
    return new Map(
      this.#layers.flatMap((storage, index): [string, Float32Array][] => [
        [`${storage.layer.name}.weight`, unpackWeights(storage, values[index].weight)],
        [`${storage.layer.name}.bias`, values[index].bias],
      ]),
    );
  }

  /** The weights as named tensors in PyTorch's layout; pruned places are +0. */
  get weights(): Tensors {
    return this.unpack(this.packed);
  }

  set weights(tensors: Tensors) {
    this.packed = this.#layers.map((storage) => {
      const { name, inputs, outputs } = storage.layer;
      const tensor = (suffix: string, size: number) => {
        const value = tensors.get(`${name}.${suffix}`);
        if (value?.length !== size) {
          throw new RangeError(`start value ${name}.${suffix} has ${value?.length ?? 'no'} values; expected ${size}.`);
        }
        return value;
      };
      return {
        weight: packWeights(storage, tensor('weight', inputs * outputs), this.#plan.mask?.get(`${name}.weight`)),
        bias: tensor('bias', outputs),
      };
    });
  }

  /** Gradients of the last step as named tensors, for tests against finite differences. */
  get gradients(): Tensors {
    return this.unpack(
      this.#layers.map(({ gradient, count, biasGradient, layer }) => ({
        weight: this.#kernels.floats(gradient, count).slice(),
        bias: this.#kernels.floats(biasGradient, layer.outputs).slice(),
      })),
    );
  }
}
