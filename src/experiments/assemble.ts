import { prunableParameters } from '../networks/network.js';
import { mapAtOnce } from './at-once.js';
import { canonicalDigest } from './canonical.js';
import { firstIterationOf } from './cell-specification.js';
import type { PlannedCell, RunGraph } from './graph.js';
import { measuresOf } from './measures.js';
import { densityIsFound } from './planned-masks.js';
import type { RunRecord } from './records.js';
import type { CellResult, RunResults } from './results.js';
import type { CellStore, CellSummary } from './store.js';

/** A cell's result: where it stands, from the plan; what it showed, from the store. */
export async function cellResult(
  cell: PlannedCell,
  summary: CellSummary,
  store: Pick<CellStore, 'readHistory'>,
): Promise<CellResult> {
  return {
    id: cell.id,
    condition: cell.condition,
    trial: cell.trial,
    level: cell.level,
    draw: cell.draw,
    density: summary.density,
    asked: cell.asked ?? null,
    firstIteration: firstIterationOf(cell.specification),
    orderSeed: cell.specification.orderSeed,
    layers: summary.layers,
    status: summary.status,
    earlyStop: summary.earlyStop,
    end: summary.end,
    history: await store.readHistory(cell.id),
    inputDegree: summary.inputDegree,
    digest: summary.digests.cell,
    seconds: summary.provenance.seconds,
    flops: summary.flops,
  };
}

/** One digest for a whole run: SHA-256 over the names and digests of its cells, sorted by name. */
export function runDigest(cells: readonly { readonly id: string; readonly digest: string }[]): string {
  const pairs = cells.map(({ id, digest }) => [id, digest]).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return canonicalDigest(pairs);
}

/** A rung as planned; where the density is an outcome of finding tickets, the mean over the tickets trained so far. */
function ladderRung(
  { level, density, layers }: RunResults['ladder'][number],
  isFound: boolean,
  cells: readonly CellResult[],
): RunResults['ladder'][number] {
  const tickets = cells.filter((cell) => cell.level === level && cell.condition === 'ticket');
  if (!isFound || level === 0 || tickets.length === 0) return { level, density, layers };
  return { level, density: tickets.reduce((sum, ticket) => sum + ticket.density, 0) / tickets.length, layers };
}

/**
 * Everything a run found so far, from its plan and the store. Cells that are not finished are absent and counted by
 * `planned`; the digest is given when none is missing.
 *
 * @throws InputError when a finished cell cannot be read
 */
export async function assembleResults(
  record: RunRecord,
  graph: RunGraph,
  store: Pick<CellStore, 'has' | 'readSummary' | 'readHistory'>,
): Promise<RunResults> {
  const read = await mapAtOnce(graph.cells, async (cell) =>
    (await store.has(cell.id)) ? cellResult(cell, await store.readSummary(cell.id), store) : null,
  );
  const cells = read.filter((cell) => cell !== null);
  const { specification, dataset } = record;
  const { channels, height, width } = dataset.shape;
  const complete = cells.length === graph.cells.length;
  return {
    name: specification.name,
    run: record.run,
    specification: structuredClone(specification) as unknown as Record<string, unknown>,
    dataset: {
      name: dataset.name,
      digest: dataset.digest,
      shape: [channels, height, width],
      classes: dataset.classes,
    },
    network: {
      name: graph.network.name,
      weights: prunableParameters(graph.network).reduce((sum, { size }) => sum + size, 0),
    },
    schedule: specification.pruning.schedule,
    batch: specification.batch,
    iterations: graph.lengths.iterations,
    trials: specification.trials,
    measures: measuresOf(specification),
    ladder: graph.ladder.map((rung) => ladderRung(rung, densityIsFound(specification), cells)),
    cells,
    planned: graph.cells.length,
    digest: complete ? runDigest(cells) : null,
    command: record.command,
    provenance: {
      version: record.version,
      arithmetic: graph.cells[0]?.specification.arithmetic ?? 0,
      started: record.started,
      finished: record.finished,
      engine: record.engine,
      platform: record.platform,
      processor: record.processor,
      cellSeconds: cells.reduce((sum, { seconds }) => sum + seconds, 0),
    },
  };
}
