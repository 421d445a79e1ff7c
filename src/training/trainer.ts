import type { Kernels } from '../kernels/kernels.js';
import type { Program } from '../kernels/program.js';
import { stateLayout } from '../kernels/state.js';
import type { Mask, Tensors } from '../networks/network.js';
import type { Checkpoint, PackedWeights } from './checkpoint.js';
import { type CompiledTraining, compileTraining } from './compile.js';
import { type Evaluation, readEvaluation, type SetEvaluation } from './evaluation.js';
import { learnedWeights, maskOf, scoresOf, startScores } from './learned.js';
import { packTensor, placeTensors, unpackTensor } from './packing.js';
import type { StoredTensor } from './storage.js';
import type { Turns } from './turns.js';
import type { TrainingPlan, Work } from './types.js';
import { NO_WORK } from './work.js';

/** The state of training, in whole tensors whatever their mask: what a trainer with another mask continues from. */
export interface TrainingState {
  readonly iteration: number;
  readonly weights: Tensors;
  /** The optimiser's tensors in the order of `moments`, each in PyTorch's layout, +0 where a weight is pruned. */
  readonly moments: readonly Float32Array[];
}

/** A network compiled for one training plan: its programs, and its weights in the arena. */
export class Trainer {
  readonly #kernels: Kernels;
  readonly #plan: TrainingPlan;
  readonly #compiled: CompiledTraining;
  #work: { -readonly [Name in keyof Work]: Work[Name] } = { ...NO_WORK };

  /**
   * Compiles the plan and places its start values. Everything in the arena but the data set is discarded.
   *
   * @throws RangeError when shapes do not agree
   * @throws InputError when a mask cannot be learned as the plan says
   */
  constructor(kernels: Kernels, plan: TrainingPlan) {
    this.#kernels = kernels;
    this.#plan = plan;
    this.#compiled = compileTraining(kernels, plan);
    this.#setIteration(plan.firstIteration);
    this.weights = plan.start;
    const { learned } = this.#compiled;
    if (learned) {
      const scores = startScores(learned, plan.network, plan.orderSeed, kernels.sampler);
      for (const { parameter, learned: placed, count } of this.tensors) {
        if (placed) kernels.floats(placed.scores, count).set(scores.get(parameter.name) as Float32Array);
      }
    }
  }

  #setIteration(iteration: number): void {
    // No epoch is shuffled yet; the optimiser's clock starts at zero.
    const values = { iteration, epoch: -1, cursor: 0, live: 0, clock: iteration - this.#plan.firstIteration };
    for (const field of Object.keys(values) as (keyof typeof values)[]) this.#stateWord(field)[0] = values[field];
  }

  #stateWord(field: Exclude<keyof typeof stateLayout, 'loss' | 'norm' | 'bytes'>): Int32Array {
    return this.#kernels.integers(this.#compiled.state + stateLayout[field], 1);
  }

  /** One training step. */
  get step(): Program {
    return this.#compiled.step;
  }

  /** Iterations so far, those before a rewind included: as many as steps, but where an evolution holds one back. */
  get iteration(): number {
    return this.#stateWord('iteration')[0];
  }

  /** Work done so far. */
  get work(): Work {
    return { ...this.#work };
  }

  set work(work: Work) {
    this.#work = { ...work };
  }

  /** Bytes of the arena that the plan occupies, its data set excluded. */
  get arenaBytes(): number {
    return this.#compiled.bytes;
  }

  /** The network's tensors as they are stored. */
  get tensors(): readonly StoredTensor[] {
    return this.#compiled.storage.tensors;
  }

  /** Takes `count` training steps. */
  train(count: number): void {
    this.step.run(count);
    this.#work.forward += this.#compiled.forwardFlops * count;
    this.#work.backward += (this.step.flops - this.#compiled.forwardFlops) * count;
    this.#work.examples += this.#plan.batch * count;
  }

  /** Goes on to the next iteration without a step. */
  skip(): void {
    for (const field of ['iteration', 'clock'] as const) this.#stateWord(field)[0]++;
  }

  /** Places in the training set of the examples of the next batch, in their order. */
  get due(): Int32Array {
    const line = this.#compiled.probe.lines.findIndex(({ operation }) => operation === 'order');
    this.#compiled.probe.runLine(line, 1);
    const [cursor] = this.#stateWord('cursor');
    const [live] = this.#stateWord('live');
    return this.#kernels.integers(this.#compiled.indices + 4 * cursor, live).slice();
  }

  /** Loss and accuracy on the next batch, without learning from it. */
  probe(): Evaluation {
    this.#kernels.doubles(this.#compiled.state + stateLayout.loss, 1)[0] = 0;
    this.#stateWord('correct')[0] = 0;
    this.#compiled.choose?.run();
    this.#compiled.probe.run();
    this.#work.evaluation += this.#compiled.probe.flops;
    return readEvaluation(this.#kernels, this.#compiled.state, this.#plan.batch);
  }

  /** Loss and accuracy on the validation set. */
  validate(): Evaluation {
    return this.#toEvaluate(this.#compiled.validation).run();
  }

  /** Loss and accuracy on the test set. */
  test(): Evaluation {
    return this.#toEvaluate(this.#compiled.test).run();
  }

  /** Validates in pieces, between which the event loop gets its turns; null when it was aborted. */
  validateInTurns(turns: Turns): Promise<Evaluation | null> {
    return this.#toEvaluate(this.#compiled.validation).runInTurns(turns);
  }

  /** Tests in pieces likewise. */
  testInTurns(turns: Turns): Promise<Evaluation | null> {
    return this.#toEvaluate(this.#compiled.test).runInTurns(turns);
  }

  #toEvaluate(set: SetEvaluation): SetEvaluation {
    this.#compiled.choose?.run();
    this.#work.evaluation += set.flops;
    return set;
  }

  /** A copy of every tensor as it is stored; of scores instead of weights where the mask is learned. */
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

  /** The plan's mask, or that of the scores where it is learned; null for the dense network. */
  get mask(): Mask | null {
    return this.maskOf(this.packed);
  }

  /** The mask of packed tensors. */
  maskOf(values: PackedWeights): Mask | null {
    const { learned } = this.#compiled;
    return learned ? maskOf(learned, scoresOf(this.#plan.network, values)) : (this.#plan.mask ?? null);
  }

  /** A copy of the scores of a learned mask, by the name of the weights that they choose among; null without a learned mask. */
  get scores(): Tensors | null {
    return this.#compiled.learned ? scoresOf(this.#plan.network, this.packed) : null;
  }

  /** A copy of the optimiser's state. */
  get moments(): PackedWeights {
    return this.#compiled.optimiser.map(({ offset, length }) => this.#kernels.floats(offset, length).slice());
  }

  /**
   * Resumes weights, optimiser, iteration and count of work from a checkpoint.
   *
   * @returns false, without any change, when tensors or the optimiser's state are stored otherwise
   */
  resume(checkpoint: Checkpoint): boolean {
    const { weights, moments } = checkpoint;
    const same = (pieces: PackedWeights, lengths: readonly number[]) =>
      pieces.length === lengths.length && pieces.every(({ length }, index) => length === lengths[index]);
    const asStored = this.tensors.map(({ count }) => count);
    const momentLengths = this.#compiled.optimiser.map(({ length }) => length);
    if (!same(weights, asStored) || !same(moments, momentLengths)) return false;
    this.packed = weights;
    this.#compiled.optimiser.forEach(({ offset, length }, index) => {
      this.#kernels.floats(offset, length).set(moments[index]);
    });
    this.#setIteration(checkpoint.iteration);
    this.#work = { ...checkpoint.work };
    return true;
  }

  /** What a trainer of the same plan with another mask continues from; values that are pruned there are dropped. */
  get state(): TrainingState {
    const moments = this.#compiled.optimiser.map(({ offset, tensor }) =>
      unpackTensor(tensor, this.#kernels.floats(offset, tensor.count)),
    );
    return { iteration: this.iteration, weights: this.weights, moments };
  }

  set state({ iteration, weights, moments }: TrainingState) {
    this.weights = weights;
    this.#compiled.optimiser.forEach(({ offset, tensor }, index) => {
      this.#kernels.floats(offset, tensor.count).set(packTensor(tensor, moments[index]));
    });
    this.#setIteration(iteration);
  }

  /** A state with +0 in place of the weights that bits name, and of the optimiser's state of them. */
  without({ iteration, weights, moments }: TrainingState, bits: Mask): TrainingState {
    const cleared = (name: string, values: Float32Array) => {
      const gone = bits.get(name);
      return gone === undefined ? values : values.map((value, i) => (gone[i] === 0 ? value : 0));
    };
    return {
      iteration,
      weights: new Map([...weights].map(([name, values]) => [name, cleared(name, values)])),
      moments: moments.map((values, i) => cleared(this.#compiled.optimiser[i].tensor.parameter.name, values)),
    };
  }

  /** Stored values as named tensors in PyTorch's layout. */
  unpack(values: PackedWeights): Tensors {
    const { learned } = this.#compiled;
    if (learned) return learnedWeights(learned, this.#plan.network, values, this.#frozen());
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

  /**
   * Every tensor by name in PyTorch's layout; pruned places are +0 unless they are frozen. Where the mask is learned, setting
   * them sets the frozen values that it chooses among.
   */
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
