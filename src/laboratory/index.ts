export { type Ending, Laboratory, type LaboratoryOptions, type RunHow, type Survey } from './laboratory.js';
export { type PlannedRun, type PlannedStudy, planRun, planStudy, studyName } from './plan.js';
export { heldAgainstPlan, type Recorded } from './recorded.js';
