import { type Comparison, findContrast, type LevelComparison } from '../comparison.js';
import { confidenceText } from '../estimate-words.js';
import { formatCount, formatDensity, formatFixed, formatSigned } from '../format.js';
import { type PairedDifference, pairedDifference } from '../paired.js';
import { verdict } from '../verdict.js';
import type { OpenClaim } from './claim.js';
import { atLevel } from './words.js';

const points = (value: number) => formatSigned(value * 100, 2);

/** Differences from the margin: above zero, the ticket loses less than that. */
function aboveMargin(level: LevelComparison, margin: number): PairedDifference {
  const { differences } = findContrast(level, 'dense')!.metrics.testAtEarlyStop;
  return pairedDifference(differences.map((difference) => difference + margin));
}

/**
 * The ticket matches the dense accuracy: it loses less than a margin that was fixed beforehand. That no loss is found shows nothing;
 * that a loss of the margin is excluded does. Beyond the level that is judged, densities are tested from dense to sparse until one
 * fails, which needs no correction.
 */
export function matches(comparison: Comparison, last: LevelComparison): OpenClaim {
  const { margin } = comparison.measures;
  const text = `${formatFixed(margin * 100, 1)} points`;
  const numbers = findContrast(last, 'dense')!.metrics.testAtEarlyStop;
  const tested = comparison.levels.filter(
    (level) => (findContrast(level, 'dense')?.metrics.testAtEarlyStop.n ?? 0) > 0,
  );
  const failing = tested.findIndex((level) => verdict(aboveMargin(level, margin), 'above').outcome !== 'supported');
  const matching = failing === -1 ? tested : tested.slice(0, failing);
  const least = matching.at(-1);
  const more =
    numbers.n < 2
      ? ''
      : least === undefined
        ? ' Tested from dense to sparse, already the densest ticket is not shown to match.'
        : ` Tested from dense to sparse, tickets match down to ${formatDensity(least.density)}%.`;
  return {
    id: 'matches-dense',
    claim: 'The ticket matches the dense accuracy',
    level: last,
    evidence: aboveMargin(last, margin),
    expected: 'above',
    zero: `a loss of ${text}`,
    found: `${atLevel(last)}, that the ticket loses less than ${text} of test accuracy at early stop against the dense network (difference ${points(numbers.mean!)} points${confidenceText(numbers.p === null ? null : numbers.interval, points, ', ')}, ${formatCount(numbers.n, 'trial')})`,
    more,
  };
}
