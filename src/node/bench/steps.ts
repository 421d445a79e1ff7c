import type { Kernels } from '../../kernels/index.js';
import { Trainer } from '../../training/index.js';
import type { TrainingPlan } from '../../training/types.js';
import { atLevel, densityOfPlan, levelNear } from './plan.js';
import { type BenchRow, ours, rowOf } from './rows.js';

/** Densities at which a step is timed, dense first. */
export const stepDensities: readonly number[] = [1, 0.51, 0.21, 0.036, 0.01];

/** Milliseconds that one sample should last, so that the clock's resolution does not matter. */
const SAMPLE_MS = 20;

/** Times `work(n)`, which repeats something n times, in samples of about SAMPLE_MS each: milliseconds per repetition. */
export function sample(samples: number, work: (times: number) => void): number[] {
  let times = 1;
  // The first calls also let the engine compile.
  for (;;) {
    const began = performance.now();
    work(times);
    const elapsed = performance.now() - began;
    if (elapsed >= SAMPLE_MS / 2) {
      times = Math.max(1, Math.round((times * SAMPLE_MS) / elapsed));
      break;
    }
    times *= 2;
  }
  return Array.from({ length: samples }, () => {
    const began = performance.now();
    work(times);
    return (performance.now() - began) / times;
  });
}

/** Times one training step of the plan at the level nearest a density. */
export function sampleStep(kernels: Kernels, plan: TrainingPlan, density: number, samples: number) {
  const pruned = atLevel(plan, density === 1 ? 0 : levelNear(plan, density));
  const trainer = new Trainer(kernels, pruned);
  const times = sample(samples, (count) => trainer.train(count));
  return { density: densityOfPlan(pruned), times, flops: trainer.step.flops };
}

/** Times each operation of the step by itself, dense and at one sparse density. */
export function benchKernels(kernels: Kernels, plan: TrainingPlan, samples: number): BenchRow[] {
  return [1, 0.036].flatMap((density) => {
    const pruned = atLevel(plan, density === 1 ? 0 : levelNear(plan, density));
    const trainer = new Trainer(kernels, pruned);
    trainer.train(20);
    const kept = densityOfPlan(pruned);
    return trainer.step.lines.flatMap(({ operation, shape, flops }, line): BenchRow[] => {
      // What only moves the cursor takes nanoseconds, and the batch must stay where it is.
      if (operation === 'order' || operation === 'advance') return [];
      const times = sample(samples, (count) => trainer.step.runLine(line, count));
      return [rowOf({ ...ours, case: `${operation} ${shape}`, density: kept }, times, flops)];
    });
  });
}
