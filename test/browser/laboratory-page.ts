import { builtIn } from '../../src/data/built-in.js';
import { MemoryStore } from '../../src/experiments/memory-store.js';
import { resolveSpecification } from '../../src/experiments/presets.js';
import { Laboratory, planRun } from '../../src/laboratory/index.js';
import { WebWorkerPool } from '../../src/web/index.js';

// A page as an application has it: the laboratory and its store in the page, training in Web Workers beside it.

export interface PageRun {
  /** Settings over those of the quickstart. */
  readonly settings: object;
  readonly data: { readonly train: number; readonly test: number; readonly seed: number };
  readonly workers: number;
  readonly threads: number;
  /** Stops at the first progress of a cell past this iteration, and resumes in workers anew; null: runs to its end. */
  readonly stopPast: number | null;
}

export interface PageResult {
  readonly digest: string | null;
  /** Iterations at which cells were resumed that had begun before. */
  readonly resumedAt: readonly number[];
  /** Milliseconds from the stop to the end of the run; null where it was not stopped. */
  readonly heardAfter: number | null;
  /** Cells that were finished when it stopped. */
  readonly finishedBefore: number;
  /** Seconds of training of each cell, in the order of the run. */
  readonly seconds: readonly number[];
}

async function run({ settings, data, workers, threads, stopPast }: PageRun): Promise<PageResult> {
  const dataset = builtIn('strokes', data);
  const planned = planRun(resolveSpecification({ extends: 'quickstart', ...settings }), dataset);
  const store = new MemoryStore();
  const engine = { version: 'test', engine: navigator.userAgent, platform: 'browser' };
  const laboratory = new Laboratory({ store, machine: { ...engine, processor: 'unknown' } });
  const resumedAt = new Set<number>();
  let heardAfter: number | null = null;
  let finishedBefore = 0;

  const once = async (past: number | null) => {
    const executor = new WebWorkerPool({ script: 'worker.js', dataset, store, engine, workers, threads });
    const stop = new AbortController();
    let stopped = 0;
    try {
      const ending = await laboratory.run(planned, {
        executor,
        command: 'a test',
        signal: stop.signal,
        onEvent: (event) => {
          if (event.kind !== 'progress' || event.progress.kind !== 'cell') return;
          const { iteration, firstIteration, resumedAt: from } = event.progress;
          if (from > firstIteration) resumedAt.add(from);
          if (past === null || iteration <= past || stop.signal.aborted) return;
          stopped = performance.now();
          stop.abort();
        },
      });
      if (ending.outcome.aborted) {
        heardAfter = performance.now() - stopped;
        finishedBefore = ending.outcome.executed.length;
      }
      for (const { task, error } of ending.outcome.failed) throw new Error(`${task.label}: ${String(error)}`);
      return ending.results;
    } finally {
      await executor.close();
    }
  };

  if (stopPast !== null) await once(stopPast);
  const results = await once(null);
  return {
    digest: results?.digest ?? null,
    resumedAt: [...resumedAt],
    heardAfter,
    finishedBefore,
    seconds: results?.cells.map(({ seconds }) => seconds) ?? [],
  };
}

Object.assign(globalThis, { runInPage: run });
