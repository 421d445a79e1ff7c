import type { Kernels } from '../../kernels/index.js';
import { applyMask, fullMask, keepAt, prune } from '../../tickets/index.js';
import { train } from '../../training/index.js';
import type { TrainingPlan } from '../../training/types.js';
import { paperRates } from './plan.js';
import { type BenchRow, ours, rowOf } from './rows.js';

/** Levels of the paper's ladder for LeNet-300-100. */
export const LEVELS = 19;

/**
 * Times the whole ladder, as an experiment goes through it: train with evaluations and the final test, prune what the
 * training left, rewind, train again; and beside it as many trainings of the dense network. Levels and dense trainings
 * take turns, so that what else the machine does falls on both.
 */
export async function benchLadder(
  kernels: Kernels,
  plan: TrainingPlan,
  onLevel: (level: number) => void,
): Promise<BenchRow[]> {
  let ladder = 0;
  let dense = 0;
  let mask = fullMask(plan.network);
  const timed = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
    const began = performance.now();
    const result = await work();
    return [result, performance.now() - began];
  };
  await train({ kernels, plan: { ...plan, iterations: 20 } });
  for (let level = 0; level < LEVELS; level++) {
    onLevel(level);
    dense += (await timed(() => train({ kernels, plan })))[1];
    const [next, elapsed] = await timed(async () => {
      const pruned = level === 0 ? plan : { ...plan, mask, start: applyMask(plan.start, mask) };
      const { finalWeights } = await train({ kernels, plan: pruned });
      return prune(mask, finalWeights, 'magnitude', keepAt(plan.network, paperRates, level + 1));
    });
    mask = new Map(next);
    ladder += elapsed;
  }
  const what = `${LEVELS} trainings of ${plan.iterations} iterations`;
  return [
    rowOf({ ...ours, case: `${what}, dense`, density: 1 }, [dense]),
    rowOf({ ...ours, case: `${what}, the ladder`, density: 0.8 ** (LEVELS - 1) }, [ladder]),
  ];
}
