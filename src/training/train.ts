import type { Kernels } from '../kernels/kernels.js';
import type { CheckpointKeeper, PackedWeights } from './checkpoint.js';
import { Trainer } from './trainer.js';
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
 * is exact. Ends early, with status `diverged`, at the first evaluation whose loss is no finite number.
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
  const trainer = new Trainer(kernels, plan);
  const { iterations, evaluateEvery, firstIteration } = plan;
  const snapshotAt = new Set(plan.snapshots);
  const snapshots = new Map<number, PackedWeights>();
  const history: Columns = {
    iteration: [],
    trainLoss: [],
    trainAccuracy: [],
    validationLoss: [],
    validationAccuracy: [],
    testLoss: [],
    testAccuracy: [],
  };
  let best: { readonly row: number; readonly weights: PackedWeights } | undefined;
  let iteration = firstIteration;
  const stepsAtOnce = Math.max(1, Math.floor(OPERATIONS_AT_ONCE / trainer.step.flops));

  const resumed = checkpoints?.load();
  if (resumed && trainer.resume(resumed)) {
    iteration = resumed.iteration;
    for (const [name, column] of Object.entries(resumed.history)) history[name as keyof Columns].push(...column);
    for (const [at, weights] of resumed.snapshots) snapshots.set(at, weights);
    best = resumed.best;
  }
  const resumedAt = iteration;

  const evaluate = (): void => {
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
    if (!best || validation.loss < history.validationLoss[best.row]) best = { row, weights: trainer.packed };
  };
  const diverged = (): boolean => {
    const row = history.iteration.length - 1;
    return !Number.isFinite(history.trainLoss[row]) || !Number.isFinite(history.validationLoss[row]);
  };
  const save = (): void => {
    checkpoints?.save({
      iteration,
      work: trainer.work,
      history: withoutEmpty(history),
      weights: trainer.packed,
      moments: trainer.moments,
      best: best as NonNullable<typeof best>,
      snapshots,
    });
  };

  for (let begun = best !== undefined; ; begun = false) {
    const last = iteration === iterations;
    // A checkpoint is taken after its iteration's snapshot and evaluation.
    if (!begun) {
      if (snapshotAt.has(iteration)) snapshots.set(iteration, trainer.packed);
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
    const next = Math.min(nextStop(iteration), iteration + stepsAtOnce);
    trainer.train(next - iteration);
    iteration = next;
  }

  const finalPacked = trainer.packed;
  const measure = (row: number): Measurement => {
    const test = trainer.test();
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
  trainer.packed = chosen.weights;
  const earlyStop = measure(chosen.row);
  const { work } = trainer;
  return {
    status: diverged() ? 'diverged' : 'done',
    history: withoutEmpty(history),
    earlyStop,
    earlyStopWeights: trainer.unpack(chosen.weights),
    end,
    finalWeights: trainer.unpack(finalPacked),
    snapshots: new Map([...snapshots].map(([iteration, weights]) => [iteration, trainer.unpack(weights)])),
    work,
    flops: flopsOf(work),
  };

  function nextStop(from: number): number {
    let next = Math.min(iterations, (Math.floor(from / evaluateEvery) + 1) * evaluateEvery);
    for (const stop of snapshotAt) if (stop > from && stop < next) next = stop;
    return next;
  }
}

/** The columns of a history without those of a test set that was not asked for. */
function withoutEmpty({ testLoss, testAccuracy, ...rest }: Columns): History {
  return testLoss.length > 0 ? { ...rest, testLoss, testAccuracy } : rest;
}
