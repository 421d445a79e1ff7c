/** Studies: questions asked of many trainings, each with its plan, statistics, findings and page. A folder a study. */

export * from './consistency/index.js';
export { consistencyPage } from './consistency/page.js';
export * from './information-plane/index.js';
export { informationPage } from './information-plane/page.js';
export * from './random-tickets/index.js';
export { randomTicketsPage } from './random-tickets/page.js';
export * from './rewind/index.js';
export { rewindPage } from './rewind/page.js';
export type { Finding } from './shared/finding.js';
export { completeness, renderStudyPage, type StudyPage } from './shared/page.js';
export { assembleStudy, type StudyRecord } from './shared/schemes/assemble.js';
export { studyFigures } from './shared/schemes/figures.js';
export { studyFindings } from './shared/schemes/findings.js';
export { planStudy, type StudyPlan, type StudyRequest } from './shared/schemes/plan.js';
export { renderStudyReport } from './shared/schemes/report.js';
export type { StudyCost, StudyKind, StudyPoint, StudyResults, StudyScheme } from './shared/schemes/results.js';
export { type Scheme, schemeNames, schemes } from './shared/schemes/table.js';
export { studyTables } from './shared/schemes/tables.js';
export * from './stability/index.js';
export { stabilityPage } from './stability/page.js';
export type { Study, StudyOutcome, StudyStore, StudyWork } from './study.js';
