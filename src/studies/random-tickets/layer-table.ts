import { formatDensity } from '../../analysis/format.js';
import { mean } from '../../analysis/intervals.js';
import type { LayerProperties } from '../../analysis/ticket-properties/index.js';
import type { StudyTable } from '../shared/table.js';
import type { Group, RandomTicketsComparison } from './compare.js';
import type { StudiedTicket } from './found.js';
import { formatNumber, kindName } from './words.js';

/** A column about a layer, and how it is read off. */
const columns: readonly (readonly [string, (layer: LayerProperties) => number | null])[] = [
  ['weights', ({ kept }) => kept],
  ['in-degree, mean', ({ inDegree }) => inDegree.mean],
  ['variance', ({ inDegree }) => inDegree.variance],
  ['most', ({ inDegree }) => inDegree.most],
  ['Gini', ({ inDegree }) => inDegree.gini],
  ['out-degree, mean', ({ outDegree }) => outDegree.mean],
  ['variance', ({ outDegree }) => outDegree.variance],
  ['most', ({ outDegree }) => outDegree.most],
  ['Gini', ({ outDegree }) => outDegree.gini],
  ['positive', ({ positive }) => positive],
  ['magnitude', ({ magnitude }) => magnitude],
  ['gradient norm', ({ gradient }) => gradient],
];

/** Means within each trial, then over trials; tickets that lack a value are left out of its mean. */
function rowOf(
  name: string,
  density: number,
  layer: string,
  trials: readonly (readonly StudiedTicket[])[],
): string[] | null {
  const found = trials.map((tickets) =>
    tickets.flatMap(({ before }) => before?.layers.filter((one) => one.layer === layer) ?? []),
  );
  if (found.every((layers) => layers.length === 0)) return null;
  const cells = columns.map(([, read]) => {
    const means = found.flatMap((layers) => {
      const values = layers.map(read).filter((value) => value !== null);
      return values.length === 0 ? [] : [mean(values)];
    });
    return means.length === 0 ? '' : formatNumber(mean(means));
  });
  return [layer, name, formatDensity(density), ...cells];
}

function rowsOf(groups: readonly Group[]): string[][] {
  const [first] = groups;
  const winners = first.trials.map(({ winner }) => (winner === null ? [] : [winner]));
  const layers = [
    ...new Set(
      first.trials
        .flatMap(({ winner, draws }) => [winner, ...draws])
        .flatMap((ticket) => ticket?.before?.layers.map(({ layer }) => layer) ?? []),
    ),
  ];
  return layers.flatMap((layer) =>
    [
      rowOf('winning ticket', first.density, layer, winners),
      ...groups.map((group) =>
        rowOf(
          kindName(group.kind),
          group.density,
          layer,
          group.trials.map(({ draws }) => draws),
        ),
      ),
    ].filter((row) => row !== null),
  );
}

/** Layer by layer, the winning ticket beside random ones before training; null where nothing was measured. */
export function layerTable({ found, groups }: RandomTicketsComparison): StudyTable | null {
  const rows = found.densities.flatMap((density) => rowsOf(groups.filter((group) => group.density === density)));
  if (rows.length === 0) return null;
  return {
    id: 'layers',
    title: 'Layer by layer, before training',
    note: 'Means over tickets and then over trials. In-degrees are the surviving weights of each output of the layer, out-degrees those of each of its inputs: their mean, variance, largest number and Gini coefficient. Positive: the share of surviving weights above zero. Magnitude: their mean size in standard deviations of the layer’s initialisation.',
    head: ['layer', 'tickets', 'weights (%)', ...columns.map(([name]) => name)],
    rows,
  };
}
