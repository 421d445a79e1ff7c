/** The laboratory: plans runs and studies, executes them on any executor and store, and assembles what they found. */

export * from './archive/index.js';
export { type Ending, Laboratory, type LaboratoryOptions, type RunHow, type Survey } from './laboratory.js';
export { outcomeOfOthers } from './outcome-of-others.js';
export { Overseer, type RecordOverview, type StoreOverview } from './overview.js';
export { type PlannedRun, type PlannedStudy, planRun, planStudy, studyName } from './plan.js';
export { heldAgainstPlan, type Recorded } from './recorded.js';
export { runResults } from './run-results.js';
export {
  type RecordState,
  type RunningTask,
  type StateCounts,
  type StoreState,
  secondsOfWork,
  stateOfRecord,
  stateOfStore,
} from './state.js';
export { type CellView, type StoreView, type StudyView, type TaskLine, ViewOfStore } from './store-view.js';
export { studyResults } from './study-results.js';
export { fromWire, toWire, wirePieces } from './wire.js';
