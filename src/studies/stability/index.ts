import type { LineValues } from '../../analysis/connectivity/index.js';
import { aboutRewinds } from '../shared/rewinds/options.js';
import { trainedPoints } from '../shared/rewinds/trained-point.js';
import type { Study } from '../study.js';
import type { StabilityFound, StabilityLine } from './found.js';
import { options, type StabilityOptions } from './parts.js';
import { planStability, type StabilityPlan } from './plan.js';
import { stabilityReport } from './report.js';

/** When training is stable: whether two children of one network, trained in other orders, end in one valley. */
export const stability: Study<StabilityOptions, StabilityPlan, StabilityFound> = {
  name: 'stability',
  title: 'when training is stable to the order of examples, and whether tickets match where it is',
  about: aboutRewinds,
  examples: ['stability lenet-mnist --trials 3 --rewinds 0,100,500 --densities 0.2,0.05'],
  options,
  plan: planStability,
  async assemble({ base, network, options: chosen, rewinds, densities, iterations, trainings, lines }, store) {
    const found: StabilityLine[] = [];
    for (const { place, measurement } of lines) {
      if (!(await store.hasMeasurement(measurement.id))) continue;
      const values = (await store.readMeasurement(measurement.id)) as LineValues;
      found.push({ ...place, values } as StabilityLine);
    }
    const normalised = network.layers.some(({ kind }) => kind === 'batch-normalisation');
    return {
      rewinds,
      densities,
      trials: base.trials,
      children: chosen.children,
      iterations,
      at: chosen.at,
      points: chosen.points,
      trainingExamples: chosen.trainingExamples,
      estimated: normalised ? (chosen.estimate ? 'all' : 'between trials') : null,
      trained: await trainedPoints(trainings, store),
      lines: found,
      planned: { trained: trainings.length, lines: lines.length },
    };
  },
  report: stabilityReport,
  figures: async () => (await import('./figures/index.js')).stabilityFigures,
};
