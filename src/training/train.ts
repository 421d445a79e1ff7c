import type { Kernels } from '../kernels/kernels.js';
import { type PackedWeights, Trainer } from './trainer.js';
import type { History, Measurement, TrainingObserver, TrainingPlan, TrainingResult } from './types.js';

/** Thrown when an observer ends a training run. */
export class TrainingAborted extends Error {
  override readonly name = 'AbortError';
}

/**
 * One training run, from its start values to its last iteration: evaluates at the start, every `evaluateEvery`
 * iterations, and at the end; keeps the weights of the lowest validation loss, so that the test accuracy *at* early stop
 * is exact. Ends early, with status `diverged`, at the first evaluation whose loss is no finite number.
 *
 * @throws RangeError when the plan's shapes do not agree
 * @throws TrainingAborted when the observer returns false
 */
export function train(kernels: Kernels, plan: TrainingPlan, observer?: TrainingObserver): TrainingResult {
  const trainer = new Trainer(kernels, plan);
  const { iterations, evaluateEvery, firstIteration } = plan;
  const snapshotAt = new Set(plan.snapshots);
  const snapshots = new Map<number, PackedWeights>();
  const history = {
    iteration: [] as number[],
    trainLoss: [] as number[],
    trainAccuracy: [] as number[],
    validationLoss: [] as number[],
    validationAccuracy: [] as number[],
    testLoss: [] as number[],
    testAccuracy: [] as number[],
  };
  let best: { row: number; weights: PackedWeights } | undefined;
  let status: TrainingResult['status'] = 'done';

  for (let iteration = firstIteration; ; ) {
    if (snapshotAt.has(iteration)) snapshots.set(iteration, trainer.packed);
    const last = iteration === iterations;
    if (iteration === firstIteration || last || iteration % evaluateEvery === 0) {
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
      if (!Number.isFinite(batch.loss) || !Number.isFinite(validation.loss)) status = 'diverged';
      const goOn = observer?.({
        iteration,
        iterations,
        validationLoss: validation.loss,
        validationAccuracy: validation.accuracy,
      });
      if (goOn === false) throw new TrainingAborted(`training was stopped at iteration ${iteration} of ${iterations}.`);
    }
    if (last || status === 'diverged') break;
    const next = nextStop(iteration, plan, snapshotAt);
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
  const { testLoss, testAccuracy, ...rest } = history;
  const complete: History = plan.testCurve ? history : rest;
  return {
    status,
    history: complete,
    earlyStop,
    earlyStopWeights: trainer.unpack(chosen.weights),
    end,
    finalWeights: trainer.unpack(finalPacked),
    snapshots: new Map([...snapshots].map(([iteration, weights]) => [iteration, trainer.unpack(weights)])),
    flops: trainer.flops,
  };

  function nextStop(from: number, { iterations: end }: TrainingPlan, stops: ReadonlySet<number>): number {
    let next = Math.min(end, (Math.floor(from / evaluateEvery) + 1) * evaluateEvery);
    for (const stop of stops) if (stop > from && stop < next) next = stop;
    return next;
  }
}
