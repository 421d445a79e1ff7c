/** Statistics of runs: pure functions, no files, no terminal. */

export * from './alignment/index.js';
export { overTrials, pairByTrial, type TrialPair, type TrialRun } from './by-trial.js';
export {
  type Comparison,
  type Contrast,
  compareRun,
  findContrast,
  findGroup,
  type Group,
  type LevelComparison,
  type MeasuredRun,
  type MetricContrast,
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
export { type Claim, claimThat, holmTogether, type JudgedClaim, judgeFamily, judgeTogether } from './family.js';
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
  formatRatio,
  formatSeconds,
  formatShare,
  formatSigned,
  formatTwoDigits,
} from './format.js';
export { headline } from './headline.js';
export { holm } from './holm.js';
export * from './information/index.js';
export { deviation, type Interval, mean, tInterval } from './intervals.js';
export { fisherCdf, fisherQuantile, type Intraclass, intraclass } from './intraclass.js';
export { logOf, type Ratio, ratioOf } from './log-ratio.js';
export {
  commonStart,
  type MeasuredCell,
  type MeasuredHow,
  type MeasuredPoint,
  type Metric,
  metrics,
} from './metrics.js';
export { normalCdf, normalQuantile } from './normal.js';
export * from './overlap/index.js';
export { type PairedDifference, pairedDifference, pairedTTest, signFlipTest } from './paired.js';
export { type Offer, paretoFront } from './pareto.js';
export { noncentralCdf, powerOf, smallestEffect, USUAL_POWER } from './power.js';
export { predictionInterval } from './prediction.js';
export { rankCorrelation, ranksOf } from './rank-correlation.js';
export { judgeReproduction, type Published, type Reproduction } from './reproduction.js';
export * from './spectra/index.js';
export { type LossCurve, lossArea, type Measures, type TimeToLoss, timeToLoss } from './speed.js';
export { claimCount, PAPER_DENSITY, type Statement, statements } from './statements/index.js';
export { incompleteBeta, logGamma, studentCdf, studentQuantile, studentTwoSided } from './student.js';
export { median, type Summary, summarise } from './summary.js';
export { type LevelRow, levelRows, type RowContrast, type RowNumber } from './table.js';
export * from './ticket-properties/index.js';
export { slopeOf, type TrendPoint, trendOverTrials } from './trend.js';
export {
  type PairMean,
  type PairTest,
  type PairValue,
  pairMean,
  pairwiseDifferences,
  testPairs,
} from './trial-pairs.js';
export { type Evidence, type Outcome, type UndecidedReason, type Verdict, verdict } from './verdict.js';
export { reasonText, verdictText } from './verdict-words.js';
