import { findContrast, type LevelComparison } from '../comparison.js';
import { conditionName } from '../conditions.js';
import { formatInterval, formatList, formatRatio } from '../format.js';
import { inverse, ratioOf } from '../log-ratio.js';
import type { Metric } from '../metrics.js';
import { evidenceOfNext } from '../prediction.js';
import type { OpenClaim } from './claim.js';
import { atLevel } from './words.js';

/**
 * Whether the ticket learns faster in every trial and not on average alone: in how many it did, and whether a further trial is
 * expected to show it too, against each of its opponents. The weakest of them decides.
 */
export function inEveryTrial(
  level: LevelComparison,
  opponents: readonly string[],
  metric: Extract<Metric, 'timeToLoss' | 'lossArea'>,
): OpenClaim {
  const contrasts = opponents.map((against) => findContrast(level, against)!.metrics[metric]);
  const next = contrasts.map(({ differences }) => evidenceOfNext(differences));
  const weakest = next.reduce((a, b) => ((b.p ?? 1) > (a.p ?? 1) ? b : a));
  const shared = contrasts[0].trials.filter((trial) => contrasts.every(({ trials }) => trials.includes(trial)));
  const held = shared.filter((trial) =>
    contrasts.every(({ trials, differences }) => differences[trials.indexOf(trial)] < 0),
  );
  const times = next.flatMap(({ interval }, place) => {
    const { interval: range } = ratioOf({ mean: 0, interval });
    if (range === null) return [];
    const text = formatInterval(metric === 'timeToLoss' ? inverse(range) : range, formatRatio);
    return [`${text} times that of ${conditionName(opponents[place])}`];
  });
  const further =
    times.length === 0
      ? ''
      : `; a further trial is expected to show a ${metric === 'timeToLoss' ? 'speed' : 'mean loss'} of ${formatList(times)} (95% prediction ${times.length === 1 ? 'interval' : 'intervals'})`;
  return {
    id: 'learns-faster-in-every-trial',
    claim: 'The ticket learns faster in every trial',
    level,
    evidence: weakest,
    expected: 'below',
    zero: 'no difference',
    found: `${atLevel(level)} the ticket learns faster than ${formatList(opponents.map((against) => conditionName(against)))} in ${held.length} of ${shared.length} trials${further}`,
  };
}
