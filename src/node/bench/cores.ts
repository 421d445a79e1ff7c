import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '../../data/dataset.js';
import { buildGraph } from '../../experiments/graph.js';
import { factsOf } from '../../experiments/run-folder.js';
import { runTasks, tasksOf } from '../../experiments/tasks/index.js';
import { validateSpecification } from '../../experiments/validate.js';
import { WorkerPool } from '../pool.js';
import { FileStore } from '../store/index.js';
import { type BenchRow, ours, rowOf } from './rows.js';

/** Cells that depend on no other: the dense networks of so many trials. */
const CELLS = 8;

/** Times a whole run of independent cells, store and all, with one worker and with more, in turns. */
export async function benchCores(
  dataset: Dataset,
  workers: number,
  repetitions: number,
  onRun: (text: string) => void,
): Promise<{ rows: BenchRow[]; peakMemoryBytes: number }> {
  const specification = validateSpecification({
    name: 'bench',
    data: { name: 'mnist', validation: 5_000 },
    iterations: 1_000,
    trials: CELLS,
    levels: 1,
  });
  const { cells } = buildGraph(specification, factsOf(dataset));
  const counts = [1, workers];
  const samples: number[][] = [[], []];
  let peakMemoryBytes = 0;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const [which, count] of counts.entries()) {
      onRun(`${CELLS} cells on ${count} ${count === 1 ? 'worker' : 'workers'}`);
      const folder = await mkdtemp(join(tmpdir(), 'lottery-bench-'));
      const store = await FileStore.open(folder, { write: true });
      const pool = new WorkerPool({ dataset, store: folder, workers: count });
      try {
        const began = performance.now();
        const outcome = await runTasks({
          tasks: tasksOf(cells),
          store,
          executor: pool,
          onEvent: (event) => {
            if (event.kind !== 'finished' || event.outcome.kind !== 'cell') return;
            peakMemoryBytes = Math.max(peakMemoryBytes, event.outcome.peakMemoryBytes);
          },
        });
        if (outcome.executed.length !== cells.length) throw new Error('a cell of the benchmark failed.');
        samples[which].push(performance.now() - began);
      } finally {
        await pool.close();
        await rm(folder, { recursive: true, force: true });
      }
    }
  }
  const rows = counts.map((threads, which) =>
    rowOf({ ...ours, threads, case: `run of ${CELLS} independent cells`, density: 1 }, samples[which]),
  );
  return { rows, peakMemoryBytes };
}
