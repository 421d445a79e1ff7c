import type { Dataset } from '../data/dataset.js';
import type { Kernels } from '../kernels/index.js';
import { collapsedLayers } from '../tickets/index.js';
import { parentsOf } from './cell-specification.js';
import { executeCell } from './execute.js';
import type { PlannedCell } from './graph.js';
import type { OwnScores } from './own-score.js';
import type { CellExecutor, CellOutcome, CellProgress } from './runner.js';
import type { CellProvenance, CellStore, FinishedCell } from './store.js';

export interface LocalExecutorOptions {
  readonly kernels: Kernels;
  readonly dataset: Dataset;
  readonly store: CellStore;
  /** What the cells' provenance says of where they were trained. */
  readonly provenance: Pick<CellProvenance, 'version' | 'engine' | 'platform'>;
  /** Scores of one's own, by the digest that specifications name them by. */
  readonly scores?: OwnScores | undefined;
}

/** Trains cells one after another on the thread at hand: for tests, and inside a browser's worker. */
export class LocalExecutor implements CellExecutor {
  readonly concurrency = 1;
  readonly #options: LocalExecutorOptions;

  constructor(options: LocalExecutorOptions) {
    this.#options = options;
  }

  async execute(
    { specification }: PlannedCell,
    onProgress: (progress: CellProgress) => void,
    signal: AbortSignal,
  ): Promise<CellOutcome> {
    const { kernels, dataset, store, provenance, scores } = this.#options;
    const parents = new Map<string, FinishedCell>();
    for (const id of parentsOf(specification)) parents.set(id, await store.read(id));
    const started = new Date().toISOString();
    const began = performance.now();
    const observe = (progress: CellProgress): boolean => {
      onProgress(progress);
      return !signal.aborted;
    };
    const clock = () => performance.now();
    const trained = executeCell(kernels, specification, dataset, parents, observe, undefined, scores, clock);
    const seconds = (performance.now() - began) / 1000;
    const peakMemoryBytes = kernels.peakBytes;
    await store.write({
      ...trained,
      provenance: { ...provenance, kernels: kernels.target, started, seconds, peakMemoryBytes },
    });
    return {
      status: trained.status,
      seconds,
      testAccuracy: trained.end.testAccuracy,
      peakMemoryBytes,
      collapsed: collapsedLayers(trained.layers),
    };
  }
}
