/** Statistics of runs: pure functions, no files, no terminal. */

export * from './alignment/index.js';
export {
  type Comparison,
  type Contrast,
  compareRun,
  findContrast,
  findGroup,
  type Group,
  type LevelComparison,
  type MeasuredCell,
  type MeasuredPoint,
  type MeasuredRun,
  type Metric,
  type MetricContrast,
  metrics,
  nearestLevel,
  type Winning,
} from './comparison.js';
export {
  byCondition,
  type ConditionDescription,
  conditionName,
  conditionOf,
  isControl,
  type ListedCondition,
} from './conditions.js';
export * from './connectivity/index.js';
export { confidenceText, type Estimate, estimateSentence, estimateText } from './estimate-words.js';
export {
  capitalise,
  formatCount,
  formatDensity,
  formatFixed,
  formatInteger,
  formatInterval,
  formatLarge,
  formatList,
  formatP,
  formatPowerOfTen,
  formatSeconds,
  formatShare,
  formatSigned,
  formatTwoDigits,
} from './format.js';
export { headline } from './headline.js';
export { holm } from './holm.js';
export * from './information/index.js';
export { type BootstrapOptions, bootstrapInterval, deviation, type Interval, mean, tInterval } from './intervals.js';
export { normalCdf, normalQuantile } from './normal.js';
export * from './overlap/index.js';
export { type PairedDifference, pairedDifference, pairedTTest, signFlipTest } from './paired.js';
export { type Offer, paretoFront } from './pareto.js';
export { rankCorrelation, ranksOf } from './rank-correlation.js';
export * from './spectra/index.js';
export { PAPER_DENSITY, type Statement, statements } from './statements.js';
export { incompleteBeta, logGamma, studentCdf, studentQuantile, studentTwoSided } from './student.js';
export { bootstrapOf, median, type Summary, summarise } from './summary.js';
export { type LevelRow, levelRows, type RowContrast } from './table.js';
export * from './ticket-properties/index.js';
export {
  type PairMean,
  type PairTest,
  type PairValue,
  pairMean,
  pairwiseDifferences,
  testPairs,
} from './trial-pairs.js';
export { type Outcome, type UndecidedReason, type Verdict, verdict } from './verdict.js';
export { reasonText, verdictText } from './verdict-words.js';
