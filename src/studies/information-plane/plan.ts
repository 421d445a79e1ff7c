import { type EstimatorName, type EstimatorSettings, estimatorDefaults } from '../../analysis/information/index.js';
import { firstIterationOf } from '../../experiments/cell-specification.js';
import { ancestry, buildGraph, type DatasetFacts, type PlannedCell } from '../../experiments/graph.js';
import {
  type InformationSpecification,
  informationSpecification,
  type PlannedMeasurement,
  planMeasurement,
} from '../../experiments/measurements/index.js';
import type { RunSpecification } from '../../experiments/schema.js';
import { variantOf } from '../../experiments/variant.js';
import { InputError } from '../../networks/errors.js';
import { deriveSeed } from '../../random/stream.js';
import { passingThrough, specifyScheme } from '../shared/ladder.js';
import { schemes } from '../shared/schemes/table.js';
import type { StudyWork } from '../study.js';

/** What a study of the information plane is told. */
export interface InformationOptions {
  /** Share of weights that the ticket and its controls keep. */
  readonly density: number;
  /** Others that the ladder passes through on the way, to share its tickets with studies of those. */
  readonly through: readonly number[];
  /** How many examples of what; what suits the data unless given. */
  readonly examples?: Partial<Pick<InformationSpecification['examples'], 'from' | 'count'>>;
  /** Iterations that are looked at, at most. */
  readonly points: number;
  readonly estimators: readonly EstimatorName[];
  /** Over the defaults; the noise unless given is what the literature takes for the data. */
  readonly settings?: Partial<EstimatorSettings>;
}

/** A training that is shown, and the measurement of it. */
export interface ShownTraining {
  readonly cell: PlannedCell;
  readonly measurement: PlannedMeasurement<InformationSpecification>;
}

export interface InformationWork extends StudyWork {
  readonly density: number;
  readonly estimators: readonly EstimatorName[];
  readonly settings: EstimatorSettings;
  readonly from: InformationSpecification['examples']['from'];
  readonly shown: readonly ShownTraining[];
}

/** Conditions that are shown, in this order. */
export const shownConditions = ['dense', 'ticket', 'reinitialise', 'random-mask'] as const;

/** A data set of no more examples than this in all is looked at whole. */
const WHOLE = 5000;
const EXAMPLES = 1000;

/** Iterations from 0 to the last, each about as many times the one before: 0, 1, 2, 4, ..., the last; at most so many. */
export function logarithmicIterations(last: number, points: number): number[] {
  const found = new Set([0, last]);
  const steps = points - 2;
  for (let step = 0; step < steps; step++) found.add(Math.max(1, Math.round(last ** (step / steps))));
  return [...found].filter((iteration) => iteration <= last).sort((a, b) => a - b);
}

/** Saxe et al. 2018: 0.001 for the 12-bit task, 0.1 for MNIST, which is taken for everything else. */
const usualNoise = ({ name }: DatasetFacts): number => (name === 'binary-12' ? 1e-3 : estimatorDefaults.noise);

/**
 * The cells of iterative magnitude pruning down to the density, as every run and study has them; beside them the dense
 * network, the ticket and its controls once more, keeping their weights at logarithmically spaced iterations, each with the
 * measurement of its layers. In one trial all of them are looked at on the same examples.
 *
 * @throws InputError when settings do not fit the data
 */
export function planInformation(
  base: RunSpecification,
  { density, through, examples = {}, points, estimators, settings: given = {} }: InformationOptions,
  facts: DatasetFacts,
): InformationWork {
  const settings = { ...estimatorDefaults, noise: usualNoise(facts), ...given };
  const all = facts.train.count + facts.test.count;
  const whole = all <= WHOLE;
  const { from = whole ? 'all' : 'test', count = whole ? all : EXAMPLES } = examples;
  if (estimators.includes('nearest-neighbours') && count <= settings.neighbours) {
    throw new InputError(`examples is ${count}; expected more than the ${settings.neighbours} neighbours looked for.`);
  }
  const controls = { reinitialise: 1, randomMask: 1 };
  const densities = passingThrough([density], through);
  const specification = specifyScheme({ base, densities, controls, kind: 'information-plane' }, schemes.imp);
  const graph = buildGraph(specification, facts);
  const level = 1 + (specification.pruning.densities ?? []).indexOf(density);
  const seed = deriveSeed(base.seed, 'information-examples');

  const cells = new Map<string, PlannedCell>();
  const shown: ShownTraining[] = [];
  for (const cell of graph.cells) {
    if (cell.condition !== 'dense' && cell.level !== level) continue;
    if (!shownConditions.some((condition) => condition === cell.condition)) continue;
    const first = firstIterationOf(cell.specification);
    const last = cell.specification.iterations;
    const iterations = [
      ...new Set([first, ...logarithmicIterations(last, points).filter((iteration) => iteration >= first)]),
    ];
    // The last weights are kept anyway.
    const keeping = variantOf(cell, { snapshots: iterations.filter((iteration) => iteration < last) });
    for (const id of keeping.parents) for (const before of ancestry(graph.cells, id)) cells.set(before.id, before);
    cells.set(keeping.id, keeping);
    const measurement = planMeasurement(
      informationSpecification(keeping.id, {
        examples: { from, count: Math.min(count, all), seed },
        iterations,
        estimators,
        settings,
      }),
      `information, trial ${cell.trial + 1}, ${cell.condition}`,
      iterations.length,
    );
    shown.push({ cell: keeping, measurement });
  }
  return {
    base: specification,
    network: graph.network,
    cells: [...cells.values()],
    measurements: shown.map(({ measurement }) => measurement),
    density,
    estimators,
    settings,
    from,
    shown,
  };
}
