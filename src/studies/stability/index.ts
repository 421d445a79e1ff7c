import type { LineValues } from '../../analysis/connectivity/index.js';
import { trainedPoints } from '../shared/rewinds/trained-point.js';
import type { Study } from '../study.js';
import type { StabilityFound, StabilityLine } from './found.js';
import type { StabilityOptions } from './parts.js';
import { planStability, type StabilityWork } from './plan.js';

export { type StabilityOptions, usualStability } from './parts.js';
export type { StabilityWork } from './plan.js';

/** When training is stable: whether two children of one network, trained in other orders, end in one valley. */
export const stabilityStudy: Study<StabilityOptions, StabilityWork, StabilityFound> = {
  title: 'when training is stable to the order of examples, and whether tickets match where it is',
  plan: planStability,
  async assemble({ base, network, options, rewinds, densities, iterations, trainings, lines }, store) {
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
      children: options.children,
      iterations,
      at: options.at,
      points: options.points,
      trainingExamples: options.trainingExamples,
      estimated: normalised ? (options.estimate ? 'all' : 'between trials') : null,
      trained: await trainedPoints(trainings, store),
      lines: found,
      planned: { trained: trainings.length, lines: lines.length },
    };
  },
};
