import type { Study } from '../study.js';
import { assembleInformation } from './assemble.js';
import type { InformationFound } from './found.js';
import { type InformationOptions, type InformationWork, planInformation } from './plan.js';

export type { InformationOptions, InformationWork } from './plan.js';

/** What winning tickets look like on the information plane, beside the dense network and their controls. */
export const informationStudy: Study<InformationOptions, InformationWork, InformationFound> = {
  title: 'what each layer tells of input and label through training, for dense network, ticket and controls',
  plan: planInformation,
  assemble: assembleInformation,
};
