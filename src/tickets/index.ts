/** Tickets: initialisers, scores, scopes, structures, schedules, starts, controls, and compact networks. */

export { type Compact, compactNetwork } from './compact.js';
export { invertedMask, randomMask, shuffledMask, spreadMask } from './controls.js';
export { maskDigest, tensorsDigest } from './digest.js';
export {
  type EvolutionName,
  type EvolutionSettings,
  evolutionNames,
  evolutionOf,
  evolutions,
  hasScaledChannels,
  maskDistance,
  relativeDistance,
} from './evolutions/index.js';
export { kindOf, type LayerKind, layerKinds, type PruningGroup, type PruningRates, pruningGroups } from './groups.js';
export { type Pruning, pruneInSteps } from './in-steps.js';
export {
  type BiasLaw,
  type InitialisationChoices,
  type Initialiser,
  type InitialiserName,
  initialise,
  initialiserNames,
  initialisers,
  initialisesByExamples,
  type OutputVariance,
} from './initialisers/index.js';
export { inputDegree } from './input-degree.js';
export { type KeepGroup, type Rung, roundCount } from './ladder.js';
export { applyMask, countOf, densityOf, fullMask, type KeptCount, keptCounts } from './mask.js';
export {
  checkMeasurable,
  type Measurer,
  type MeasureSource,
  measurer,
  outputVarianceOn,
  type Quantity,
  quantities,
} from './measure.js';
export { power } from './power.js';
export { collapsedLayers, keepHighest, type PruneSource, prune, type Scored, scoreTensors } from './prune.js';
export {
  erdosRenyiCounts,
  erdosRenyiKernelCounts,
  keepAt,
  type LadderSettings,
  ladderOf,
  type Scope,
  type ScopeName,
  scopeNames,
  scopes,
  uniformCounts,
} from './scopes/index.js';
export {
  asScore,
  drawnScores,
  needsExamples,
  type Score,
  type ScoreContext,
  type ScoreName,
  scoreNames,
  scores,
  scoresOfExamples,
  scoresOfInitial,
} from './scores/index.js';
export { type Start, type StartName, startNames, starts, startsOfAmount, startValues } from './starts/index.js';
export {
  type Counted,
  elementCounts,
  pruneByStructure,
  pruneElements,
  type Structure,
  type StructureName,
  structureNames,
  structures,
  survivingElements,
} from './structures/index.js';
