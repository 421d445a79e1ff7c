import type { TaskStore } from '../experiments/tasks/perform.js';
import { serveTasks, type WorkerRequest } from '../experiments/tasks/worker-side.js';
import { helpKernels, type Kernels, loadKernels, loadSharedKernels } from '../kernels/index.js';
import type { HelpSetup, TaskSetup, WebWorkerMessage } from './messages.js';
import { storeAt, taskMethods } from './store-port.js';

/**
 * The entry of a Web Worker, to be bundled: `new Worker(url, { type: 'module' })`. Its first message says what it is, a worker
 * that executes tasks (see `WebWorkerPool`) or a helper of another's kernels.
 */

const scope = globalThis as unknown as {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent<WebWorkerMessage>) => void) | null;
};

/** Kernels of one thread, or of several over shared memory, whose helpers are workers of this same script. */
async function kernelsFor(threads: number): Promise<Kernels> {
  if (threads === 1) return loadKernels();
  const kernels = await loadSharedKernels(threads - 1, (post) => {
    const helper = new Worker(import.meta.url, { type: 'module' });
    helper.postMessage({ kind: 'help', post } satisfies HelpSetup);
  });
  kernels.threads = threads;
  // A browser starts a worker's workers while that is idle: they come before there is work.
  while (kernels.helpers < threads - 1) await new Promise((resolve) => setTimeout(resolve, 1));
  return kernels;
}

async function begin({ dataset, store, engine, threads, checkpointEvery }: TaskSetup): Promise<void> {
  const early: WorkerRequest[] = [];
  scope.onmessage = ({ data }) => early.push(data as WorkerRequest);
  const kernels = await kernelsFor(threads);
  const serve = serveTasks(
    { kernels, dataset, store: storeAt<TaskStore>(store, taskMethods), engine, checkpointEvery },
    (reply) => scope.postMessage(reply),
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

scope.onmessage = ({ data }) => {
  if (data.kind === 'help') helpKernels(data.post).catch(breakWith);
  else if (data.kind === 'tasks') begin(data).catch(breakWith);
};
