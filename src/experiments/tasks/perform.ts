import type { Dataset } from '../../data/dataset.js';
import type { Kernels } from '../../kernels/index.js';
import { collapsedLayers } from '../../tickets/index.js';
import type { CheckpointKeeper } from '../../training/checkpoint.js';
import { mapAtOnce } from '../at-once.js';
import { canonicalDigest } from '../canonical.js';
import { parentsOf } from '../cell-specification.js';
import { type CheckpointStore, CheckpointTimer } from '../checkpoint-store.js';
import { executeCell } from '../execute.js';
import { type MeasurementStore, makeMeasurement } from '../measurements/index.js';
import { type OwnScore, type OwnScores, ownScoreOf } from '../own-score.js';
import type { CellProvenance, CellStore, FinishedCell } from '../store.js';
import {
  type CellOutcome,
  type ExecuteOptions,
  FatalError,
  type MeasurementOutcome,
  type TaskOutcome,
} from './executor.js';
import type { TaskOrder } from './task.js';

/** Where tasks read what they are made from and keep their results. */
export type TaskStore = Pick<CellStore, 'read' | 'write'> &
  Pick<MeasurementStore, 'writeMeasurement'> &
  CheckpointStore;

/** Everything that executing a task needs where it is executed. */
export interface Workplace {
  readonly kernels: Kernels;
  readonly dataset: Dataset;
  readonly store: TaskStore;
  /** What provenance says of where cells were trained. */
  readonly engine: Pick<CellProvenance, 'version' | 'engine' | 'platform'>;
  /** Loads the module of a user's own score; default: such scores are refused. */
  readonly loadScores?: ((scores: readonly OwnScore[]) => Promise<OwnScores>) | undefined;
  /** Seconds between checkpoints of a cell in training; 0 for none at all. Default: a minute. */
  readonly checkpointEvery?: number | undefined;
  /** Bytes that are held now; default: the kernels' arena. */
  readonly memory?: (() => number) | undefined;
}

/** Seconds of training that a kill may cost, by default. */
export const CHECKPOINT_EVERY = 60;

/**
 * Executes a task and keeps its result: the one way in which this is done, on whatever thread or machine.
 *
 * @throws an error named `AbortError` when the signal fired first
 * @throws FatalError when the result or a checkpoint cannot be written
 */
export async function performTask(
  order: TaskOrder,
  workplace: Workplace,
  options: ExecuteOptions = {},
): Promise<TaskOutcome> {
  options.signal?.throwIfAborted();
  return order.kind === 'cell' ? train(order, workplace, options) : measure(order, workplace, options);
}

async function train(
  { id, specification, fence = 1 }: Extract<TaskOrder, { kind: 'cell' }>,
  { kernels, dataset, store, engine, loadScores, checkpointEvery = CHECKPOINT_EVERY, memory }: Workplace,
  { keep = true, onProgress, signal }: ExecuteOptions,
): Promise<CellOutcome> {
  const parents = await cellsOf(parentsOf(specification), store);
  const own = ownScoreOf(specification);
  const scores = own === null ? undefined : await loadScores?.([own]);
  const held = memory ?? (() => kernels.peakBytes);
  const started = new Date().toISOString();
  const timer = new CheckpointTimer({ store, cell: id, fence, interval: checkpointEvery });
  let peakMemoryBytes = held();
  const trained = await executeCell({
    kernels,
    specification,
    dataset,
    parents,
    ...(keep && checkpointEvery > 0 ? { checkpoints: fatally(timer) } : {}),
    ...(scores === undefined ? {} : { scores }),
    ...(signal === undefined ? {} : { signal }),
    clock: () => performance.now(),
    onProgress: (progress) => {
      peakMemoryBytes = Math.max(peakMemoryBytes, held());
      onProgress?.({ kind: 'cell', ...progress });
    },
  });
  if (trained.id !== id) {
    throw new Error(`cell ${id} was trained as ${trained.id}: planner and worker are of different versions.`);
  }
  const { seconds } = timer;
  peakMemoryBytes = Math.max(peakMemoryBytes, held());
  if (keep) {
    const provenance = { ...engine, kernels: kernels.target, started, seconds, peakMemoryBytes };
    await orFatal(store.write({ ...trained, provenance }));
    await orFatal(store.dropCheckpoint(id, fence));
  }
  return {
    kind: 'cell',
    status: trained.status,
    seconds,
    testAccuracy: trained.end.testAccuracy,
    peakMemoryBytes,
    collapsed: collapsedLayers(trained.layers),
    digests: trained.digests,
  };
}

async function measure(
  { id, specification }: Extract<TaskOrder, { kind: 'measurement' }>,
  { kernels, dataset, store }: Workplace,
  { keep = true, onProgress, signal }: ExecuteOptions,
): Promise<MeasurementOutcome> {
  const cells = await cellsOf(specification.cells, store);
  const began = performance.now();
  const values = await makeMeasurement({
    specification,
    kernels,
    dataset,
    cells,
    ...(signal === undefined ? {} : { signal }),
    onProgress: (share) => onProgress?.({ kind: 'measurement', share }),
  });
  if (keep) await orFatal(store.writeMeasurement(id, specification, values));
  return { kind: 'measurement', seconds: (performance.now() - began) / 1000, digest: canonicalDigest(values) };
}

async function cellsOf(ids: readonly string[], store: TaskStore): Promise<Map<string, FinishedCell>> {
  const cells = await mapAtOnce(ids, (id) => store.read(id));
  return new Map(ids.map((id, index) => [id, cells[index]]));
}

/** What cannot be written for one task cannot be for the next: such trouble ends the run. */
async function orFatal(written: Promise<void>): Promise<void> {
  try {
    await written;
  } catch (error) {
    throw new FatalError((error as Error).message, { cause: error });
  }
}

function fatally(keeper: CheckpointKeeper): CheckpointKeeper {
  return {
    load: () => keeper.load(),
    due: () => keeper.due(),
    save: (checkpoint) => orFatal(keeper.save(checkpoint)),
  };
}
