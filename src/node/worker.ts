import { parentPort, workerData } from 'node:worker_threads';
import { serveTasks } from '../experiments/tasks/serve.js';
import { chooseKernels, loadChosenKernels } from './kernels/index.js';
import { loadScores } from './own-scores.js';
import type { WorkerSetup } from './pool.js';
import { FileStore } from './store/index.js';
import { packageVersion } from './version.js';

/** A worker thread: executes one task after another, on its own kernels and the data that all threads share. */

const port = parentPort;
if (port === null) throw new Error('worker.js is the entry of a worker thread; WorkerPool starts it.');
const { dataset, store, threads, checkpointEvery, allowCode } = workerData as WorkerSetup;
const kernels = await loadChosenKernels(chooseKernels(), threads);

/** Bytes this thread holds: its heap, its buffers and the kernels' arena; the shared data set is not counted. */
function memoryHeld(): number {
  const { heapTotal, external } = process.memoryUsage();
  return heapTotal + external - kernels.reservedBytes + kernels.peakBytes;
}

const serve = serveTasks(
  {
    kernels,
    dataset,
    store: await FileStore.open(store),
    engine: {
      version: packageVersion,
      engine: `Node ${process.versions.node}`,
      platform: `${process.platform} ${process.arch}`,
    },
    ...(allowCode ? { loadScores } : {}),
    checkpointEvery,
    memory: memoryHeld,
  },
  (reply) => port.postMessage(reply),
);
port.on('message', serve);
