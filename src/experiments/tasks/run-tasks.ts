import type { FailedTask, RunTasksOptions, TasksOutcome } from './events.js';
import { Mender } from './mender.js';
import { runRound } from './round.js';
import type { Task } from './task.js';

/**
 * Executes every task that is not in the store, parents first, as many at once as the executor can. A cell that fails or
 * diverges takes only what is made from it with it. What is damaged in the store is moved aside and made again.
 */
export async function runTasks(options: RunTasksOptions): Promise<TasksOutcome> {
  const mender = new Mender(options.store, (mended) => options.onEvent?.({ kind: 'damaged', ...mended }));
  const executed: Task[] = [];
  const found: Task[] = [];
  let failed: readonly FailedTask[] = [];
  for (;;) {
    const round = await runRound(options, mender, failed);
    executed.push(...round.executed);
    found.push(...round.found);
    failed = round.failed;
    mender.nextRound();
    const isOver = !round.isIncomplete || round.aborted || round.fatal !== null;
    if (!isOver) continue;
    const own = new Set([...executed, ...found]);
    const { isIncomplete: _, ...outcome } = round;
    const present = round.present.filter((task) => !own.has(task));
    return { ...outcome, executed, found, present, mended: mender.mended };
  }
}
