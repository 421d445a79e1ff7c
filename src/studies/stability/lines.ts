import { formatDensity } from '../../analysis/format.js';
import type { PlannedCell } from '../../experiments/graph.js';
import { planMeasurement } from '../../experiments/measurements/index.js';
import { lineSpecification } from '../../experiments/measurements/line.js';
import { deriveSeed } from '../../random/stream.js';
import { cellsAsked, type RewindLadder } from '../shared/rewinds/ladders.js';
import type { Matched } from './found.js';
import type { Child, LinePlace, PlannedLine, StabilityOptions } from './parts.js';

/** What lines are drawn between. */
interface LineSources {
  /** The earliest rewind first. */
  readonly ladders: readonly RewindLadder[];
  /** The dense network of each trial. */
  readonly dense: readonly PlannedCell[];
  readonly children: readonly Child[];
  readonly options: StabilityOptions;
  readonly hasNormalisation: boolean;
}

/** Every pair of some things, the first of them first. */
function pairsOf<Thing>(things: readonly Thing[]): [Thing, Thing][] {
  return things.flatMap((one, i) => things.slice(i + 1).map((other): [Thing, Thing] => [one, other]));
}

/** Seed of what matching draws. Which local optimum it finds is not part of a trial, so that all lines have one. */
const MATCHING_SEED = deriveSeed(0, 'stability-matching');

/**
 * Every line of a study of stability: between the children of a network; between a ticket and the dense network, and the
 * network one round before it; between trials. Tickets of two trials are compared at the latest rewind alone, where
 * they are likeliest to match the dense network.
 */
export function plannedLines({ ladders, dense, children, options, hasNormalisation }: LineSources): PlannedLine[] {
  const { at, points, trainingExamples, estimate, densities } = options;
  const planned = (
    place: LinePlace,
    [from, to]: readonly [PlannedCell, PlannedCell],
    label: string,
    matched: readonly [PlannedCell, PlannedCell] | null = null,
  ): PlannedLine => {
    const anew = hasNormalisation && (estimate || place.kind === 'trials');
    const specification = lineSpecification({
      from: from.id,
      to: to.id,
      at,
      points,
      trainingExamples,
      matched: matched && { reference: matched[0].id, other: matched[1].id, seed: MATCHING_SEED },
      statistics: anew ? 'estimated' : 'interpolated',
    });
    const support = Math.min(1, from.density + (from.density === to.density ? 0 : to.density));
    return { place, measurement: planMeasurement(specification, label, support * (anew ? 2 : 1)) };
  };
  const where = (trial: number | string, density: number, rewind: number | null) =>
    `trial ${trial}, ${formatDensity(density)}%${rewind === null ? '' : `, from iteration ${rewind}`}`;

  const families = new Map<string, Child[]>();
  for (const child of children) {
    const family = `${child.rewind} ${child.density} ${child.cell.trial}`;
    families.set(family, [...(families.get(family) ?? []), child]);
  }
  const between = [...families.values()].flatMap((family) =>
    pairsOf(family).map(([one, other]) => {
      const { rewind, density, cell } = one;
      return planned(
        { kind: 'children', rewind, density, trial: cell.trial, children: [one.child, other.child] },
        [one.cell, other.cell],
        `children ${one.child} and ${other.child}, ${where(cell.trial, density, rewind)}`,
      );
    }),
  );

  const backwards = ladders.flatMap((ladder) => {
    const { rewind, cells } = ladder;
    return cellsAsked(ladder, densities).flatMap(({ cell, density }) => {
      const { trial } = cell;
      const whole = dense.find((other) => other.trial === trial) as PlannedCell;
      const before = cells.find(
        (other) =>
          other.trial === trial && other.level === cell.level - 1 && ['dense', 'ticket'].includes(other.condition),
      ) as PlannedCell;
      const place = where(trial, density, rewind);
      return [
        planned({ kind: 'dense', rewind, density, trial }, [cell, whole], `ticket and dense network, ${place}`),
        planned(
          { kind: 'round', rewind, density, before: before.density, trial },
          [cell, before],
          `ticket and the round before, ${place}`,
        ),
      ];
    });
  });

  const last = ladders[ladders.length - 1];
  const across = (
    rewind: number | null,
    density: number,
    cells: readonly PlannedCell[],
    ways: readonly Matched[],
  ): PlannedLine[] =>
    pairsOf(cells).flatMap(([one, other]) =>
      ways.map((matched) => {
        const trials = [one.trial, other.trial] as const;
        const parents = trials.map((trial) => dense.find((cell) => cell.trial === trial) as PlannedCell);
        const by = { not: null, own: [one, other], dense: parents }[matched] as [PlannedCell, PlannedCell] | null;
        const how = { not: 'unmatched', own: 'matched', dense: 'matched as dense' }[matched];
        const label = `${how}, ${where(trials.join(' and '), density, rewind)}`;
        return planned({ kind: 'trials', rewind, density, trials, matched }, [one, other], label, by);
      }),
    );
  const asked = cellsAsked(last, densities);
  return [
    ...between,
    ...backwards,
    ...across(null, 1, dense, ['not', 'own']),
    ...densities.flatMap((density) =>
      across(
        last.rewind,
        density,
        asked.filter((found) => found.density === density).map(({ cell }) => cell),
        ['not', 'own', 'dense'],
      ),
    ),
  ];
}
