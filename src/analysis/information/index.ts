/** Mutual information of layers: estimators, and what is said of their course in training. */

export { type BinnedInformation, type BinRule, binnedCells, binnedInformation } from './binning.js';
export { digamma } from './digamma.js';
export { type SquaredDistances, squaredDistances } from './distances.js';
export { type Correction, entropyOfCounts, labelEntropy } from './entropy.js';
export {
  type Estimate,
  type EstimatorName,
  type EstimatorSettings,
  estimateLayer,
  estimatorDefaults,
  estimatorNames,
  estimatorOf,
  estimators,
  type LayerView,
  usualEstimators,
} from './estimators.js';
export type { MeasuredInformation, MeasuredIteration, MeasuredLayer } from './measured.js';
export { type MixtureBound, mixtureInformation } from './mixture-bounds.js';
export { kraskovInformation, labelInformation, neighbourEntropy, noisyInputInformation } from './neighbours.js';
export type { Information, LayerSample } from './sample.js';
