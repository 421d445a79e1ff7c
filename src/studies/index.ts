/** Studies: questions asked of many trainings, each with its plan, statistics, findings and figures. A folder a study. */

export { studies, studyNamed } from './registry.js';
export type { Finding } from './shared/finding.js';
export { optionsJsonSchema, optionWords, parseOptions, type StudyOption } from './shared/options.js';
export { completeness, renderStudyPage } from './shared/page.js';
export { type Scheme, type SchemeName, schemeNames, schemes } from './shared/schemes/table.js';
export type { StudyTable } from './shared/table.js';
export type {
  AnyStudy,
  Study,
  StudyFigures,
  StudyOutcome,
  StudyPlan,
  StudyReport,
  StudyStore,
} from './study.js';
