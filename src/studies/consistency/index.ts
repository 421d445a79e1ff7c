import { usualDensities } from '../shared/ladder.js';
import type { Study } from '../study.js';
import { assembleConsistency } from './assemble.js';
import type { ConsistencyFound } from './found.js';
import { type ConsistencyOptions, type ConsistencyWork, planConsistency } from './plan.js';

export type { ConsistencyOptions, ConsistencyWork } from './plan.js';

/** Whether training and pruning find the same ticket each time. */
export const consistencyStudy: Study<ConsistencyOptions, ConsistencyWork, ConsistencyFound> = {
  title: 'whether pruning finds the same ticket each time',
  plan: planConsistency,
  assemble: assembleConsistency,
};

/** What the study does unless told. */
export const usualConsistency: ConsistencyOptions = {
  densities: usualDensities,
  variations: ['order', 'noise', 'data', 'initialisation', 'all'],
  noise: 0.1,
  part: 0.5,
  match: 'masks',
  draws: 10,
};
