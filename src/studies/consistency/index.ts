import { matchedBy } from '../../analysis/overlap/values.js';
import type { Study } from '../study.js';
import { assembleConsistency } from './assemble.js';
import { type ConsistencyFound, variationNames, variations } from './found.js';
import { type ConsistencyOptions, type ConsistencyPlan, options, planConsistency } from './plan.js';
import { consistencyReport } from './report.js';

const listed = (entries: readonly (readonly [string, string])[]) =>
  entries.map(([name, text]) => `  ${name.padEnd(16)} ${text}`).join('\n');

/** Whether training and pruning find the same ticket each time. */
export const consistency: Study<ConsistencyOptions, ConsistencyPlan, ConsistencyFound> = {
  name: 'consistency',
  title: 'whether pruning finds the same ticket each time',
  about: `Variations, each as many trials as the settings have:
${listed(variationNames.map((name) => [name, `trials ${variations[name].differs}`] as const))}

Where trials begin with other weights (initialisation, all), hidden units are also put into the order that matches best:
${listed(Object.entries(matchedBy).map(([name, text]) => [name, `by ${text}`] as const))}

The settings’ own pruning, levels, controls, share, noise and part are replaced by those of the study; network, data, training and trials stay. Tickets are those of iterative magnitude pruning, and shared with every run and study that has them.`,
  examples: [
    'consistency lenet-mnist --trials 5 --set iterations=12000',
    'consistency --only order,initialisation --densities 0.2 --match weights',
  ],
  options,
  plan: planConsistency,
  assemble: assembleConsistency,
  report: consistencyReport,
  figures: async () => (await import('./figures/index.js')).consistencyFigures,
};
