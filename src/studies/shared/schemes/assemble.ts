import { runDigest } from '../../../experiments/assemble.js';
import type { DatasetFacts, PlannedCell } from '../../../experiments/graph.js';
import type { RunResults } from '../../../experiments/results.js';
import type { CellStore, CellSummary } from '../../../experiments/store.js';
import { prunableParameters } from '../../../networks/network.js';
import { collapsedLayers } from '../../../tickets/index.js';
import type { History } from '../../../training/types.js';
import { askedFor } from '../ladder.js';
import type { StudyCost, StudyPoint, StudyScheme } from './found.js';
import type { StudyPlan } from './plan.js';
import type { StudyResults } from './results.js';

/** What a study's results say of where they were made. */
export interface StudyRecord extends Pick<RunResults, 'name' | 'command'> {
  readonly dataset: DatasetFacts;
  readonly provenance: Omit<RunResults['provenance'], 'cellSeconds' | 'arithmetic'>;
}

interface Read {
  readonly summary: CellSummary;
  readonly history: History;
}

interface Everything {
  readonly cells: ReadonlyMap<string, PlannedCell>;
  readonly read: ReadonlyMap<string, Read>;
}

/**
 * Everything a study found so far, from its plan and the store.
 *
 * @throws InputError when a finished cell cannot be read
 */
export async function assembleStudy(plan: StudyPlan, record: StudyRecord, store: CellStore): Promise<StudyResults> {
  const read = new Map<string, Read>();
  for (const { id } of plan.cells) {
    if (!(await store.has(id))) continue;
    read.set(id, { summary: await store.readSummary(id), history: await store.readHistory(id) });
  }
  const all: Everything = { cells: new Map(plan.cells.map((cell) => [cell.id, cell])), read };
  const places = placesOf(plan);
  const digests = plan.cells.flatMap(({ id }) => {
    const found = read.get(id);
    return found === undefined ? [] : [{ id, digest: found.summary.digests.cell }];
  });
  const [first] = plan.schemes;
  const { dataset } = record;
  const { channels, height, width } = dataset.shape;
  return {
    kind: plan.kind,
    name: record.name,
    command: record.command,
    specification: structuredClone(plan.base) as unknown as Record<string, unknown>,
    dataset: { name: dataset.name, digest: dataset.digest, shape: [channels, height, width], classes: dataset.classes },
    network: {
      name: first.graph.network.name,
      weights: prunableParameters(first.graph.network).reduce((sum, { size }) => sum + size, 0),
    },
    densities: plan.densities,
    trials: plan.base.trials,
    schemes: [
      ...denseScheme(plan),
      ...plan.schemes.map(({ name, title, source, reference }) => ({ name, title, source, reference })),
    ],
    points: places.flatMap((place) => pointOf(place, all)),
    planned: places.length,
    digest: digests.length === plan.cells.length ? runDigest(digests) : null,
    provenance: {
      ...record.provenance,
      arithmetic: plan.cells[0].specification.arithmetic,
      cellSeconds: [...read.values()].reduce((sum, { summary }) => sum + summary.provenance.seconds, 0),
    },
  };
}

/** Schemes share one dense network; each initialiser has its own. */
function denseScheme({ kind }: StudyPlan): StudyScheme[] {
  if (kind === 'initialisations') return [];
  return [{ name: 'dense', title: 'dense network', source: '', reference: 'dense' }];
}

const nothing: StudyCost = { flops: 0, examples: 0, seconds: 0 };

/** A training that is shown, and where. */
interface Place {
  readonly cell: PlannedCell;
  readonly scheme: string;
  readonly density: number;
}

/** Every training that is shown: schemes share one dense network, whose trials are shown once. */
function placesOf({ kind, schemes, densities }: StudyPlan): Place[] {
  return schemes.flatMap(({ name, specification, graph }, index) =>
    graph.cells.flatMap((cell): Place[] => {
      const density = askedFor(specification, cell, densities);
      // What was only searched in is no ticket.
      if (density === undefined || cell.condition === 'search') return [];
      if (cell.condition !== 'dense' || kind === 'initialisations') return [{ cell, scheme: name, density }];
      return index === 0 ? [{ cell, scheme: 'dense', density }] : [];
    }),
  );
}

function pointOf({ cell, scheme, density }: Place, all: Everything): StudyPoint[] {
  const found = all.read.get(cell.id);
  if (found === undefined) return [];
  const { summary, history } = found;
  const wanted = denseLoss(cell, all);
  const row = wanted === undefined ? -1 : history.validationLoss.findIndex((loss) => loss <= wanted);
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
      finding: cell.condition === 'dense' ? nothing : findingCost(cell, all),
      training: summary.specification.evolution ? nothing : trainingCost(summary),
    },
  ];
}

/** The lowest validation loss of the dense network of a cell's trial: with its split, its initialisation and its order. */
function denseLoss(cell: PlannedCell, { cells, read }: Everything): number | undefined {
  for (const { id, condition, trial, specification } of cells.values()) {
    if (condition !== 'dense' || trial !== cell.trial) continue;
    if (specification.initialisation.name !== cell.specification.initialisation.name) continue;
    const found = read.get(id)?.summary;
    if (found?.status === 'done') return found.earlyStop.validationLoss;
  }
  return undefined;
}

/** Of training a network: forward, backward and update, without evaluation. */
function trainingCost({ cost, flops, provenance }: CellSummary): StudyCost {
  // Cells from before costs were told apart know their total alone.
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
