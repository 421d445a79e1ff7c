import { mapAtOnce } from '../../../experiments/at-once.js';
import type { PlannedCell } from '../../../experiments/graph.js';
import type { CellSummary } from '../../../experiments/store.js';
import { collapsedLayers } from '../../../tickets/index.js';
import type { History } from '../../../training/types.js';
import type { StudyStore } from '../../study.js';
import { askedFor } from '../ladder.js';
import type { MeasuredStudy, StudyCost, StudyPoint, StudyScheme } from './found.js';
import type { SchemesPlan } from './plan.js';

interface Read {
  readonly summary: CellSummary;
  readonly history: History;
}

interface Everything {
  readonly cells: ReadonlyMap<string, PlannedCell>;
  readonly read: ReadonlyMap<string, Read>;
}

/**
 * Everything a study of schemes found so far.
 *
 * @throws InputError when a finished cell cannot be read
 */
export async function assembleSchemes(plan: SchemesPlan, store: StudyStore): Promise<MeasuredStudy> {
  const found = await mapAtOnce(plan.cells, async ({ id }): Promise<[string, Read][]> => {
    if (!(await store.has(id))) return [];
    return [[id, { summary: await store.readSummary(id), history: await store.readHistory(id) }]];
  });
  const all: Everything = { cells: new Map(plan.cells.map((cell) => [cell.id, cell])), read: new Map(found.flat()) };
  const shown = shownTrainings(plan);
  return {
    dense: plan.dense,
    densities: plan.densities,
    trials: plan.base.trials,
    schemes: [
      ...denseScheme(plan),
      ...plan.schemes.map(({ name, title, source, reference }) => ({ name, title, source, reference })),
    ],
    points: shown.flatMap((training) => pointOf(training, all, plan.dense)),
    planned: shown.length,
  };
}

/** Schemes share one dense network; each initialiser has its own. */
function denseScheme({ dense }: SchemesPlan): StudyScheme[] {
  if (dense === 'own') return [];
  return [{ name: 'dense', title: 'dense network', source: '', reference: 'dense' }];
}

const nothing: StudyCost = { flops: 0, examples: 0, seconds: 0 };

/** A training that is shown, and where. */
interface ShownTraining {
  readonly cell: PlannedCell;
  readonly scheme: string;
  readonly density: number;
}

/** Every training that is shown: schemes share one dense network, whose trials are shown once. */
function shownTrainings({ dense, schemes, densities }: SchemesPlan): ShownTraining[] {
  return schemes.flatMap(({ name, specification, graph }, index) =>
    graph.cells.flatMap((cell): ShownTraining[] => {
      const density = askedFor(specification, cell, densities);
      // What was only searched in is not a ticket.
      if (density === undefined || cell.condition === 'search') return [];
      if (cell.condition !== 'dense' || dense === 'own') return [{ cell, scheme: name, density }];
      return index === 0 ? [{ cell, scheme: 'dense', density }] : [];
    }),
  );
}

function pointOf(
  { cell, scheme, density }: ShownTraining,
  all: Everything,
  dense: MeasuredStudy['dense'],
): StudyPoint[] {
  const found = all.read.get(cell.id);
  if (found === undefined) return [];
  const { summary, history } = found;
  const wanted = denseLoss(cell, all, dense);
  const untrained = isUntrained(summary, denseOf(cell, all, dense));
  // Until it is pruned such a network is the dense one.
  const row = wanted === undefined || untrained ? -1 : history.validationLoss.findIndex((loss) => loss <= wanted);
  return [
    {
      scheme,
      condition: cell.condition,
      density,
      kept: summary.density,
      trial: cell.trial,
      draw: cell.draw,
      status: summary.status,
      collapsed: collapsedLayers(summary.layers),
      earlyStop: summary.earlyStop,
      end: summary.end,
      reachesDense: row < 0 ? null : history.iteration[row],
      ...(untrained ? { untrained } : {}),
      finding: cell.condition === 'dense' ? nothing : findingCost(cell, all),
      training: summary.specification.evolution ? nothing : trainingCost(summary),
    },
  ];
}

/** Whether a mask that training goes on with was found only at its end: the whole of it cost what the dense network's did. */
function isUntrained(
  { specification: { evolution }, ...summary }: CellSummary,
  dense: CellSummary | undefined,
): boolean {
  if (evolution?.kind !== 'early-bird' || evolution.afterwards !== 'continue' || dense === undefined) return false;
  return trainingCost(summary).flops >= trainingCost(dense).flops;
}

/** The lowest validation loss of the dense network that a cell is compared with. */
function denseLoss(cell: PlannedCell, all: Everything, dense: MeasuredStudy['dense']): number | undefined {
  return denseOf(cell, all, dense)?.earlyStop.validationLoss;
}

/**
 * The dense network of a cell's trial, where it finished: with its split, its order and its initialiser; where schemes share their dense
 * networks and one has an initialiser of its own, the one that they share.
 */
function denseOf(
  cell: PlannedCell,
  { cells, read }: Everything,
  dense: MeasuredStudy['dense'],
): CellSummary | undefined {
  const of = [...cells.values()].filter(({ condition, trial }) => condition === 'dense' && trial === cell.trial);
  const own = of.filter(
    ({ specification }) => specification.initialisation.name === cell.specification.initialisation.name,
  );
  for (const { id } of own.length > 0 || dense === 'own' ? own : of) {
    const found = read.get(id)?.summary;
    if (found?.status === 'done') return found;
  }
  return undefined;
}

/** Of training a network: forward, backward and update, without evaluation. */
function trainingCost({ cost, flops, provenance }: Pick<CellSummary, 'cost' | 'flops' | 'provenance'>): StudyCost {
  // Cells from before costs were recorded separately know their total alone.
  if (cost === undefined) return { flops, examples: 0, seconds: provenance.seconds };
  const { forward, backward, examples } = cost.training;
  return { flops: forward + backward, examples, seconds: provenance.seconds - cost.search.seconds };
}

/** All that a cell's mask came from, each cell once: searches and trainings; and the search of its own. */
function findingCost(cell: PlannedCell, { cells, read }: Everything): StudyCost {
  const total = { flops: 0, examples: 0, seconds: 0 };
  const add = ({ flops, examples, seconds }: StudyCost): void => {
    total.flops += flops;
    total.examples += examples;
    total.seconds += seconds;
  };
  const seen = new Set<string>();
  const visit = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const found = read.get(id);
    if (found === undefined) return;
    if (found.summary.cost !== undefined) add(found.summary.cost.search);
    // A ticket that is found while it trains is known, and trained, when that ends.
    if (id !== cell.id || found.summary.specification.evolution) add(trainingCost(found.summary));
    for (const parent of cells.get(id)?.parents ?? []) visit(parent);
  };
  visit(cell.id);
  return total;
}
