import { InputError } from '../../networks/errors.js';
import { abortError } from '../aborting.js';
import { DamageError } from '../damage.js';
import { type ExecuteOptions, type Executor, FatalError, type TaskOutcome } from './executor.js';
import type { WorkerReply, WorkerRequest } from './protocol.js';
import type { TaskOrder } from './task.js';

/** A worker as the pool sees it: a thread of Node, a Web Worker. One end of `serveTasks`. */
export interface WorkerHandle {
  post(request: WorkerRequest): void;
  /** Says who listens; each worker has one listener for its whole life. */
  listen(listener: WorkerListener): void;
  /** Ends it at once. */
  terminate(): Promise<unknown>;
  /** Whether it keeps the process alive; for engines that know such a thing. */
  hold?(held: boolean): void;
}

export interface WorkerListener {
  onReply(reply: WorkerReply): void;
  /** It broke or ended, and will say no more. */
  onEnd(error: Error): void;
}

export interface WorkerPoolOptions {
  /** Tasks that are executed at once, each by a worker. */
  readonly workers: number;
  /** Threads that compute in all: where there are fewer tasks than these, several share one. Default: as many as workers. */
  readonly threads?: number | undefined;
  /** Starts a worker. */
  readonly spawn: () => WorkerHandle;
}

/** Milliseconds that a worker has to notice that its task was cancelled before its thread is ended. */
const PATIENCE = 3000;

interface Current {
  readonly resolve: (outcome: TaskOutcome) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ExecuteOptions['onProgress'];
  readonly signal: AbortSignal | undefined;
}

interface PooledWorker {
  readonly handle: WorkerHandle;
  current: Current | null;
  threads: number;
}

/**
 * A pool of workers that execute tasks. Workers start when they are first needed, and one that dies takes only its own task
 * with it: the next task gets a new one. Threads are redistributed whenever a task begins or ends.
 */
export class TaskPool implements Executor {
  readonly concurrency: number;
  readonly #threads: number;
  readonly #spawn: () => WorkerHandle;
  readonly #all = new Set<PooledWorker>();
  readonly #idle: PooledWorker[] = [];
  /** Those that execute a task, in the order in which they began. */
  readonly #busy = new Set<PooledWorker>();
  #closed = false;

  /** @throws RangeError when a number is not whole or below 1 */
  constructor({ workers, threads = workers, spawn }: WorkerPoolOptions) {
    for (const [name, count] of Object.entries({ workers, threads })) {
      if (!Number.isInteger(count) || count < 1) {
        throw new RangeError(`${name} is ${count}; expected a whole number of at least 1.`);
      }
    }
    this.concurrency = workers;
    this.#threads = threads;
    this.#spawn = spawn;
  }

  execute(order: TaskOrder, { keep = true, onProgress, signal }: ExecuteOptions = {}): Promise<TaskOutcome> {
    if (this.#closed || signal?.aborted) return Promise.reject(abortError());
    const worker = this.#idle.pop() ?? this.#start();
    worker.handle.hold?.(true);
    this.#busy.add(worker);
    this.#deal();
    let patience: ReturnType<typeof setTimeout> | undefined;
    const onAbort = (): void => {
      worker.handle.post({ kind: 'stop' });
      patience = setTimeout(() => {
        void worker.handle.terminate();
        this.#lose(worker, abortError());
      }, PATIENCE);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    return new Promise<TaskOutcome>((resolve, reject) => {
      worker.current = { resolve, reject, onProgress, signal };
      worker.handle.post({ kind: 'execute', order, keep, threads: worker.threads });
    }).finally(() => {
      clearTimeout(patience);
      signal?.removeEventListener('abort', onAbort);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#all].map(({ handle }) => handle.terminate()));
    // An engine that says nothing of workers it has ended, such as a browser, leaves their tasks to be cancelled here.
    for (const worker of [...this.#all]) this.#lose(worker, abortError());
  }

  #start(): PooledWorker {
    const worker: PooledWorker = { handle: this.#spawn(), current: null, threads: 1 };
    this.#all.add(worker);
    worker.handle.listen({
      onReply: (reply) => this.#hear(worker, reply),
      onEnd: (error) => this.#lose(worker, error),
    });
    return worker;
  }

  #hear(worker: PooledWorker, reply: WorkerReply): void {
    const { current } = worker;
    if (current === null) return;
    if (reply.kind === 'progress') {
      current.onProgress?.(reply.progress);
      return;
    }
    this.#release(worker);
    // A worker that is idle does not keep the process alive; one that is being ended does until it has ended.
    if (!this.#closed) worker.handle.hold?.(false);
    this.#idle.push(worker);
    if (reply.kind === 'done') current.resolve(reply.outcome);
    else current.reject(errorOf(reply));
  }

  /** A worker has ended. */
  #lose(worker: PooledWorker, error: Error): void {
    this.#all.delete(worker);
    const place = this.#idle.indexOf(worker);
    if (place >= 0) this.#idle.splice(place, 1);
    const { current } = worker;
    if (current === null) return;
    this.#release(worker);
    current.reject(this.#closed || current.signal?.aborted ? abortError() : error);
  }

  #release(worker: PooledWorker): void {
    worker.current = null;
    this.#busy.delete(worker);
    this.#deal();
  }

  /** Shares the threads out among the tasks that are executed; they go over to their new numbers as they run. */
  #deal(): void {
    let place = 0;
    for (const worker of this.#busy) {
      const extra = place++ < this.#threads % this.#busy.size ? 1 : 0;
      const threads = Math.max(1, Math.floor(this.#threads / this.#busy.size) + extra);
      if (threads === worker.threads) continue;
      worker.threads = threads;
      if (worker.current !== null) worker.handle.post({ kind: 'threads', threads });
    }
  }
}

function errorOf(reply: Extract<WorkerReply, { kind: 'failed' }>): Error {
  switch (reply.cause) {
    case 'aborted':
      return abortError();
    case 'fatal':
      return new FatalError(reply.message);
    case 'damaged':
      return reply.damaged === undefined
        ? new InputError(reply.message)
        : new DamageError(reply.message, reply.damaged);
    case 'input':
      return new InputError(reply.message);
    case 'unexpected': {
      const error = new Error(reply.message);
      if (reply.stack !== undefined) error.stack = reply.stack;
      return error;
    }
  }
}
