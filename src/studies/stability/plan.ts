import type { DatasetFacts } from '../../experiments/dataset-facts.js';
import type { PlannedCell } from '../../experiments/graph.js';
import type { LineSpecification, PlannedMeasurement } from '../../experiments/measurements/index.js';
import type { RunSpecification } from '../../experiments/schema.js';
import { variantOf } from '../../experiments/variant.js';
import { InputError } from '../../networks/errors.js';
import { deriveSeed } from '../../random/stream.js';
import { cellsAsked, eachOnce, type RewindLadder, rewindLadders } from '../shared/rewinds/ladders.js';
import type { PlacedTraining } from '../shared/rewinds/trained-point.js';
import type { StudyPlan } from '../study.js';
import { plannedLines } from './lines.js';
import type { Child, PlannedLine, StabilityOptions } from './parts.js';

export interface StabilityPlan extends StudyPlan {
  readonly options: StabilityOptions;
  /** In iterations, ascending. */
  readonly rewinds: readonly number[];
  readonly densities: readonly number[];
  readonly iterations: number;
  readonly trainings: readonly PlacedTraining[];
  readonly lines: readonly PlannedLine[];
  readonly measurements: readonly PlannedMeasurement<LineSpecification>[];
}

/**
 * Children differ in the order of examples and in nothing else: of tickets the first is the ticket itself, in its trial's own
 * order. Those of the dense network begin at its weights of the rewind with a fresh optimiser, as tickets do; at 0 its first
 * child is the dense network.
 */
function childrenOf(
  { rewind, graph }: RewindLadder,
  cell: PlannedCell,
  density: number,
  { seed }: RunSpecification,
  count: number,
): Child[] {
  const trialSeed = deriveSeed(seed, 'trial', cell.trial);
  const start =
    cell.condition === 'dense' && rewind > 0
      ? { start: { kind: 'rewind' as const, cell: cell.id, iteration: rewind }, snapshots: [] }
      : {};
  const share = 1 - rewind / graph.lengths.iterations;
  return Array.from({ length: count }, (_, child): Child => {
    // Nothing rewinds to a child that is not the dense network itself.
    const rest = child === 0 ? {} : { snapshots: [] };
    const changes = { ...start, ...rest, orderSeed: deriveSeed(trialSeed, 'order', child) };
    const variant = variantOf(cell, changes, { draw: child });
    return {
      cell: cell.condition === 'dense' ? { ...variant, cost: cell.cost * share } : variant,
      rewind,
      density,
      child,
    };
  });
}

/**
 * Everything that a study of stability trains and measures.
 *
 * @throws InputError when settings and options do not fit
 */
export function planStability(base: RunSpecification, options: StabilityOptions, facts: DatasetFacts): StabilityPlan {
  const { children: count, densities, trainingExamples, estimate } = options;
  if (count < 2) throw new InputError(`children is ${count}; expected 2 or more, which are compared.`);
  const ladders = rewindLadders(base, options, facts, () => ({}), 'stability');
  const [{ graph }] = ladders;
  const hasNormalisation = graph.network.layers.some(({ kind }) => kind === 'batch-normalisation');
  if (hasNormalisation && trainingExamples === 0) {
    throw new InputError(
      `${graph.network.name} has batch normalisation, whose running statistics are taken anew between trials on training examples, but there are to be none; expected some.`,
    );
  }
  if (estimate && !hasNormalisation) {
    throw new InputError(
      `${graph.network.name} has no batch normalisation whose running statistics could be taken anew.`,
    );
  }
  const dense = graph.cells.filter(({ condition }) => condition === 'dense');
  const children = ladders.flatMap((ladder) => {
    // Each ladder's own dense network, which is the one that kept its weights at the rewind.
    const own = ladder.cells.filter(({ condition }) => condition === 'dense').map((cell) => ({ cell, density: 1 }));
    return [...own, ...cellsAsked(ladder, densities)].flatMap(({ cell, density }) =>
      childrenOf(ladder, cell, density, base, count),
    );
  });
  const lines = plannedLines({ ladders, dense, children, options, hasNormalisation });
  const measurements = [...new Map(lines.map(({ measurement }) => [measurement.id, measurement])).values()];
  const trainings: PlacedTraining[] = [
    ...dense.map(({ id, trial }) => ({ id, trial, condition: 'dense', rewind: null, density: 1, draw: 0 })),
    ...children.map(({ cell, rewind, density, child }) => ({
      id: cell.id,
      condition: cell.condition,
      rewind,
      density,
      trial: cell.trial,
      draw: child,
    })),
  ];
  return {
    base,
    network: graph.network,
    cells: eachOnce([...ladders.flatMap(({ cells }) => cells), ...children.map(({ cell }) => cell)]),
    measurements,
    options,
    rewinds: ladders.map(({ rewind }) => rewind),
    densities: [1, ...densities],
    iterations: graph.lengths.iterations,
    trainings,
    lines,
  };
}
