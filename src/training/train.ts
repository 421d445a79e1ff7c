import type { Kernels } from '../kernels/kernels.js';
import type { CheckpointKeeper, KeptWeights } from './checkpoint.js';
import { EvolvingTrainer } from './evolving.js';
import type { History, Measurement, TrainingObserver, TrainingPlan, TrainingResult } from './types.js';
import { flopsOf } from './work.js';

/** Thrown when an observer ends a training run. */
export class TrainingAborted extends Error {
  override readonly name = 'AbortError';
}

/** Operations between two looks at whether to go on: a fraction of a second. */
const OPERATIONS_AT_ONCE = 1e10;

type Columns = { -readonly [Name in keyof Required<History>]: number[] };

/**
 * One training run, from its start values to its last iteration: evaluates at the start, every `evaluateEvery`
 * iterations, and at the end; keeps the weights of the lowest validation loss, so that the test accuracy *at* early stop
 * is exact. The mask changes where the plan's evolution says so, before the snapshot, the evaluation and the step of that
 * iteration. Ends early where the evolution stops it, and, with status `diverged`, at the first evaluation whose loss is no
 * finite number.
 *
 * With a keeper of checkpoints it goes on from the one there is, leaves one whenever one is due, and one more when it is
 * called off; the result has the same bits.
 *
 * @throws RangeError when the plan's shapes do not agree
 * @throws TrainingAborted when the observer returns false
 */
export function train(
  kernels: Kernels,
  plan: TrainingPlan,
  observer?: TrainingObserver,
  checkpoints?: CheckpointKeeper,
): TrainingResult {
  const run = new EvolvingTrainer(kernels, plan);
  const { iterations, evaluateEvery, firstIteration } = plan;
  const snapshotAt = new Set(plan.snapshots);
  const snapshots = new Map<number, KeptWeights>();
  const history: Columns = {
    iteration: [],
    trainLoss: [],
    trainAccuracy: [],
    validationLoss: [],
    validationAccuracy: [],
    testLoss: [],
    testAccuracy: [],
  };
  let best: (KeptWeights & { readonly row: number }) | undefined;
  let stopped = false;
  let broken = false;
  let iteration = firstIteration;

  let begun = false;
  const resumed = checkpoints?.load();
  if (resumed && run.resume(resumed)) {
    iteration = resumed.iteration;
    for (const [name, column] of Object.entries(resumed.history)) history[name as keyof Columns].push(...column);
    for (const [at, weights] of resumed.snapshots) snapshots.set(at, weights);
    best = resumed.best;
    begun = true;
  }
  const resumedAt = iteration;

  const evaluate = (): void => {
    const { trainer } = run;
    const batch = trainer.probe();
    const validation = trainer.validate();
    history.iteration.push(iteration);
    history.trainLoss.push(batch.loss);
    history.trainAccuracy.push(batch.accuracy);
    history.validationLoss.push(validation.loss);
    history.validationAccuracy.push(validation.accuracy);
    if (plan.testCurve) {
      const test = trainer.test();
      history.testLoss.push(test.loss);
      history.testAccuracy.push(test.accuracy);
    }
    const row = history.iteration.length - 1;
    if (!best || validation.loss < history.validationLoss[best.row]) best = { row, ...run.kept };
  };
  const diverged = (): boolean => {
    if (broken) return true;
    const row = history.iteration.length - 1;
    return !Number.isFinite(history.trainLoss[row]) || !Number.isFinite(history.validationLoss[row]);
  };
  const save = (): void => {
    const evolution = plan.evolution?.save?.();
    checkpoints?.save({
      ...run.kept,
      iteration,
      work: run.trainer.work,
      history: withoutEmpty(history),
      moments: run.trainer.moments,
      ...(best ? { best } : {}),
      snapshots,
      ...(evolution ? { evolution } : {}),
    });
  };

  for (; ; begun = false) {
    // A checkpoint is taken after its iteration's change of the mask, snapshot and evaluation.
    if (!begun) {
      const { ends, otherDensity } = run.change();
      // The one rule of what may be the early stop: see `TrainingResult`.
      if (otherDensity) best = undefined;
      stopped = ends === 'stopped';
      broken = ends === 'diverged';
    }
    const last = iteration === iterations || stopped || broken;
    if (!begun) {
      if (snapshotAt.has(iteration)) snapshots.set(iteration, run.kept);
      if (iteration === firstIteration || last || iteration % evaluateEvery === 0) evaluate();
    }
    const row = history.iteration.length - 1;
    const goOn = observer?.({
      iteration,
      iterations,
      firstIteration,
      resumedAt,
      validationLoss: history.validationLoss[row],
      validationAccuracy: history.validationAccuracy[row],
    });
    const over = last || diverged();
    if (!over && !begun && (goOn === false || checkpoints?.due())) save();
    if (goOn === false) throw new TrainingAborted(`training was stopped at iteration ${iteration} of ${iterations}.`);
    if (over) break;
    const stepsAtOnce = Math.max(1, Math.floor(OPERATIONS_AT_ONCE / run.trainer.step.flops));
    const next = Math.min(nextStop(iteration), iteration + stepsAtOnce);
    run.trainer.train(next - iteration);
    iteration = next;
  }

  const final = run.kept;
  const measure = (row: number): Measurement => {
    const test = run.trainer.test();
    return {
      iteration: history.iteration[row],
      validationLoss: history.validationLoss[row],
      validationAccuracy: history.validationAccuracy[row],
      testLoss: test.loss,
      testAccuracy: test.accuracy,
    };
  };
  const end = measure(history.iteration.length - 1);
  const chosen = best as NonNullable<typeof best>;
  run.kept = chosen;
  const earlyStop = measure(chosen.row);
  const { work } = run.trainer;
  return {
    status: diverged() ? 'diverged' : 'done',
    history: withoutEmpty(history),
    earlyStop,
    earlyStopWeights: run.unpack(chosen),
    earlyStopMask: run.maskOf(chosen),
    end,
    finalWeights: run.unpack(final),
    mask: run.maskOf(final),
    snapshots: new Map([...snapshots].map(([iteration, kept]) => [iteration, run.unpack(kept)])),
    work,
    flops: flopsOf(work),
  };

  function nextStop(from: number): number {
    let next = Math.min(iterations, run.nextChange(from), (Math.floor(from / evaluateEvery) + 1) * evaluateEvery);
    for (const stop of snapshotAt) if (stop > from && stop < next) next = stop;
    return next;
  }
}

/** The columns of a history without those of a test set that was not asked for. */
function withoutEmpty({ testLoss, testAccuracy, ...rest }: Columns): History {
  return testLoss.length > 0 ? { ...rest, testLoss, testAccuracy } : rest;
}
