import { type Comparison, findContrast, nearestLevel } from '../comparison.js';
import type { Metric } from '../metrics.js';
import { judgeClaims, type OpenClaim, type Statement } from './claim.js';
import { inEveryTrial } from './further-trial.js';
import { earlier, faster, lowerLoss, moreAccurate } from './levels.js';
import { matches } from './matches.js';
import { trend } from './trend.js';
import { winning } from './winning.js';

export type { Statement } from './claim.js';

/** The density at which Frankle and Carbin report their tickets to be fastest (their section 2). */
export const PAPER_DENSITY = 0.21;

/** How many claims a page makes: of each opponent, and of the ticket alone in every trial, as a trend, and as matching. */
export function claimCount(controls: number, isTimed: boolean): number {
  return (1 + controls) * (isTimed ? 4 : 3) + 3;
}

/**
 * The claims of the hypothesis, judged by this run as one family. All of them are fixed before the run: the level is the one
 * nearest 21% of weights, the paper's; speed is the time to a given validation loss, where the run has one, and the mean
 * validation loss. First how fast tickets learn, then the paper's own measure and accuracies.
 */
export function statements(comparison: Comparison, density = PAPER_DENSITY): Statement[] {
  const level = nearestLevel(comparison, density);
  const isTimed = comparison.measures.loss !== null;
  const opponents = ['dense', ...comparison.controls].flatMap((against) => {
    const nearest = nearestLevel(comparison, density, against);
    return nearest === undefined ? [] : [{ against, nearest }];
  });
  const metric: Extract<Metric, 'timeToLoss' | 'lossArea'> = isTimed ? 'timeToLoss' : 'lossArea';
  const speed = opponents.map(({ against, nearest }) =>
    isTimed ? faster(comparison, nearest, against) : lowerLoss(nearest, against),
  );
  // A control that a trial lacks at this level is not asked of it.
  const beside = ['dense', 'reinitialise'].filter(
    (against) => level !== undefined && (findContrast(level, against)?.metrics[metric].n ?? 0) > 0,
  );
  const claims: (OpenClaim | null)[] = [
    ...speed,
    level === undefined || beside.length === 0 ? null : inEveryTrial(level, beside, metric),
    level === undefined ? null : trend(comparison, level, metric),
    ...(isTimed ? opponents.map(({ against, nearest }) => lowerLoss(nearest, against)) : []),
    ...opponents.flatMap(({ against, nearest }) => [earlier(nearest, against), moreAccurate(nearest, against)]),
    level === undefined ? null : matches(comparison, level),
  ];
  const described = winning(comparison);
  return [...judgeClaims(claims.filter((claim) => claim !== null)), ...(described === null ? [] : [described])];
}
