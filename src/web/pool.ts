import type { Dataset } from '../data/dataset.js';
import type { CellProvenance } from '../experiments/store.js';
import { TaskPool, type TaskStore, type WorkerHandle, type WorkerReply } from '../experiments/tasks/index.js';
import type { TaskSetup } from './messages.js';
import { sharesMemory } from './shares-memory.js';
import { serveStore, taskMethods } from './store-port.js';

export interface WebWorkerPoolOptions {
  /** The bundle of `lottery-lab/web/worker`. */
  readonly script: string | URL;
  readonly dataset: Dataset;
  /** It stays in the page: workers read parents from it and write results to it by messages. */
  readonly store: TaskStore;
  readonly engine: Pick<CellProvenance, 'version' | 'engine' | 'platform'>;
  /** Tasks executed at once, each by a worker. */
  readonly workers: number;
  /**
   * Threads that compute in all: where there are fewer tasks than these, several share one, which needs a page with
   * cross-origin isolation. Default: as many as workers.
   */
  readonly threads?: number | undefined;
  /** Seconds between checkpoints of a cell in training; 0 for none at all. Default: a minute. */
  readonly checkpointEvery?: number | undefined;
}

/** A pool of Web Workers that train cells and make measurements. */
export class WebWorkerPool extends TaskPool {
  constructor({ script, dataset, store, engine, workers, threads = workers, checkpointEvery }: WebWorkerPoolOptions) {
    const shared = sharesMemory();
    super({
      workers,
      threads: shared ? threads : workers,
      spawn: () => startWorker({ script, dataset, store, engine, threads: shared ? threads : 1, checkpointEvery }),
    });
  }
}

function startWorker({
  script,
  store,
  ...setup
}: Omit<TaskSetup, 'kind' | 'store'> & Pick<WebWorkerPoolOptions, 'script' | 'store'>): WorkerHandle {
  const worker = new Worker(script, { type: 'module' });
  const { port1, port2 } = new MessageChannel();
  serveStore(store, port1, taskMethods);
  worker.postMessage({ kind: 'tasks', ...setup, store: port2 } satisfies TaskSetup, [port2]);
  return {
    post: (request) => worker.postMessage(request),
    listen({ onReply, onEnd }) {
      worker.onmessage = ({ data }: MessageEvent<WorkerReply>) => onReply(data);
      worker.onerror = ({ message }) => onEnd(new Error(`the worker broke: ${message}`));
    },
    async terminate() {
      worker.terminate();
      port1.close();
    },
  };
}
