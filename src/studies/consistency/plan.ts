import { type MatchedBy, matchedBy } from '../../analysis/overlap/values.js';
import type { DatasetFacts } from '../../experiments/dataset-facts.js';
import { buildGraph, type PlannedCell, type RunGraph } from '../../experiments/graph.js';
import {
  type AgreementSpecification,
  type MatchingSpecification,
  type OverlapSpecification,
  type PlannedMeasurement,
  planMeasurement,
} from '../../experiments/measurements/index.js';
import { matchingSpecification } from '../../experiments/measurements/matching.js';
import type { RunSpecification } from '../../experiments/schema.js';
import { InputError } from '../../networks/errors.js';
import { roundsTo, specifyScheme, usualDensities } from '../shared/ladder.js';
import { choiceOrNone, count, densities, positive, several, share, type ValuesOf } from '../shared/options.js';
import { schemes } from '../shared/schemes/table.js';
import type { StudyPlan } from '../study.js';
import { type ConsistencyLevel, unordered, type VariationName, variationNames, variations } from './found.js';

export const options = {
  densities: densities({ help: 'shares of weights kept', default: usualDensities }),
  only: several(variationNames, { help: 'what differs between trials', default: variationNames, what: 'variation' }),
  noise: positive({
    help: 'of the variation noise: standard deviations of a layer’s weights',
    default: 0.1,
    unit: 'deviations',
  }),
  part: share({ help: 'of the variation data: the share of the data that a trial learns from', default: 0.5 }),
  match: choiceOrNone(Object.keys(matchedBy) as MatchedBy[], {
    help: `what hidden units are matched by: ${Object.keys(matchedBy).join(', ')}, or none`,
    // Masks that are matched by what they are compared by agree more than they do.
    default: 'weights',
    placeholder: 'by',
  }),
  draws: count({
    help: 'shuffled masks of each kind that are matched too, for every pair',
    default: 10,
    least: 1,
  }),
};

export type ConsistencyOptions = ValuesOf<typeof options>;

/** A measurement of two trials, the first the lower, at a level. */
export interface PlannedPair<Specification extends OverlapSpecification | MatchingSpecification> {
  readonly level: number;
  readonly first: number;
  readonly second: number;
  readonly measurement: PlannedMeasurement<Specification>;
}

export interface PlannedVariation {
  readonly name: VariationName;
  readonly graph: RunGraph;
  readonly overlaps: readonly PlannedPair<OverlapSpecification>[];
  readonly matchings: readonly PlannedPair<MatchingSpecification>[];
  readonly agreements: readonly {
    readonly level: number;
    readonly measurement: PlannedMeasurement<AgreementSpecification>;
  }[];
}

export interface ConsistencyPlan extends StudyPlan {
  readonly options: ConsistencyOptions;
  /** Of all variations, without the dense network's. */
  readonly levels: readonly ConsistencyLevel[];
  readonly variations: readonly PlannedVariation[];
}

/**
 * The settings of a variation: the base's own, pruned iteratively by magnitude, with what its trials share. What the base
 * itself says of sharing, noise and parts is replaced.
 */
function specify(base: RunSpecification, options: ConsistencyOptions, name: VariationName): RunSpecification {
  const { noise: _noise, ...initialisation } = base.initialisation;
  const { part: _part, ...data } = base.data;
  const { share: _share, ...rest } = base;
  const { share } = variations[name];
  const controls = { reinitialise: 0, randomMask: 0 };
  return specifyScheme({ base: rest, densities: options.densities, controls, kind: 'consistency' }, schemes.imp, {
    ...(share.length === 0 ? {} : { share: [...share] }),
    initialisation: { ...initialisation, ...(name === 'noise' ? { noise: options.noise } : {}) },
    data: { ...data, ...(name === 'data' ? { part: options.part } : {}) },
  });
}

/** Pairs of so many trials, the first of each the lower. */
function pairsOf(trials: number): { readonly first: number; readonly second: number }[] {
  return Array.from({ length: trials }, (_, second) =>
    Array.from({ length: second }, (_, first) => ({ first, second })),
  )
    .flat()
    .sort((a, b) => a.first - b.first || a.second - b.second);
}

function planVariation(
  base: RunSpecification,
  options: ConsistencyOptions,
  facts: DatasetFacts,
  name: VariationName,
): PlannedVariation {
  const graph = buildGraph(specify(base, options, name), facts);
  const { trials } = base;
  const at = (level: number, trial: number): PlannedCell =>
    graph.cells.find((cell) => cell.level === level && cell.trial === trial) as PlannedCell;
  const levels = graph.ladder.slice(1).map(({ level }) => level);
  const pairs = levels.flatMap((level) => pairsOf(trials).map((pair) => ({ level, ...pair })));
  const label = (kind: string, level: number, text: string) =>
    `${kind}, ${variations[name].title}, ${(100 * graph.ladder[level].density).toFixed(1)}%, ${text}`;
  const trialsText = ({ first, second }: { first: number; second: number }) => `trials ${first + 1} and ${second + 1}`;
  const { match, draws } = options;
  const matchable = match !== null && unordered.has(name);
  return {
    name,
    graph,
    overlaps: pairs.map((pair) => {
      const cells = [at(pair.level, pair.first).id, at(pair.level, pair.second).id] as const;
      const specification: OverlapSpecification = { kind: 'overlap', version: 1, cells };
      return { ...pair, measurement: planMeasurement(specification, label('overlap', pair.level, trialsText(pair))) };
    }),
    matchings: (matchable ? pairs : []).map((pair) => {
      const tickets = [at(pair.level, pair.first).id, at(pair.level, pair.second).id] as const;
      const dense = [at(0, pair.first).id, at(0, pair.second).id] as const;
      const by = match as MatchedBy;
      const weightsOf = by === 'weights' ? { weightsOf: dense } : {};
      const specification = matchingSpecification(tickets, { by, ...weightsOf, draws, seed: base.seed });
      const text = label('matching', pair.level, trialsText(pair));
      return { ...pair, measurement: planMeasurement(specification, text, 1 + 2 * draws) };
    }),
    agreements: levels.map((level) => {
      const cells = Array.from({ length: trials }, (_, trial) => at(level, trial).id);
      const specification: AgreementSpecification = { kind: 'agreement', version: 1, cells };
      return { level, measurement: planMeasurement(specification, label('agreement', level, `${trials} trials`)) };
    }),
  };
}

/**
 * What a study of consistency trains and measures: for each variation the tickets of iterative magnitude pruning of every
 * trial, at the densities asked for and those on the way; the masks of every pair of trials; and all trials together.
 *
 * @throws InputError when settings and options do not fit
 */
export function planConsistency(
  base: RunSpecification,
  options: ConsistencyOptions,
  facts: DatasetFacts,
): ConsistencyPlan {
  if (base.trials < 2) {
    throw new InputError(
      `trials is ${base.trials}; expected 2 or more, whose masks are compared, and 3 for intervals.`,
    );
  }
  const names = [...new Set(options.only)];
  if (names.length === 0) throw new InputError('there are no variations; expected some.');
  if (names.includes('noise') && !(options.noise > 0)) {
    throw new InputError(`noise is ${options.noise} deviations; expected more than 0, or the variation left out.`);
  }
  if (names.includes('data') && !(options.part > 0 && options.part < 1)) {
    throw new InputError(`part is ${options.part}; expected a share above 0 and below 1, or the variation left out.`);
  }
  const planned = names.map((name) => planVariation(base, options, facts, name));
  const cells = new Map<string, PlannedCell>();
  const measurements = new Map<string, PlannedMeasurement>();
  for (const { graph, overlaps, matchings, agreements } of planned) {
    for (const cell of graph.cells) if (!cells.has(cell.id)) cells.set(cell.id, cell);
    for (const { measurement } of [...overlaps, ...matchings, ...agreements]) {
      measurements.set(measurement.id, measurement);
    }
  }
  return {
    base,
    network: planned[0].graph.network,
    cells: [...cells.values()],
    measurements: [...measurements.values()],
    parts: planned.map(({ name, graph }) => ({
      name,
      title: variations[name].title,
      cells: new Set(graph.cells.map(({ id }) => id)),
    })),
    options: { ...options, only: names },
    levels: roundsTo(options.densities, base.pruning.rate).map((wanted, place) => ({
      level: place + 1,
      density: planned[0].graph.ladder[place + 1].density,
      asked: options.densities.includes(wanted),
    })),
    variations: planned,
  };
}
