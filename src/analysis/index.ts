/** Statistics of runs: pure functions, no files, no terminal. */

export {
  byCondition,
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
  formatCount,
  formatDensity,
  formatFixed,
  formatInteger,
  formatInterval,
  formatP,
  formatShare,
  formatSigned,
} from './format.js';
export { holm } from './holm.js';
export { type BootstrapOptions, bootstrapInterval, deviation, type Interval, mean, tInterval } from './intervals.js';
export { normalCdf, normalQuantile } from './normal.js';
export { type PairedDifference, pairedDifference, pairedTTest, signFlipTest } from './paired.js';
export { conditionName, earlierInWords, headline, PAPER_DENSITY, type Statement, statements } from './statements.js';
export { incompleteBeta, logGamma, studentCdf, studentQuantile, studentTwoSided } from './student.js';
export { median, type Summary, summarise } from './summary.js';
export { type LevelRow, levelRows, type RowContrast } from './table.js';
export { type Outcome, type Verdict, verdict } from './verdict.js';
