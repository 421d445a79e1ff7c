import {
  type EstimatorName,
  type EstimatorSettings,
  estimatorDefaults,
  estimatorNames,
  usualEstimators,
} from '../../analysis/information/index.js';
import { firstIterationOf } from '../../experiments/cell-specification.js';
import type { DatasetFacts } from '../../experiments/dataset-facts.js';
import { ancestry, buildGraph, type PlannedCell } from '../../experiments/graph.js';
import {
  type InformationSpecification,
  type PlannedMeasurement,
  planMeasurement,
} from '../../experiments/measurements/index.js';
import { informationSpecification } from '../../experiments/measurements/information.js';
import type { RunSpecification } from '../../experiments/schema.js';
import { variantOf } from '../../experiments/variant.js';
import { InputError } from '../../networks/errors.js';
import { deriveSeed } from '../../random/stream.js';
import { passingThrough, specifyScheme, throughOption, usualDensities } from '../shared/ladder.js';
import { choice, count, optional, positive, several, share, type ValuesOf } from '../shared/options.js';
import { schemes } from '../shared/schemes/table.js';
import type { StudyPlan } from '../study.js';

export const options = {
  density: share({ help: 'share of weights that ticket and controls keep', default: 0.2 }),
  through: throughOption(usualDensities),
  examples: optional(
    count({
      help: 'examples to look at (default: all of a small data set, else 1,000)',
      default: 1000,
      least: 10,
      most: 20_000,
    }),
  ),
  from: optional(
    choice<InformationSpecification['examples']['from']>(['test', 'train', 'all'], {
      help: 'where they come from: test, train (those trained on) or all (default: all of a small data set, else test)',
      default: 'test',
      placeholder: 'set',
    }),
  ),
  points: count({ help: 'iterations to look at, logarithmically spaced', default: 26, least: 3, most: 100 }),
  estimators: several(estimatorNames, {
    help: 'estimators of information',
    default: usualEstimators,
    what: 'estimator',
  }),
  noise: optional(
    positive({
      help: 'variance of the Gaussian noise that bounds and nearest neighbours assume (default: 0.001 for binary-12, else 0.1)',
      default: estimatorDefaults.noise,
      what: 'variance',
      unit: 'variance',
    }),
  ),
  bins: count({ help: 'bins a unit', default: estimatorDefaults.bins, least: 2, most: 1000 }),
};

export type InformationOptions = ValuesOf<typeof options>;

/** A training that is shown, and the measurement of it. */
export interface ShownTraining {
  readonly cell: PlannedCell;
  readonly measurement: PlannedMeasurement<InformationSpecification>;
}

export interface InformationPlan extends StudyPlan {
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
  { density, through, examples, from: asked, points, estimators, noise: variance, bins }: InformationOptions,
  facts: DatasetFacts,
): InformationPlan {
  const settings = { ...estimatorDefaults, noise: variance ?? usualNoise(facts), bins };
  const all = facts.train.count + facts.test.count;
  const whole = all <= WHOLE;
  const from = asked ?? (whole ? 'all' : 'test');
  const looked = examples ?? (whole ? all : EXAMPLES);
  if (estimators.includes('nearest-neighbours') && looked <= settings.neighbours) {
    throw new InputError(`examples is ${looked}; expected more than the ${settings.neighbours} neighbours looked for.`);
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
        examples: { from, count: Math.min(looked, all), seed },
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
