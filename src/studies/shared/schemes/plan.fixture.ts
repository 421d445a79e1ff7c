import { makeStrokes } from '../../../data/index.js';
import { resolveSpecification } from '../../../experiments/presets.js';
import { factsOf } from '../../../experiments/run-folder.js';
import type { SchemesPlan } from './plan.js';

export const dataset = makeStrokes({ train: 320, test: 100, seed: 3 });
export const facts = factsOf(dataset);
export const base = resolveSpecification({
  network: { hidden: [12, 8] },
  data: { name: 'strokes', validation: 64 },
  batch: 20,
  iterations: 60,
  evaluateEvery: 10,
  pruning: { rate: 0.5, outputRate: 0.5, schedule: 'one-shot' },
  controls: { reinitialise: 7 },
  levels: 9,
  trials: 2,
});

/** Cells by condition and density. */
export const countsBy = ({ cells }: SchemesPlan) => {
  const counts: Record<string, number> = {};
  for (const { condition, density } of cells) {
    const key = `${condition} ${density.toFixed(2)}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};
