import type { Comparison, LevelComparison } from '../comparison.js';
import { confidenceText } from '../estimate-words.js';
import { formatCount, formatDensity, ratioFormat } from '../format.js';
import { logOf } from '../log-ratio.js';
import { type Metric, metrics } from '../metrics.js';
import { trendOverTrials } from '../trend.js';
import type { OpenClaim } from './claim.js';

/** From the dense network down to a level, fewer weights learn faster: each trial's slope of log time over log density. */
export function trend(
  comparison: Comparison,
  last: LevelComparison,
  metric: Extract<Metric, 'timeToLoss' | 'lossArea'>,
): OpenClaim | null {
  const levels = comparison.levels.filter(({ density }) => density >= last.density);
  if (levels.length < 3) return null;
  const points = levels.flatMap(({ level, density }) =>
    comparison.cells
      .filter((cell) => cell.level === level && cell.status === 'done')
      .filter(({ condition }) => condition === (level === 0 ? 'dense' : 'ticket'))
      .flatMap((cell) => {
        const value = metrics[metric].of(cell, comparison.measures);
        return value === null ? [] : [{ trial: cell.trial, x: Math.log(density), y: logOf(value) }];
      }),
  );
  const slope = trendOverTrials(points);
  if (slope.n === 0) return null;
  // Of a halving: 2 to the power of minus the slope.
  const factor = (value: number) => 2 ** -value;
  const { interval } = slope;
  const range = interval && { low: factor(interval.high), high: factor(interval.low) };
  const format = ratioFormat(range);
  const found =
    slope.mean === null || Number.isNaN(slope.mean) ? 'a factor that is not known' : format(factor(slope.mean));
  const what =
    metric === 'timeToLoss'
      ? `the time to a validation loss of ${comparison.measures.loss}`
      : 'the mean validation loss';
  return {
    id: 'faster-with-fewer-weights',
    claim: 'The fewer weights, the faster',
    level: last,
    evidence: slope,
    expected: 'above',
    zero: 'no trend',
    found: `Down to ${formatDensity(last.density)}% of weights every halving of them multiplies ${what} by ${found} (${confidenceText(range, format, '', ', ')}one slope a trial over ${formatCount(levels.length, 'density', 'densities')}, ${formatCount(slope.n, 'trial')})`,
  };
}
