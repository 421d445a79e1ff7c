export { randomMask } from './controls.js';
export { maskDigest, tensorsDigest } from './digest.js';
export { kindOf, type LayerKind, layerKinds, type PruningGroup, type PruningRates, pruningGroups } from './groups.js';
export {
  type BiasLaw,
  type InitialisationChoices,
  type Initialiser,
  type InitialiserName,
  initialise,
  initialiserNames,
  initialisers,
} from './initialisers/index.js';
export { inputDegree } from './input-degree.js';
export { type KeepGroup, keepAtLevel, ladder, type Rung, roundCount } from './ladder.js';
export { applyMask, densityOf, fullMask, type KeptCount, keptCounts } from './mask.js';
export { collapsedLayers, type PruneSource, prune } from './prune.js';
export {
  drawnScores,
  type Score,
  type ScoreContext,
  type ScoreName,
  scoreNames,
  scores,
  scoresOfInitial,
} from './scores/index.js';
