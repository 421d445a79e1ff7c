import { parentPort, workerData } from 'node:worker_threads';
import { parentsOf } from '../experiments/cell-specification.js';
import { executeCell } from '../experiments/execute.js';
import { makeMeasurement } from '../experiments/measurements/index.js';
import { ownScoreOf } from '../experiments/own-score.js';
import { type CellProgress, FatalError } from '../experiments/runner.js';
import type { CellStore, FinishedCell } from '../experiments/store.js';
import { InputError } from '../networks/errors.js';
import { collapsedLayers } from '../tickets/index.js';
import type { CheckpointKeeper } from '../training/checkpoint.js';
import { chooseKernels, loadChosenKernels } from './kernels/index.js';
import type { MeasureRequest, TrainRequest, WorkerReply, WorkerRequest, WorkerSetup } from './messages.js';
import { loadScores } from './own-scores.js';
import { FileCheckpoints, FileMeasurements, FileStore } from './store/index.js';
import { packageVersion } from './version.js';

/** A worker thread: trains one cell or makes one measurement after another, each on its own kernels and the data that all threads share. */

/** Milliseconds between two progress messages. */
const INTERVAL = 100;

const port = parentPort;
if (port === null) throw new Error('worker.js is the entry of a worker thread; WorkerPool starts it.');
const setup = workerData as WorkerSetup;
const control = new Int32Array(setup.control);
const kernels = await loadChosenKernels(chooseKernels(), setup.threads);
const store: CellStore = await FileStore.open(setup.store);
const measurements = new FileMeasurements(setup.store);

const reply = (message: WorkerReply): void => port.postMessage(message);

/** Bytes this thread holds: its heap, its buffers and the kernels' arena; the shared data set is not counted. */
function memoryHeld(): number {
  const { heapTotal, external } = process.memoryUsage();
  return heapTotal + external - kernels.reservedBytes + kernels.peakBytes;
}

async function cellsOf(ids: readonly string[]): Promise<Map<string, FinishedCell>> {
  const cells = new Map<string, FinishedCell>();
  for (const id of ids) cells.set(id, await store.read(id));
  return cells;
}

/** Writes what cannot be written for one cell and cannot be for the next: such trouble ends the run. */
async function keep(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new FatalError((error as Error).message);
  }
}

async function measure({ id, specification }: MeasureRequest): Promise<void> {
  const cells = await cellsOf(specification.cells);
  const began = performance.now();
  let told = 0;
  kernels.threads = Atomics.load(control, 1);
  const values = makeMeasurement(specification, kernels, setup.dataset, cells, (share) => {
    const now = performance.now();
    if (now - told >= INTERVAL) {
      told = now;
      reply({ kind: 'share', share });
    }
    kernels.threads = Atomics.load(control, 1);
    return Atomics.load(control, 0) === 0;
  });
  await keep(() => measurements.writeMeasurement(id, specification, values));
  reply({ kind: 'measured', seconds: (performance.now() - began) / 1000 });
}

async function train(request: TrainRequest): Promise<void> {
  const parents = await cellsOf(parentsOf(request.specification));
  const own = ownScoreOf(request.specification);
  const scores = await loadScores(own === null ? [] : [own]);
  const started = new Date().toISOString();
  const checkpoints = new FileCheckpoints(setup.store, request.id, setup.checkpointEvery);
  const kept = request.keep && setup.checkpointEvery > 0 ? fatally(checkpoints) : undefined;
  let told = 0;
  let peakMemoryBytes = memoryHeld();
  const observe = (progress: CellProgress): boolean => {
    const now = performance.now();
    if (now - told >= INTERVAL || progress.iteration === progress.iterations) {
      told = now;
      peakMemoryBytes = Math.max(peakMemoryBytes, memoryHeld());
      reply({ kind: 'progress', progress });
    }
    kernels.threads = Atomics.load(control, 1);
    return Atomics.load(control, 0) === 0;
  };
  kernels.threads = Atomics.load(control, 1);
  const clock = () => performance.now();
  const trained = executeCell(kernels, request.specification, setup.dataset, parents, observe, kept, scores, clock);
  if (trained.id !== request.id) {
    throw new Error(`cell ${request.id} was trained as ${trained.id}: planner and worker are of different versions.`);
  }
  const { seconds } = checkpoints;
  peakMemoryBytes = Math.max(peakMemoryBytes, memoryHeld());
  const cell: FinishedCell = {
    ...trained,
    provenance: {
      version: packageVersion,
      engine: `Node ${process.versions.node}`,
      platform: `${process.platform} ${process.arch}`,
      kernels: kernels.target,
      started,
      seconds,
      peakMemoryBytes,
    },
  };
  if (request.keep) {
    await keep(() => store.write(cell));
    checkpoints.drop();
  }
  reply({
    kind: 'trained',
    outcome: {
      status: cell.status,
      seconds,
      testAccuracy: cell.end.testAccuracy,
      peakMemoryBytes,
      collapsed: collapsedLayers(cell.layers),
    },
    digests: cell.digests,
  });
}

/** What cannot be written for one cell cannot be for the next: such trouble ends the run. */
function fatally(checkpoints: FileCheckpoints): CheckpointKeeper {
  return {
    load: () => checkpoints.load(),
    due: () => checkpoints.due(),
    save: (checkpoint) => {
      try {
        checkpoints.save(checkpoint);
      } catch (error) {
        throw new FatalError((error as Error).message);
      }
    },
  };
}

function causeOf(error: unknown): Extract<WorkerReply, { kind: 'failed' }>['cause'] {
  if (error instanceof FatalError) return 'fatal';
  if (error instanceof InputError) return 'input';
  return error instanceof Error && error.name === 'AbortError' ? 'aborted' : 'unexpected';
}

port.on('message', (request: WorkerRequest) => {
  const work = request.kind === 'train' ? train(request) : measure(request);
  work.catch((error: unknown) => {
    reply({
      kind: 'failed',
      cause: causeOf(error),
      message: error instanceof Error ? error.message : String(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
  });
});
