import type { TaskStore } from '../experiments/tasks/perform.js';
import { serveTasks, type WorkerRequest } from '../experiments/tasks/worker-side.js';
import { helpKernels, type Kernels, loadKernels, loadSharedKernels } from '../kernels/index.js';
import type { HelpSetup, TaskSetup, WebWorkerMessage } from './messages.js';
import { storeAt, taskMethods } from './store-port.js';

const scope = globalThis as unknown as {
  readonly location: { readonly href: string };
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent<WebWorkerMessage>) => void) | null;
};

/** Kernels of one thread, or of several over shared memory, whose helpers are workers of this same script. */
async function kernelsFor(threads: number): Promise<Kernels> {
  if (threads === 1) return loadKernels();
  const kernels = await loadSharedKernels(threads - 1, (post) => {
    const helper = new Worker(scope.location.href, { type: 'module' });
    helper.postMessage({ kind: 'help', post } satisfies HelpSetup);
  });
  kernels.threads = threads;
  // A browser starts a worker's workers while that is idle: they come before there is work.
  while (kernels.helpers < threads - 1) await new Promise((resolve) => setTimeout(resolve, 1));
  return kernels;
}

export interface WebWorkerOptions {
  /**
   * What the worker takes for its store, given the page's, which it speaks to by messages: for instance one that keeps checkpoints where
   * the worker itself can write them. Default: the page's.
   */
  readonly storeOver?: (ofPage: TaskStore) => TaskStore | Promise<TaskStore>;
}

async function begin(
  { dataset, store, engine, threads, checkpointEvery }: TaskSetup,
  { storeOver = (ofPage) => ofPage }: WebWorkerOptions,
): Promise<void> {
  const early: WorkerRequest[] = [];
  scope.onmessage = ({ data }) => early.push(data as WorkerRequest);
  const [kernels, opened] = await Promise.all([kernelsFor(threads), storeOver(storeAt<TaskStore>(store, taskMethods))]);
  const serve = serveTasks({ kernels, dataset, store: opened, engine, checkpointEvery }, (reply) =>
    scope.postMessage(reply),
  );
  scope.onmessage = ({ data }) => serve(data as WorkerRequest);
  for (const request of early) serve(request);
}

/** What cannot begin breaks the worker, which its pool hears of. */
function breakWith(error: unknown): void {
  setTimeout(() => {
    throw error;
  });
}

/**
 * Makes the Web Worker that calls it, `new Worker(url, { type: 'module' })`, what its first message says: a worker that executes tasks
 * (see `WebWorkerPool`) or a helper of another's kernels, which is started from the same script.
 */
export function runWorker(options: WebWorkerOptions = {}): void {
  scope.onmessage = ({ data }) => {
    if (data.kind === 'help') helpKernels(data.post).catch(breakWith);
    else if (data.kind === 'tasks') begin(data, options).catch(breakWith);
  };
}
