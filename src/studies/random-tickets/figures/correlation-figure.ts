import { formatDensity, formatFixed } from '../../../analysis/index.js';
import { propertyIds, ticketProperties } from '../../../analysis/ticket-properties/index.js';
import { type Figure, toCsv } from '../../../figures/figure.js';
import type { Group } from '../compare.js';
import { judgeCorrelation } from '../correlations.js';
import { drawForest, type ForestEntry } from './forest.js';

/** Which properties at the start go with accuracy among random tickets. Null where nothing was correlated. */
export function correlationFigure(groups: readonly Group[], document: Document): Figure | null {
  const found = groups.flatMap((group) => group.correlations.map((correlation) => ({ group, correlation })));
  const entries = found.flatMap(({ group, correlation }): ForestEntry[] => {
    const { id, mean, interval, trials } = correlation;
    if (mean === null) return [];
    return [
      {
        row: ticketProperties[id].title,
        panel: '',
        kind: group.kind,
        value: mean,
        // Of one trial there is only its own.
        interval: interval ?? trials[0].interval,
        trials: trials.length > 1 ? trials.map((trial) => trial.correlation) : [],
        isDecided: judgeCorrelation(correlation).outcome !== 'undecided',
      },
    ];
  });
  if (entries.length === 0) return null;
  const density = formatDensity(groups[0].density);
  const n = Math.max(...found.map(({ correlation }) => correlation.trials.length));
  const svg = drawForest(document, {
    entries,
    rows: propertyIds.map((id) => ticketProperties[id].title).filter((row) => entries.some((one) => one.row === row)),
    panels: [''],
    kinds: groups.map(({ kind }) => kind).filter((kind) => entries.some((one) => one.kind === kind)),
    label: 'Spearman’s rank correlation with test accuracy',
    x: { domain: [-1, 1] },
    ticks: [-1, -0.5, 0, 0.5, 1],
    tickText: (tick) => formatFixed(tick, Number.isInteger(tick) ? 0 : 1),
  });
  const interval =
    n === 1
      ? 'of one trial, with the 95% interval of Bonett and Wright (2000)'
      : `averaged over ${n} trials through Fisher’s z with a 95% t interval, a pale dot a trial`;
  return {
    id: `correlations-${density}`,
    title: `What correlates with accuracy among random tickets at ${density}% of weights`,
    caption: `Rank correlation of each property before training with test accuracy, among the random tickets of a trial, ${interval}; right of zero: more of it, more accurate. Filled marks are significant after Holm’s correction over all tests of the page, with the interval over trials on one side of zero; hollow ones are undecided. Properties that all random tickets of a kind share are not in it.`,
    svg,
    csv: toCsv(
      found.map(({ group, correlation }) => ({
        property: correlation.id,
        random_tickets: group.kind,
        weights_asked_for_percent: group.density * 100,
        trials: correlation.trials.length,
        tickets: correlation.trials.reduce((sum, { pairs }) => sum + pairs, 0),
        spearman_mean: correlation.mean,
        spearman_ci95_low: correlation.interval?.low ?? null,
        spearman_ci95_high: correlation.interval?.high ?? null,
        p_two_sided: correlation.p,
        holm_p: correlation.holmP,
        outcome: judgeCorrelation(correlation).outcome,
      })),
    ),
  };
}
