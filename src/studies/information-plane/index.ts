import { estimatorNames, estimatorOf } from '../../analysis/information/index.js';
import type { Study } from '../study.js';
import { assembleInformation } from './assemble.js';
import type { InformationFound } from './found.js';
import { type InformationOptions, type InformationPlan, options, planInformation } from './plan.js';
import { informationReport } from './report.js';

const estimators = estimatorNames
  .map((name) => `  ${name.padEnd(20)} ${estimatorOf(name).title} (${estimatorOf(name).source})`)
  .join('\n');

/** What winning tickets look like on the information plane, beside the dense network and their controls. */
export const informationPlane: Study<InformationOptions, InformationPlan, InformationFound> = {
  name: 'information-plane',
  title:
    'mutual information of each layer with input and label through training, for dense network, ticket and controls',
  about: `Estimators:
${estimators}

The ticket is iterative magnitude pruning’s; beside it stand its random re-initialisation, a random mask and the dense network. These four are trained once more, keeping their weights at the iterations looked at; the ladder is shared with runs and studies.`,
  examples: [
    'information-plane lenet-mnist --trials 5 --set iterations=12000',
    'information-plane binary-12-tanh --density 0.5',
  ],
  options,
  plan: planInformation,
  assemble: assembleInformation,
  report: informationReport,
  figures: async () => (await import('./figures/index.js')).informationFigures,
};
