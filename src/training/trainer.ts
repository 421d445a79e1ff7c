import type { Kernels } from '../kernels/kernels.js';
import { type Program, ProgramBuilder } from '../kernels/program.js';
import { stateLayout } from '../kernels/state.js';
import type { Mask, Tensors } from '../networks/network.js';
import { stream } from '../random/stream.js';
import { BackwardPass } from './backward.js';
import { addGather, addLoss, type BatchSource } from './batch.js';
import { allocateSlots, BufferPool, batchSize } from './buffers.js';
import type { Checkpoint, PackedWeights } from './checkpoint.js';
import { Choices } from './choices.js';
import { addEvaluation, type Evaluation, readEvaluation, SetEvaluation } from './evaluation.js';
import { addNode } from './forward.js';
import { layOut, type NetworkLayout } from './layout.js';
import { learnedOf, learnedWeights, maskOf, scoresOf, startScores } from './learned.js';
import { packTensor, placeTensors, unpackTensor } from './packing.js';
import { finishStep, type Pass } from './pass.js';
import { checkShapes, placeNormalisation, residentDataset } from './resident.js';
import { constantRate, learningRates } from './schedule.js';
import { type NetworkStorage, type StoredTensor, storeNetwork } from './storage.js';
import type { Turns } from './turns.js';
import type { LearnedMask, TrainingPlan, Work } from './types.js';
import { addUpdate, type Moment } from './update.js';
import { NO_WORK } from './work.js';

/** Training as it stands, in whole tensors whatever their mask: what a trainer of another mask goes on from. */
export interface TrainingState {
  readonly iteration: number;
  readonly weights: Tensors;
  /** One piece after another as `moments`, each in its tensor's layout, +0 where a weight is pruned. */
  readonly moments: readonly Float32Array[];
}

/** A network compiled for one training plan: its programs, and its weights in the arena. */
export class Trainer {
  readonly #kernels: Kernels;
  readonly #plan: TrainingPlan;
  readonly #layout: NetworkLayout;
  readonly #storage: NetworkStorage;
  readonly #state: number;
  readonly #validation: SetEvaluation;
  readonly #test: SetEvaluation;
  /** One training step. */
  readonly step: Program;
  readonly #probe: Program;
  /** Places in the training set in the order of this epoch. */
  readonly #indices: number;
  /** Takes the weights that evaluation sees, where the mask is learned. */
  readonly #choose: Program | undefined;
  readonly #learned: LearnedMask | undefined;
  readonly #bytes: number;
  readonly #moments: readonly Moment[];
  /** Floating-point operations of a step up to its loss. */
  readonly #forward: number;
  #work: { -readonly [Name in keyof Work]: Work[Name] } = { ...NO_WORK };

  /**
   * Compiles the plan and places its start values. Everything in the arena but the data set is given up.
   *
   * @throws RangeError when shapes do not agree
   * @throws InputError when a mask cannot be learned as the plan says
   */
  constructor(kernels: Kernels, plan: TrainingPlan) {
    const { network, dataset, normalisation, batch, trainIndices, validationIndices } = plan;
    checkShapes(network, dataset, normalisation);
    if (batch < 1 || batch > trainIndices.length) {
      throw new RangeError(`batch is ${batch}; expected 1 to ${trainIndices.length}, the number of training examples.`);
    }
    const resident = residentDataset(kernels, dataset);
    const bottom = kernels.mark();
    this.#kernels = kernels;
    this.#plan = plan;
    const learned = learnedOf(plan);
    this.#learned = learned;

    const layout = layOut(network);
    this.#layout = layout;
    this.#storage = storeNetwork(kernels, network, layout, plan.mask, plan.storage, learned ? 'learned' : plan.pruned);

    const common = placeNormalisation(kernels, normalisation);
    const indices = kernels.allocate(trainIndices.byteLength);
    const training: BatchSource = { ...common, images: resident.trainImages, labels: resident.trainLabels, indices };
    this.#indices = indices;
    const source = kernels.place(trainIndices);

    const state = kernels.allocate(stateLayout.bytes);
    this.#state = state;
    const values = allocateSlots(kernels, layout, batchSize(batch));
    const { key, lane } = stream(plan.orderSeed, 'order');
    const begin = (): Pass => {
      const pass = this.#pass(state, batch);
      pass.builder.add(
        'order',
        { state, source, indices, count: trainIndices.length, batch, key0: key[0], key1: key[1], lane0: lane[0] },
        { shape: `${batch} of ${trainIndices.length}`, flops: 0, bytes: 0 },
      );
      return pass;
    };
    const step = begin();
    const { augmentation } = plan;
    const augmented = augmentation
      ? { ...training, augmentation: { settings: augmentation, stream: stream(plan.orderSeed, 'augment') } }
      : training;
    addGather(step, augmented, values[0]);
    const choices = learned && new Choices(kernels, learned);
    choices?.addStep(step, (place) => stream(plan.orderSeed, 'supermask', place));
    layout.nodes.forEach((_, place) => {
      addNode(step, place, values, 'training');
    });
    const backward = new BackwardPass(kernels, step, values);
    const logits = values[layout.nodes[layout.nodes.length - 1].slot].first;
    addLoss(step, training, network.classes, logits, backward.logits.first, plan.labelSmoothing ?? 0);
    backward.add();
    choices?.addGradients(step);
    const { schedule = constantRate, decayOn = 'all', clipNorm, optimiser } = plan;
    const rates = kernels.place(learningRates(schedule, optimiser.lr, plan.iterations));
    this.#moments = addUpdate(kernels, step.builder, state, this.#storage, { optimiser, rates, decayOn, clipNorm });
    this.step = finishStep(step, kernels);
    const loss = this.step.lines.findIndex(({ operation }) => operation === 'cross_entropy');
    this.#forward = this.step.lines.slice(0, loss + 1).reduce((sum, { flops }) => sum + flops, 0);

    if (choices) {
      const choose = { builder: new ProgramBuilder(), storage: this.#storage };
      choices.addEvaluation(choose);
      this.#choose = choose.builder.build(kernels);
    }

    const probe = begin();
    addEvaluation(probe, training, network.classes, values);
    this.#probe = probe.builder.build(kernels);

    const pool = new BufferPool(kernels);
    const placed = { layout, storage: this.#storage, classes: network.classes };
    const evaluation = (set: BatchSource, count: number) => new SetEvaluation(kernels, placed, set, count, pool);
    this.#validation = evaluation({ ...training, indices: kernels.place(validationIndices) }, validationIndices.length);
    this.#test = evaluation(
      { ...common, images: resident.testImages, labels: resident.testLabels, indices: resident.testIndices },
      dataset.test.count,
    );

    this.#bytes = kernels.mark() - bottom;
    this.#setIteration(plan.firstIteration);
    this.weights = plan.start;
    if (learned) {
      const scores = startScores(learned, network, plan.orderSeed, kernels.sampler);
      for (const { parameter, learned: placed, count } of this.tensors) {
        if (placed) kernels.floats(placed.scores, count).set(scores.get(parameter.name) as Float32Array);
      }
    }
  }

  #pass(state: number, batch: number): Pass {
    const { orderSeed } = this.#plan;
    return {
      builder: new ProgramBuilder(),
      layout: this.#layout,
      storage: this.#storage,
      state,
      size: batchSize(batch),
      dropoutStream: (place) => stream(orderSeed, 'dropout', place),
    };
  }

  #setIteration(iteration: number): void {
    // Iteration, epoch (none shuffled yet), cursor, live examples, and the optimiser's clock, which starts at nought.
    const clock = iteration - this.#plan.firstIteration;
    this.#kernels.integers(this.#state + stateLayout.iteration, 5).set([iteration, -1, 0, 0, clock]);
  }

  /** Optimiser steps counted so far, those before a rewind included. */
  get iteration(): number {
    return this.#kernels.integers(this.#state + stateLayout.iteration, 1)[0];
  }

  /** What was done so far. */
  get work(): Work {
    return { ...this.#work };
  }

  set work(work: Work) {
    this.#work = { ...work };
  }

  /** Bytes of the arena that the plan takes, its data set left out. */
  get arenaBytes(): number {
    return this.#bytes;
  }

  /** The network's tensors as they are stored. */
  get tensors(): readonly StoredTensor[] {
    return this.#storage.tensors;
  }

  /** Takes `count` training steps. */
  train(count: number): void {
    this.step.run(count);
    this.#work.forward += this.#forward * count;
    this.#work.backward += (this.step.flops - this.#forward) * count;
    this.#work.examples += this.#plan.batch * count;
  }

  /** Places in the training set of the batch that is due next, in their order. */
  get due(): Int32Array {
    const line = this.#probe.lines.findIndex(({ operation }) => operation === 'order');
    this.#probe.runLine(line, 1);
    const [cursor, live] = this.#kernels.integers(this.#state + stateLayout.cursor, 2);
    return this.#kernels.integers(this.#indices + 4 * cursor, live).slice();
  }

  /** Loss and accuracy on the batch that is due next, which is not learned from. */
  probe(): Evaluation {
    this.#kernels.doubles(this.#state + stateLayout.loss, 1)[0] = 0;
    this.#kernels.integers(this.#state + stateLayout.correct, 1)[0] = 0;
    this.#choose?.run();
    this.#probe.run();
    this.#work.evaluation += this.#probe.flops;
    return readEvaluation(this.#kernels, this.#state, this.#plan.batch);
  }

  validate(): Evaluation {
    return this.#toEvaluate(this.#validation).run();
  }

  test(): Evaluation {
    return this.#toEvaluate(this.#test).run();
  }

  /** The same in pieces, between which the event loop has its turns; null when it was called off. */
  validateInTurns(turns: Turns): Promise<Evaluation | null> {
    return this.#toEvaluate(this.#validation).runInTurns(turns);
  }

  testInTurns(turns: Turns): Promise<Evaluation | null> {
    return this.#toEvaluate(this.#test).runInTurns(turns);
  }

  #toEvaluate(set: SetEvaluation): SetEvaluation {
    this.#choose?.run();
    this.#work.evaluation += set.flops;
    return set;
  }

  /** A copy of every tensor as it is stored; of scores in the place of weights where the mask is learned. */
  get packed(): PackedWeights {
    return this.tensors.map(({ value, learned, count }) =>
      this.#kernels.floats(learned?.scores ?? value, count).slice(),
    );
  }

  set packed(values: PackedWeights) {
    this.tensors.forEach(({ value, learned, count }, index) => {
      this.#kernels.floats(learned?.scores ?? value, count).set(values[index]);
    });
  }

  /** The plan's mask, or what the scores come to where it is learned; null for the dense network. */
  get mask(): Mask | null {
    return this.maskOf(this.packed);
  }

  /** The mask of packed tensors. */
  maskOf(values: PackedWeights): Mask | null {
    if (this.#learned) return maskOf(this.#learned, scoresOf(this.#plan.network, values));
    return this.#plan.mask ?? null;
  }

  /** A copy of the scores of a learned mask, by the name of the weights that they choose among; null without one. */
  get scores(): Tensors | null {
    return this.#learned ? scoresOf(this.#plan.network, this.packed) : null;
  }

  /** A copy of the optimiser's state. */
  get moments(): PackedWeights {
    return this.#moments.map(({ offset, length }) => this.#kernels.floats(offset, length).slice());
  }

  /**
   * Puts weights, optimiser, iteration and count of work back to those of a checkpoint.
   *
   * @returns false, and changes nothing, when tensors or the optimiser's state are stored otherwise
   */
  resume(checkpoint: Checkpoint): boolean {
    const { weights, moments } = checkpoint;
    const same = (pieces: PackedWeights, lengths: readonly number[]) =>
      pieces.length === lengths.length && pieces.every(({ length }, index) => length === lengths[index]);
    const asStored = this.tensors.map(({ count }) => count);
    const momentLengths = this.#moments.map(({ length }) => length);
    if (!same(weights, asStored) || !same(moments, momentLengths)) return false;
    this.packed = weights;
    this.#moments.forEach(({ offset, length }, index) => {
      this.#kernels.floats(offset, length).set(moments[index]);
    });
    this.#setIteration(checkpoint.iteration);
    this.#work = { ...checkpoint.work };
    return true;
  }

  get state(): TrainingState {
    const moments = this.#moments.map(({ offset, tensor }) =>
      unpackTensor(tensor, this.#kernels.floats(offset, tensor.count)),
    );
    return { iteration: this.iteration, weights: this.weights, moments };
  }

  /** Of a trainer of the same plan but for its mask: what is pruned here is left out. */
  set state({ iteration, weights, moments }: TrainingState) {
    this.weights = weights;
    this.#moments.forEach(({ offset, tensor }, index) => {
      this.#kernels.floats(offset, tensor.count).set(packTensor(tensor, moments[index]));
    });
    this.#setIteration(iteration);
  }

  /** Stored values as named tensors in PyTorch's layout. */
  unpack(values: PackedWeights): Tensors {
    if (this.#learned) return learnedWeights(this.#learned, this.#plan.network, values, this.#frozen());
    return new Map(
      this.tensors.map((tensor, index): [string, Float32Array] => [
        tensor.parameter.name,
        unpackTensor(tensor, values[index]),
      ]),
    );
  }

  #frozen(): Tensors {
    return new Map(
      this.tensors.flatMap(({ parameter, learned, count }): [string, Float32Array][] =>
        learned ? [[parameter.name, this.#kernels.floats(learned.frozen, count)]] : [],
      ),
    );
  }

  /** Every tensor by name in PyTorch's layout; pruned places are +0 unless they are frozen. Set, a learned mask chooses among them. */
  get weights(): Tensors {
    return this.unpack(this.packed);
  }

  set weights(tensors: Tensors) {
    placeTensors(
      this.#kernels,
      this.tensors.map((tensor) => (tensor.learned ? { ...tensor, value: tensor.learned.frozen } : tensor)),
      tensors,
    );
  }

  /** Gradients of the last step as named tensors, of scores where the mask is learned, for tests against finite differences. */
  get gradients(): Tensors {
    return new Map(
      this.tensors
        .filter(({ gradient }) => gradient !== 0)
        .map((tensor): [string, Float32Array] => [
          tensor.parameter.name,
          unpackTensor(tensor, this.#kernels.floats(tensor.gradient, tensor.count).slice()),
        ]),
    );
  }
}
