import { Worker } from 'node:worker_threads';
import type { Dataset, ImageSplit } from '../data/dataset.js';
import { CHECKPOINT_EVERY } from '../experiments/tasks/perform.js';
import type { WorkerReply } from '../experiments/tasks/protocol.js';
import { TaskPool, type WorkerHandle } from '../experiments/tasks/worker-pool.js';

export interface PoolOptions {
  readonly dataset: Dataset;
  /** The store's folder: workers read parents from it and write results to it themselves. */
  readonly store: string;
  /** Tasks executed at once, each by a worker thread. */
  readonly workers: number;
  /** Threads that compute in all: where there are fewer tasks than these, several share one. Default: the number of workers. */
  readonly threads?: number | undefined;
  /** Seconds between checkpoints of a cell in training; 0 for none at all. Default: a minute. */
  readonly checkpointEvery?: number | undefined;
  /** Whether scores that are modules may be loaded, and so executed; default: not. */
  readonly allowCode?: boolean | undefined;
}

/** What a worker thread is given when it starts. The data set's pixels are in memory that all threads share. */
export interface WorkerSetup {
  readonly dataset: Dataset;
  /** The store's folder. */
  readonly store: string;
  /** The most threads that a task will ever be executed on. */
  readonly threads: number;
  /** Seconds between checkpoints of a cell in training; 0 for none at all. */
  readonly checkpointEvery: number;
  /** Whether scores that are modules may be loaded. */
  readonly allowCode: boolean;
}

/** A pool of Node's worker threads that train cells and make measurements. */
export class WorkerPool extends TaskPool {
  constructor({
    dataset,
    store,
    workers,
    threads = workers,
    checkpointEvery = CHECKPOINT_EVERY,
    allowCode = false,
  }: PoolOptions) {
    const shared = { ...dataset, train: share(dataset.train), test: share(dataset.test) };
    super({
      workers,
      threads,
      spawn: () => startThread({ dataset: shared, store, threads, checkpointEvery, allowCode }),
    });
  }
}

/** A copy of a split in memory that every thread sees: a data set is held once, however many workers there are. */
function share(split: ImageSplit): ImageSplit {
  const { images, labels, count } = split;
  return {
    images: images instanceof Float32Array ? new Float32Array(shared(images)) : new Uint8Array(shared(images)),
    labels: labels instanceof Uint16Array ? new Uint16Array(shared(labels)) : new Uint8Array(shared(labels)),
    count,
  };
}

/** A copy of an array's bytes that every thread sees. */
function shared({ buffer, byteOffset, byteLength }: ArrayBufferView): SharedArrayBuffer {
  const copy = new SharedArrayBuffer(byteLength);
  new Uint8Array(copy).set(new Uint8Array(buffer, byteOffset, byteLength));
  return copy;
}

function startThread(workerData: WorkerSetup): WorkerHandle {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData });
  return {
    post: (request) => worker.postMessage(request),
    listen({ onReply, onEnd }) {
      worker.on('message', (reply: WorkerReply) => onReply(reply));
      // Without a listener a thread that breaks while it is idle would end the process.
      worker.on('error', (cause) => onEnd(new Error(`the worker thread broke: ${cause.message}`, { cause })));
      worker.on('exit', (code) => onEnd(new Error(`the worker thread ended with exit code ${code}.`)));
    },
    terminate: () => worker.terminate(),
    hold: (held) => (held ? worker.ref() : worker.unref()),
  };
}
