/** Whether pruning finds the same ticket each time. */

export { type KeptByTrials, keptByTrials } from './agreements.js';
export {
  askedLevels,
  focusOf,
  type LayerScope,
  matchedValues,
  type OverlapMeasure,
  type OverlapSummary,
  overlapValues,
  ratioWithin,
  shuffledValues,
  summariseOverlap,
} from './compare.js';
export { consistencyFindings, consistencyNotes } from './findings.js';
export {
  type AgreementFound,
  type ConsistencyFound,
  type ConsistencyLevel,
  type MatchingFound,
  type OverlapFound,
  type PixelOverlap,
  prunedLayers,
  type TicketFound,
  unordered,
  type VariationFound,
  type VariationName,
  variationNames,
  variations,
} from './found.js';
export { pixelOverlap } from './pixels.js';
export { consistencyTables } from './tables.js';
export { type ConsistencyTest, consistencyTests } from './tests.js';
export {
  type AgreementValues,
  type LayerOverlap,
  type MatchedBy,
  type MatchingValues,
  matchedBy,
  type OverlapValues,
  type ShuffledMatching,
} from './values.js';
