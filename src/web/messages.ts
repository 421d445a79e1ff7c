import type { Dataset } from '../data/dataset.js';
import type { CellProvenance } from '../experiments/store.js';
import type { WorkerRequest } from '../experiments/tasks/index.js';
import type { HelperPost } from '../kernels/index.js';

/** The first message to a Web Worker that is to execute tasks. */
export interface TaskSetup {
  readonly kind: 'tasks';
  readonly dataset: Dataset;
  /** The page's store is at its other end. */
  readonly store: MessagePort;
  readonly engine: Pick<CellProvenance, 'version' | 'engine' | 'platform'>;
  /** The most threads that a task will ever be executed on; above 1 only in a page with cross-origin isolation. */
  readonly threads: number;
  readonly checkpointEvery: number | undefined;
}

/** The first and only message to a Web Worker that helps the kernels of another. */
export interface HelpSetup {
  readonly kind: 'help';
  readonly post: HelperPost;
}

export type WebWorkerMessage = TaskSetup | HelpSetup | WorkerRequest;
