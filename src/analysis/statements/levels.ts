import { type Comparison, findContrast, findGroup, type LevelComparison } from '../comparison.js';
import { conditionName } from '../conditions.js';
import { confidenceText } from '../estimate-words.js';
import { formatCount, formatFixed, formatInteger, formatShare, formatSigned } from '../format.js';
import type { OpenClaim } from './claim.js';
import { accurateThan, atLevel, earlierThan, fasterInterval, fasterThan, lowerThan, ratioEvidence } from './words.js';

/** Claims about the ticket of one level, fixed beforehand, against one opponent. */

const points = (value: number) => formatSigned(value * 100, 2);

/** "; 3 of 6 trainings of its random re-initialisation do not reach it by iteration 1,500, which counts as their time". */
function censoring(comparison: Comparison, level: LevelComparison, against: string): string {
  const sides = [
    ['ticket', findGroup(level, 'ticket')],
    [against, against === 'dense' ? findGroup(comparison.levels[0], 'dense') : findGroup(level, against)],
  ] as const;
  return sides
    .flatMap(([condition, group]) =>
      group === undefined || group.neverReached === 0
        ? []
        : [
            `; ${group.neverReached} of ${formatCount(group.cells - group.diverged, 'training')} of ${conditionName(condition)} do not reach it, and count with the last iteration`,
          ],
    )
    .join('');
}

/** The ticket reaches the given validation loss sooner. */
export function faster(comparison: Comparison, level: LevelComparison, against: string): OpenClaim {
  const numbers = findContrast(level, against)!.metrics.timeToLoss;
  const { n, ticketMean, otherMean } = numbers;
  const times =
    ticketMean === null || otherMean === null
      ? ''
      : `${formatInteger(ticketMean)} iterations against ${formatInteger(otherMean)}, `;
  return {
    id: `learns-faster-than-${against}`,
    claim: `The ticket learns faster than ${conditionName(against)}`,
    level,
    evidence: numbers,
    expected: 'below',
    zero: 'no difference',
    found: `${atLevel(level)} the ticket is ${fasterThan(numbers)} ${conditionName(against)} in reaching a validation loss of ${comparison.measures.loss} (${fasterInterval(numbers, '', '; ')}${times}${formatCount(n, 'trial')}${censoring(comparison, level, against)})`,
  };
}

/** Its loss is lower while it trains: the area under the curve. */
export function lowerLoss(level: LevelComparison, against: string): OpenClaim {
  const numbers = findContrast(level, against)!.metrics.lossArea;
  const { ticketMean, otherMean } = numbers;
  const means =
    ticketMean === null || otherMean === null
      ? ''
      : `${formatFixed(ticketMean, 3)} against ${formatFixed(otherMean, 3)} nats; `;
  return {
    id: `lower-loss-than-${against}`,
    claim: `The ticket’s validation loss is lower while it trains than that of ${conditionName(against)}`,
    level,
    evidence: numbers,
    expected: 'below',
    zero: 'no difference',
    found: `${atLevel(level)} the ticket’s validation loss, averaged over its training, is ${lowerThan(numbers)} that of ${conditionName(against)} (${means}${ratioEvidence(numbers)})`,
  };
}

/** The paper's measure: the iteration of the lowest validation loss. */
export function earlier(level: LevelComparison, against: string): OpenClaim {
  const numbers = findContrast(level, against)!.metrics.earlyStop;
  return {
    id: `earlier-than-${against}`,
    claim: `The ticket stops earlier than ${conditionName(against)}`,
    level,
    evidence: numbers,
    expected: 'below',
    zero: 'no difference',
    found: `${atLevel(level)} the ticket reaches its early stop ${earlierThan(numbers)} ${conditionName(against)} (${ratioEvidence(numbers)})`,
  };
}

export function moreAccurate(level: LevelComparison, against: string): OpenClaim {
  const numbers = findContrast(level, against)!.metrics.testAtEarlyStop;
  const accuracies = `test accuracy ${formatShare(numbers.ticketMean!)} against ${formatShare(numbers.otherMean!)}`;
  const interval = confidenceText(numbers.p === null ? null : numbers.interval, points, ', ');
  return {
    id: `more-accurate-than-${against}`,
    claim: `The ticket is more accurate than ${conditionName(against)}`,
    level,
    evidence: numbers,
    expected: 'above',
    zero: 'no difference',
    found: `${atLevel(level)} the ticket is ${accurateThan(numbers.mean!, ' at its early stop')} ${conditionName(against)} (${accuracies}; difference ${points(numbers.mean!)} points${interval}, ${formatCount(numbers.n, 'trial')})`,
  };
}
