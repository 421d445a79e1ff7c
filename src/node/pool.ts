import { Worker } from 'node:worker_threads';
import type { Dataset, ImageSplit } from '../data/dataset.js';
import type { PlannedCell } from '../experiments/graph.js';
import type { MeasurementMaker, PlannedMeasurement } from '../experiments/measurements/index.js';
import { type CellExecutor, type CellOutcome, type CellProgress, FatalError } from '../experiments/runner.js';
import type { CellDigests } from '../experiments/store.js';
import { InputError } from '../networks/errors.js';
import type { WorkerDone, WorkerProgress, WorkerReply, WorkerRequest, WorkerSetup } from './messages.js';

export interface PoolOptions {
  readonly dataset: Dataset;
  /** The store's folder: workers read parents from it and write finished cells to it themselves. */
  readonly store: string;
  /** Cells trained at once, each by a worker thread. */
  readonly workers: number;
  /** Threads that train in all: where there are fewer cells than these, several train one. As many as workers unless given. */
  readonly threads?: number | undefined;
  /** Seconds between checkpoints of a cell in training; 0 for none at all, a minute unless given. */
  readonly checkpointEvery?: number | undefined;
}

/** Seconds of training that a kill may cost, unless told. */
export const CHECKPOINT_EVERY = 60;

/** Milliseconds a worker has to notice that its cell was called off before its thread is ended. */
const PATIENCE = 3000;

interface Thread {
  readonly worker: Worker;
  /** As `WorkerSetup.control`. */
  readonly control: Int32Array;
}

type Trained = Extract<WorkerDone, { kind: 'trained' }>;
type Measured = Extract<WorkerDone, { kind: 'measured' }>;

function abortError(): Error {
  const error = new Error('the work was called off.');
  error.name = 'AbortError';
  return error;
}

/** A copy of a split in memory that every thread sees: a data set is held once, however many workers there are. */
function share(split: ImageSplit): ImageSplit {
  const copy = (bytes: Uint8Array): Uint8Array => {
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    return shared;
  };
  return { images: copy(split.images), labels: copy(split.labels), count: split.count };
}

/**
 * A pool of worker threads that train cells and make measurements. Threads start when they are first needed, and one that
 * dies takes only its own cell with it: the next cell gets a new one.
 */
export class WorkerPool implements CellExecutor, MeasurementMaker {
  readonly concurrency: number;
  readonly #dataset: Dataset;
  readonly #store: string;
  readonly #checkpointEvery: number;
  readonly #idle: Thread[] = [];
  readonly #all = new Set<Thread>();
  /** Those that train a cell, in the order in which they began. */
  readonly #busy = new Set<Thread>();
  readonly #threads: number;
  #closed = false;

  constructor({ dataset, store, workers, threads = workers, checkpointEvery = CHECKPOINT_EVERY }: PoolOptions) {
    for (const [name, count] of Object.entries({ workers, threads })) {
      if (!Number.isInteger(count) || count < 1) {
        throw new RangeError(`${name} is ${count}; expected a whole number of at least 1.`);
      }
    }
    this.#threads = threads;
    this.concurrency = workers;
    this.#store = store;
    this.#checkpointEvery = checkpointEvery;
    this.#dataset = { ...dataset, train: share(dataset.train), test: share(dataset.test) };
  }

  async execute(
    { id, specification }: PlannedCell,
    onProgress: (progress: CellProgress) => void,
    signal: AbortSignal,
  ): Promise<CellOutcome> {
    const request = { kind: 'train', id, specification, keep: true } as const;
    return ((await this.#send(request, onCell(onProgress), signal)) as Trained).outcome;
  }

  /** Trains a cell again and gives its digests; nothing is written. */
  async retrain({ id, specification }: PlannedCell, signal?: AbortSignal): Promise<CellDigests> {
    const request = { kind: 'train', id, specification, keep: false } as const;
    return ((await this.#send(request, () => {}, signal)) as Trained).digests;
  }

  async measure(
    { id, specification }: PlannedMeasurement,
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<number> {
    const told = (progress: WorkerProgress): void => {
      if (progress.kind === 'share') onProgress(progress.share);
    };
    return ((await this.#send({ kind: 'measure', id, specification }, told, signal)) as Measured).seconds;
  }

  /** Ends every thread. Cells in training are lost but for their checkpoints; cells in the store are whole. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#all].map(({ worker }) => worker.terminate()));
  }

  #acquire(): Thread {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const control = new SharedArrayBuffer(8);
    const workerData: WorkerSetup = {
      dataset: this.#dataset,
      store: this.#store,
      control,
      threads: this.#threads,
      checkpointEvery: this.#checkpointEvery,
    };
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData });
    const thread: Thread = { worker, control: new Int32Array(control) };
    this.#all.add(thread);
    worker.once('exit', () => {
      this.#all.delete(thread);
      const place = this.#idle.indexOf(thread);
      if (place >= 0) this.#idle.splice(place, 1);
    });
    // A thread that breaks while idle is replaced at the next cell; without a listener it would end the process.
    worker.on('error', () => {});
    return thread;
  }

  /** Shares the threads out among the cells in training: they go over to their new numbers within a fraction of a second. */
  #share(): void {
    let place = 0;
    for (const { control } of this.#busy) {
      const extra = place++ < this.#threads % this.#busy.size ? 1 : 0;
      Atomics.store(control, 1, Math.max(1, Math.floor(this.#threads / this.#busy.size) + extra));
    }
  }

  #send(
    request: WorkerRequest,
    onProgress: (progress: WorkerProgress) => void,
    signal: AbortSignal | undefined,
  ): Promise<WorkerDone> {
    if (this.#closed || signal?.aborted) return Promise.reject(abortError());
    const thread = this.#acquire();
    const { worker, control } = thread;
    worker.ref();
    this.#busy.add(thread);
    this.#share();
    return new Promise<WorkerDone>((resolve, reject) => {
      let patience: NodeJS.Timeout | undefined;
      const onAbort = (): void => {
        Atomics.store(control, 0, 1);
        patience = setTimeout(() => void worker.terminate(), PATIENCE);
      };
      const settle = (): void => {
        clearTimeout(patience);
        this.#busy.delete(thread);
        this.#share();
        signal?.removeEventListener('abort', onAbort);
        worker.off('message', onMessage);
        worker.off('error', onError);
        worker.off('exit', onExit);
      };
      const release = (): void => {
        settle();
        Atomics.store(control, 0, 0);
        // An idle thread does not keep the process alive; one that is being ended does until it has ended.
        if (!this.#closed) worker.unref();
        this.#idle.push(thread);
      };
      const onMessage = (reply: WorkerReply): void => {
        if (reply.kind === 'progress' || reply.kind === 'share') {
          onProgress(reply);
          return;
        }
        release();
        if (reply.kind === 'failed') reject(errorOf(reply));
        else resolve(reply);
      };
      const onError = (error: Error): void => {
        settle();
        this.#all.delete(thread);
        reject(
          signal?.aborted ? abortError() : new Error(`the worker thread broke: ${error.message}`, { cause: error }),
        );
      };
      const onExit = (code: number): void => {
        settle();
        reject(
          signal?.aborted || this.#closed ? abortError() : new Error(`the worker thread ended with exit code ${code}.`),
        );
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      worker.on('message', onMessage);
      worker.on('error', onError);
      worker.on('exit', onExit);
      worker.postMessage(request);
    });
  }
}

/** A listener that hears of cells alone. */
function onCell(onProgress: (progress: CellProgress) => void): (progress: WorkerProgress) => void {
  return (progress) => {
    if (progress.kind === 'progress') onProgress(progress.progress);
  };
}

function errorOf(reply: Extract<WorkerReply, { kind: 'failed' }>): Error {
  switch (reply.cause) {
    case 'aborted':
      return abortError();
    case 'fatal':
      return new FatalError(reply.message);
    case 'input':
      return new InputError(reply.message);
    case 'unexpected': {
      const error = new Error(reply.message);
      error.stack = reply.stack;
      return error;
    }
  }
}
