import type { Kernels } from '../kernels/kernels.js';
import type { Checkpoint, CheckpointKeeper, KeptWeights } from './checkpoint.js';
import { EvolvingTrainer } from './evolving.js';
import { Pieces, Turns } from './turns.js';
import type { History, Measurement, TrainingPlan, TrainingProgress, TrainingResult } from './types.js';
import { flopsOf } from './work.js';

/** Thrown when training is called off. */
export class TrainingAborted extends Error {
  override readonly name = 'AbortError';
}

export interface TrainOptions {
  /** They belong to this training until it ends. */
  readonly kernels: Kernels;
  readonly plan: TrainingPlan;
  /** Called after every evaluation, and between evaluations some times a second. */
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Calls training off: it is heard within some tens of milliseconds, or one step where that is longer. */
  readonly signal?: AbortSignal;
  /** Where training resumes from, and what it leaves behind should it be killed. */
  readonly checkpoints?: CheckpointKeeper;
}

/** Weights of the lowest validation loss so far, and their row of the history. */
type Best = KeptWeights & { readonly row: number };

type Columns = { -readonly [Name in keyof Required<History>]: number[] };

/** Kernels that a training runs on. */
const taken = new WeakSet<Kernels>();

/**
 * One training run, from its start values to its last iteration: evaluates at the start, every `evaluateEvery`
 * iterations, and at the end; keeps the weights of the lowest validation loss, so that the test accuracy *at* early stop
 * is exact. The mask changes where the plan's evolution says so, before the snapshot, the evaluation and the step of that
 * iteration. Ends early where the evolution stops it, and, with status `diverged`, at the first evaluation whose loss is no
 * finite number.
 *
 * The event loop has its turn every 20 ms or so, between two calls of the kernels; results have the same bits whenever
 * that is. With a keeper of checkpoints it resumes from the one there is, leaves one whenever one is due, and one more
 * when it is called off; the result has the same bits.
 *
 * @throws RangeError when the plan's shapes do not agree
 * @throws TrainingAborted when the signal fired
 */
export async function train(options: TrainOptions): Promise<TrainingResult> {
  const { kernels } = options;
  if (taken.has(kernels)) throw new Error('these kernels are training already; load others, or wait until it ends.');
  taken.add(kernels);
  try {
    return await new TrainingRun(options).result();
  } finally {
    taken.delete(kernels);
  }
}

/** What is still to be done at an iteration that a training begins at: everything, the evaluation, or nothing but the step. */
type Due = 'change' | 'evaluation' | 'step';

class TrainingRun {
  readonly #run: EvolvingTrainer;
  readonly #plan: TrainingPlan;
  readonly #onProgress: TrainOptions['onProgress'];
  readonly #checkpoints: CheckpointKeeper | undefined;
  readonly #turns: Turns;
  readonly #snapshotAt: ReadonlySet<number>;
  readonly #snapshots = new Map<number, KeptWeights>();
  readonly #history: Columns = {
    iteration: [],
    trainLoss: [],
    trainAccuracy: [],
    validationLoss: [],
    validationAccuracy: [],
    testLoss: [],
    testAccuracy: [],
  };
  #best: Best | undefined;
  #iteration: number;
  #resumedAt: number;
  /** The evolution ended the training. */
  #stopped = false;
  /** The evolution met what is no finite number. */
  #broken = false;

  constructor({ kernels, plan, onProgress, signal, checkpoints }: TrainOptions) {
    this.#run = new EvolvingTrainer(kernels, plan);
    this.#plan = plan;
    this.#onProgress = onProgress;
    this.#checkpoints = checkpoints;
    this.#turns = new Turns(signal);
    this.#snapshotAt = new Set(plan.snapshots);
    this.#iteration = plan.firstIteration;
    this.#resumedAt = plan.firstIteration;
  }

  async result(): Promise<TrainingResult> {
    let due = await this.#resume();
    let pieces: Pieces | undefined;
    for (let step = this.#run.trainer.step; ; due = 'change') {
      if (due === 'change') this.#change();
      const last = this.#isLast();
      if (due !== 'step' && this.#isEvaluated(last)) await this.#evaluate();
      this.#report();
      const over = last || this.#hasDiverged();
      if (!over && due !== 'step' && this.#checkpoints?.due()) await this.#save(this.#checkpoint());
      if (this.#turns.aborted) await this.#abort(over ? undefined : this.#checkpoint());
      if (over) break;
      if (pieces === undefined || step !== this.#run.trainer.step) {
        step = this.#run.trainer.step;
        pieces = new Pieces(step.flops);
      }
      if (this.#run.holds) this.#skip();
      else await this.#train(pieces);
    }
    return this.#finish();
  }

  /** Trains up to the next iteration at which something is due, or until it is called off. */
  async #train(pieces: Pieces): Promise<void> {
    const { trainer } = this.#run;
    for (const next = this.#nextStop(); this.#iteration < next; ) {
      this.#iteration += pieces.do(next - this.#iteration, (steps) => trainer.train(steps));
      if (await this.#turns.take()) {
        this.#report();
        if (this.#iteration < next && this.#checkpoints?.due()) await this.#save(this.#checkpoint());
      }
      // At an iteration where something is due, that comes first: it is what a checkpoint is taken after.
      if (this.#turns.aborted && this.#iteration < next) await this.#abort(this.#checkpoint());
    }
  }

  /** Goes past an iteration that has no step. */
  #skip(): void {
    this.#run.trainer.skip();
    this.#iteration++;
  }

  async #resume(): Promise<Due> {
    const resumed = await this.#checkpoints?.load();
    if (resumed === undefined || !this.#run.resume(resumed)) return 'change';
    this.#iteration = resumed.iteration;
    this.#resumedAt = resumed.iteration;
    for (const [name, column] of Object.entries(resumed.history)) this.#history[name as keyof Columns].push(...column);
    for (const [at, weights] of resumed.snapshots) this.#snapshots.set(at, weights);
    this.#best = resumed.best;
    return resumed.unevaluated ? 'evaluation' : 'step';
  }

  /** Changes the mask if that is due, and keeps the weights if they are asked for. */
  #change(): void {
    const { ends, otherDensity } = this.#run.change();
    // The one rule of what may be the early stop: see `TrainingResult`.
    if (otherDensity) this.#best = undefined;
    this.#stopped = ends === 'stopped';
    this.#broken = ends === 'diverged';
    if (this.#snapshotAt.has(this.#iteration)) this.#snapshots.set(this.#iteration, this.#run.kept);
  }

  #isLast(): boolean {
    return this.#iteration === this.#plan.iterations || this.#stopped || this.#broken;
  }

  #isEvaluated(last: boolean): boolean {
    const { firstIteration, evaluateEvery } = this.#plan;
    return last || this.#iteration === firstIteration || this.#iteration % evaluateEvery === 0;
  }

  async #evaluate(): Promise<void> {
    const { trainer } = this.#run;
    const { work } = trainer;
    const batch = trainer.probe();
    const validation = await trainer.validateInTurns(this.#turns);
    const test = validation && this.#plan.testCurve ? await trainer.testInTurns(this.#turns) : undefined;
    if (validation === null || test === null) {
      // A resumed training evaluates anew, and counts that work then. It would not know that the evolution ended it.
      const isEnded = this.#stopped || this.#broken;
      return this.#abort(isEnded ? undefined : { ...this.#checkpoint(), work, unevaluated: true });
    }
    const history = this.#history;
    history.iteration.push(this.#iteration);
    history.trainLoss.push(batch.loss);
    history.trainAccuracy.push(batch.accuracy);
    history.validationLoss.push(validation.loss);
    history.validationAccuracy.push(validation.accuracy);
    if (test) {
      history.testLoss.push(test.loss);
      history.testAccuracy.push(test.accuracy);
    }
    const row = history.iteration.length - 1;
    if (!this.#best || validation.loss < history.validationLoss[this.#best.row]) {
      this.#best = { row, ...this.#run.kept };
    }
  }

  #hasDiverged(): boolean {
    if (this.#broken) return true;
    const { trainLoss, validationLoss } = this.#history;
    const row = trainLoss.length - 1;
    return row >= 0 && !(Number.isFinite(trainLoss[row]) && Number.isFinite(validationLoss[row]));
  }

  #report(): void {
    const { iterations, firstIteration } = this.#plan;
    const { validationLoss, validationAccuracy } = this.#history;
    const row = validationLoss.length - 1;
    this.#onProgress?.({
      iteration: this.#iteration,
      iterations,
      firstIteration,
      resumedAt: this.#resumedAt,
      validationLoss: validationLoss[row],
      validationAccuracy: validationAccuracy[row],
    });
  }

  #checkpoint(): Checkpoint {
    const evolution = this.#plan.evolution?.save?.();
    return {
      ...this.#run.kept,
      iteration: this.#iteration,
      work: this.#run.trainer.work,
      history: withoutEmpty(this.#history),
      moments: this.#run.trainer.moments,
      ...(this.#best ? { best: this.#best } : {}),
      snapshots: this.#snapshots,
      ...(evolution ? { evolution } : {}),
    };
  }

  async #save(checkpoint: Checkpoint): Promise<void> {
    await this.#checkpoints?.save(checkpoint);
  }

  /** @param checkpoint to be left behind; undefined where there is none to resume from */
  async #abort(checkpoint: Checkpoint | undefined): Promise<never> {
    if (checkpoint !== undefined) await this.#save(checkpoint);
    throw new TrainingAborted(`training was stopped at iteration ${this.#iteration} of ${this.#plan.iterations}.`);
  }

  #nextStop(): number {
    const { iterations, evaluateEvery } = this.#plan;
    const from = this.#iteration;
    let next = Math.min(iterations, this.#run.nextChange(from), (Math.floor(from / evaluateEvery) + 1) * evaluateEvery);
    for (const stop of this.#snapshotAt) if (stop > from && stop < next) next = stop;
    return next;
  }

  /** Measures the weights of the end and of the lowest validation loss on the test set. */
  async #finish(): Promise<TrainingResult> {
    const run = this.#run;
    const final = run.kept;
    const resumable = this.#iteration === this.#plan.iterations && !this.#stopped && !this.#hasDiverged();
    const last = resumable ? this.#checkpoint() : undefined;
    const end = await this.#measure(this.#history.iteration.length - 1, last);
    const chosen = this.#best as Best;
    run.kept = chosen;
    const earlyStop = await this.#measure(chosen.row, last);
    const { work } = run.trainer;
    return {
      status: this.#hasDiverged() ? 'diverged' : 'done',
      history: withoutEmpty(this.#history),
      earlyStop,
      earlyStopWeights: run.unpack(chosen),
      earlyStopMask: run.maskOf(chosen),
      end,
      finalWeights: run.unpack(final),
      mask: run.maskOf(final),
      snapshots: new Map([...this.#snapshots].map(([iteration, kept]) => [iteration, run.unpack(kept)])),
      work,
      flops: flopsOf(work),
    };
  }

  async #measure(row: number, last: Checkpoint | undefined): Promise<Measurement> {
    const test = await this.#run.trainer.testInTurns(this.#turns);
    if (test === null) return this.#abort(last);
    const { iteration, validationLoss, validationAccuracy } = this.#history;
    return {
      iteration: iteration[row],
      validationLoss: validationLoss[row],
      validationAccuracy: validationAccuracy[row],
      testLoss: test.loss,
      testAccuracy: test.accuracy,
    };
  }
}

/** A copy of a history, without the columns of a test set that was not asked for. */
function withoutEmpty(history: Columns): History {
  const { testLoss, testAccuracy, ...rest } = structuredClone(history);
  return testLoss.length > 0 ? { ...rest, testLoss, testAccuracy } : rest;
}
