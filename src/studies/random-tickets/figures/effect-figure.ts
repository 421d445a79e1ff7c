import { formatDensity, formatInteger } from '../../../analysis/index.js';
import { propertyIds, ticketProperties } from '../../../analysis/ticket-properties/index.js';
import { type Figure, toCsv } from '../../../figures/figure.js';
import type { Group } from '../compare.js';
import { type Effect, judgeEffect } from '../effects.js';
import { drawForest, type ForestEntry } from './forest.js';

const panels = { before: 'before training', after: 'after training' } as const;

/** Ticks of an axis that is logarithmic away from zero. */
function symmetricTicks(most: number): number[] {
  // Labels must stand apart in a narrow panel, and from those of the next.
  const sizes = [1, 3, 10, 30, 100, 300, 1000, 3000].filter((size) => size <= most / 2);
  const shown = sizes.length > 2 ? sizes.filter((_, i) => (sizes.length - 1 - i) % 2 === 0) : sizes;
  return [...[...shown].reverse().map((size) => -size), 0, ...shown];
}

/** How far winners lie from random tickets in every property, before and after training. Null where nothing was measured. */
export function effectFigure(groups: readonly Group[], document: Document): Figure | null {
  const found = groups.flatMap((group) => group.effects.map((effect) => ({ group, effect })));
  const entries = found.flatMap(({ group, effect }): ForestEntry[] => {
    const { distance, id, when } = effect;
    if (distance.mean === null) return [];
    return [
      {
        row: ticketProperties[id].title,
        panel: panels[when],
        kind: group.kind,
        value: distance.mean,
        interval: distance.interval,
        trials: distance.n > 1 ? distance.differences : [],
        isDecided: judgeEffect(effect).outcome !== 'undecided',
      },
    ];
  });
  if (entries.length === 0) return null;
  const rows = propertyIds
    .map((id) => ticketProperties[id].title)
    .filter((row) => entries.some((one) => one.row === row));
  const most = Math.max(3, ...entries.flatMap(({ value, trials }) => [value, ...trials].map(Math.abs))) * 1.2;
  const isAfter = entries.some(({ panel }) => panel === panels.after);
  const svg = drawForest(document, {
    entries,
    rows,
    panels: isAfter ? [panels.before, panels.after] : [panels.before],
    kinds: groups.map(({ kind }) => kind),
    label: 'winner less random tickets, in their standard deviations',
    x: { type: 'symlog', constant: 1, domain: [-most, most] },
    ticks: symmetricTicks(most),
    tickText: formatInteger,
  });
  const density = formatDensity(groups[0].density);
  const n = Math.max(...found.map(({ effect }) => effect.trials.length));
  return {
    id: `effects-${density}`,
    title: `What tells the winning ticket from random ones at ${density}% of weights`,
    caption: `How far the winning ticket lies from the mean of its trial’s random tickets, in their standard deviations, right where it has more: the mean over ${n === 1 ? 'one trial' : `up to ${n} trials`} with its 95% t interval, a pale dot a trial; intervals are cut at the edge. The axis is linear within one standard deviation and logarithmic beyond. Filled marks are significant by the exact test of ranks, after Holm’s correction over all tests of the page; hollow ones are undecided. Where a row has no mark, all random tickets share one value, as re-initialisations do of what the mask decides; properties of the mask are the same after training.`,
    svg,
    csv: toCsv(found.map(({ group, effect }) => rowOf(group, effect))),
  };
}

function rowOf({ kind, density }: Group, effect: Effect) {
  const { id, when, distance, delta, combined, holmP, trials } = effect;
  return {
    property: id,
    unit: ticketProperties[id].unit,
    when,
    random_tickets: kind,
    weights_asked_for_percent: density * 100,
    trials: trials.length,
    tickets: trials.reduce((sum, { draws }) => sum + draws.length, 0),
    distance_deviations_mean: distance.mean,
    distance_deviations_ci95_low: distance.interval?.low ?? null,
    distance_deviations_ci95_high: distance.interval?.high ?? null,
    cliffs_delta_mean: delta,
    exact_p_two_sided: combined.twoSidedP,
    holm_p: holmP,
    outcome: judgeEffect(effect).outcome,
  };
}
