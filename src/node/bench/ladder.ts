import type { Kernels } from '../../kernels/index.js';
import type { Mask } from '../../networks/network.js';
import { applyMask, fullMask, keepAt, prune } from '../../tickets/index.js';
import { Trainer } from '../../training/index.js';
import type { TrainingPlan } from '../../training/types.js';
import { paperRates } from './plan.js';
import type { Test } from './protocol.js';
import type { Runnable } from './serve.js';

/** Iterative magnitude pruning, a level a part: train what the level before it left, from the first values, and prune. */
export function prepareLadder(kernels: Kernels, plan: TrainingPlan, { levels = 1, iterations = 1 }: Test): Runnable {
  const masks: Mask[] = [fullMask(plan.network)];
  return {
    parts: Array.from({ length: levels }, (_, level) => ({ name: `level ${level}` })),
    // A level may be asked for again: it starts from what the level before it left, whatever itself left before.
    run: (level) => {
      const mask = masks[level];
      const pruned = level === 0 ? plan : { ...plan, mask, start: applyMask(plan.start, mask) };
      const trainer = new Trainer(kernels, { ...pruned, iterations });
      trainer.train(iterations);
      masks[level + 1] = prune(mask, trainer.weights, 'magnitude', keepAt(plan.network, paperRates, level + 1));
    },
  };
}
