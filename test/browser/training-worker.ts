import { type BuiltInRequest, builtIn } from '../../src/data/built-in.js';
import type { PlannedCell } from '../../src/experiments/graph.js';
import { MemoryStore } from '../../src/experiments/memory-store.js';
import { LocalExecutor } from '../../src/experiments/tasks/local-executor.js';
import { cellTask, orderOf } from '../../src/experiments/tasks/task.js';
import { helpKernels, loadKernels, loadSharedKernels } from '../../src/kernels/load.js';

// A worker as an application has it: cells come planned, data are made from a seed, what is trained stays in memory.
// Measurements are code of their own, loaded when the first is asked for.

interface TrainRequest {
  readonly kind: 'train';
  readonly data: { readonly name: string } & BuiltInRequest;
  /** Parents before children. */
  readonly cells: readonly PlannedCell[];
  /** Workers that help over shared memory, which needs cross-origin isolation; 0 for none. */
  readonly helpers: number;
}

interface HelpRequest {
  readonly kind: 'help';
  readonly post: Parameters<typeof helpKernels>[0];
}

interface MeasureRequest {
  readonly kind: 'kinds';
}

export type WorkerRequest = TrainRequest | HelpRequest | MeasureRequest;

export type WorkerReply =
  /** Digests of the cells, in their order, and how many workers helped. */
  | { readonly kind: 'trained'; readonly digests: readonly string[]; readonly helpers: number }
  /** Kinds of measurements that can be made. */
  | { readonly kind: 'kinds'; readonly kinds: readonly string[] }
  | { readonly kind: 'failed'; readonly message: string };

const kernelsFor = (helpers: number) =>
  helpers === 0
    ? loadKernels()
    : loadSharedKernels(helpers, (post) => {
        const request: HelpRequest = { kind: 'help', post };
        new Worker(import.meta.url, { type: 'module' }).postMessage(request);
      });

async function train({ data: { name, ...size }, cells, helpers }: TrainRequest): Promise<WorkerReply> {
  const kernels = await kernelsFor(helpers);
  kernels.threads = 1 + helpers;
  // A browser starts a worker's workers only while it is idle: training that never yields would have no helper to its end.
  while (kernels.helpers < helpers) await new Promise((resolve) => setTimeout(resolve, 1));
  const store = new MemoryStore();
  const provenance = { version: '', engine: navigator.userAgent, platform: '' };
  const executor = new LocalExecutor({ kernels, dataset: builtIn(name, size), store, engine: provenance });
  const digests: string[] = [];
  for (const cell of cells) {
    await executor.execute(orderOf(cellTask(cell)));
    digests.push((await store.read(cell.id)).digests.cell);
  }
  return { kind: 'trained', digests, helpers: kernels.helpers };
}

async function answer(request: WorkerRequest): Promise<WorkerReply> {
  if (request.kind === 'train') return train(request);
  if (request.kind === 'help') return helpKernels(request.post);
  const { measurementKinds } = await import('../../src/experiments/measurements/index.js');
  return { kind: 'kinds', kinds: Object.keys(measurementKinds) };
}

addEventListener('message', ({ data }: MessageEvent<WorkerRequest>) => {
  answer(data)
    .catch((error: unknown): WorkerReply => ({ kind: 'failed', message: String(error) }))
    .then((reply) => postMessage(reply));
});
