/** Experiments: specifications, the cells that they plan, results, stores, and the executors of tasks. */

export { assembleResults, runDigest } from './assemble.js';
export { canonicalDigest, canonicalJson, type Json, withoutDefaults } from './canonical.js';
export {
  type CellSpecification,
  cellId,
  cellIdentity,
  firstIterationOf,
  type MaskSpecification,
  networkOf,
  type PrunedMask,
  parentsOf,
  type RandomMask,
  type StartSpecification,
} from './cell-specification.js';
export type { CheckpointStore, KeptCheckpoint } from './checkpoint-store.js';
export { DamageError } from './damage.js';
export type { DatasetFacts } from './dataset-facts.js';
export { describeCell } from './describe-cell.js';
export { cellDigest, historyDigest } from './digest.js';
export { type Draw, drawOf } from './draw.js';
export { type ExecuteCellOptions, executeCell, type TrainedCell } from './execute.js';
export { type CellPart, cellParts, type ExportedTensors, exportedTensors } from './exported-tensors.js';
export {
  differingParts,
  encodeMeasurement,
  encodeRecord,
  encodeSafetensors,
  fitsNetwork,
  type ReadFile,
  readMeasurementFile,
  readRunFile,
  readStudyFile,
  type StoredTensor,
  summaryOf,
} from './files/index.js';
export type { Store } from './full-store.js';
export { ancestry, buildGraph, networkFor, type PlannedCell, type RunGraph } from './graph.js';
export { epochSteps, type Length } from './length.js';
export { type Lengths, lengthsOf } from './lengths.js';
export { type CostedMask, type MaskSource, maskOf } from './masks.js';
export * from './measurements/index.js';
export { MemoryStore } from './memory-store.js';
export { type ChosenScore, isModulePath, type OwnScore, type OwnScores, ownScoreOf, pinned } from './own-score.js';
export type { Parents } from './parents.js';
export { inherit, overlay, type Preset, presetInput, presets, quicken, resolveSpecification } from './presets.js';
export { type RecordFiles, type RecordName, type RecordStore, readRecord, recordsIn } from './record-store.js';
export type { Machine, RunRecord, StudyRecord } from './records.js';
export type { CellResult, Condition, History, LayerCount, RunResults } from './results.js';
export { factsOf, runFolder } from './run-folder.js';
export {
  type RunSpecification,
  type SpecificationInput,
  specificationJsonSchema,
  specificationSchema,
} from './schema.js';
export { allSettings, type Setting, settingsUnder } from './schema-paths.js';
export { type Assignment, assign, parseAssignment } from './set.js';
export { startOf } from './starts.js';
export type { CellDigests, CellProvenance, CellStore, CellSummary, FinishedCell } from './store.js';

export * from './tasks/index.js';
export { type Training, trainingsOf } from './trainings.js';
export { validateSpecification } from './validate.js';
export { type TaskCounts, type VerifyEvent, type VerifyOptions, type VerifyOutcome, verifyTasks } from './verify.js';
