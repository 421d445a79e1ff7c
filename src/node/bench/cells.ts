import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGraph } from '../../experiments/graph.js';
import { factsOf } from '../../experiments/run-folder.js';
import { runTasks, tasksOf } from '../../experiments/tasks/index.js';
import { validateSpecification } from '../../experiments/validate.js';
import type { Kernels } from '../../kernels/index.js';
import { WorkerPool } from '../pool.js';
import { FileStore } from '../store/index.js';
import { benchDataset } from './plan.js';
import type { Runnable } from './serve.js';

/** Cells that depend on no other: the dense networks of so many trials. */
const CELLS = 8;

/** A whole run of independent cells on so many workers, store and all. */
export function prepareCells(kernels: Kernels, workers: number): Runnable {
  const dataset = benchDataset(kernels);
  const specification = validateSpecification({
    name: 'bench',
    data: { name: 'mnist', validation: 5_000 },
    iterations: 1_000,
    trials: CELLS,
    levels: 1,
  });
  const { cells } = buildGraph(specification, factsOf(dataset));

  /** Runs the cells once: the most bytes that a worker held. */
  async function run(): Promise<number> {
    let most = 0;
    const folder = await mkdtemp(join(tmpdir(), 'lottery-bench-'));
    const store = await FileStore.open(folder, { write: true });
    const pool = new WorkerPool({ dataset, store: folder, workers });
    try {
      const outcome = await runTasks({
        tasks: tasksOf(cells),
        store,
        executor: pool,
        onEvent: (event) => {
          if (event.kind !== 'finished' || event.outcome.kind !== 'cell') return;
          most = Math.max(most, event.outcome.peakMemoryBytes);
        },
      });
      if (outcome.executed.length !== cells.length) throw new Error('a cell of the benchmark failed.');
    } finally {
      await pool.close();
      await rm(folder, { recursive: true, force: true });
    }
    return most;
  }

  return {
    parts: [{ name: `run of ${CELLS} independent cells` }],
    run: async (_, times) => {
      let bytes = 0;
      for (let time = 0; time < times; time++) bytes = Math.max(bytes, await run());
      return { bytes };
    },
  };
}
