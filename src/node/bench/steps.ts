import type { Kernels } from '../../kernels/index.js';
import { Trainer } from '../../training/index.js';
import type { TrainingPlan } from '../../training/types.js';
import { densityOfPlan } from './plan.js';
import type { Runnable } from './serve.js';

/** Training steps of a plan. */
export function prepareStep(kernels: Kernels, plan: TrainingPlan): Runnable {
  const trainer = new Trainer(kernels, plan);
  return {
    parts: [{ name: 'step', flops: trainer.step.flops }],
    density: densityOfPlan(plan),
    bytes: trainer.arenaBytes,
    run: (_, times) => trainer.train(times),
  };
}

/** Each operation of a step by itself; the lines of one name, such as those of all convolutions, are one part. */
export function prepareOperations(kernels: Kernels, plan: TrainingPlan): Runnable {
  const trainer = new Trainer(kernels, plan);
  trainer.train(2);
  const named = new Map<string, { flops: number; lines: number[] }>();
  trainer.step.lines.forEach(({ operation, flops }, line) => {
    // What only moves the cursor takes nanoseconds, and the batch must stay where it is.
    if (operation === 'order' || operation === 'advance') return;
    const part = named.get(operation) ?? { flops: 0, lines: [] };
    part.flops += flops;
    part.lines.push(line);
    named.set(operation, part);
  });
  const parts = [...named].map(([name, { flops, lines }]) => ({ name, flops, lines }));
  return {
    parts: parts.map(({ name, flops }) => ({ name, flops })),
    density: densityOfPlan(plan),
    run: (part, times) => {
      for (const line of parts[part].lines) trainer.step.runLine(line, times);
    },
  };
}
