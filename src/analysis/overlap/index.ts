/** How much masks agree, against chance. */

export { type Agreement, agreementOf, coreOf, expectedCounts, poissonBinomial, unionOf } from './agreement.js';
export { hypergeometricMoments, logHypergeometric, logUpperTail, type SetSizes } from './hypergeometric.js';
export {
  countOverlap,
  logChanceOf,
  type Overlap,
  type OverlapCounts,
  overlapOf,
  overlapOfParts,
  sumOverlaps,
} from './overlap.js';
export {
  livingParts,
  overlapWithinParts,
  type PartCounts,
  partsOf,
  type TensorOverlap,
  tensorOverlap,
} from './tensor-overlap.js';
