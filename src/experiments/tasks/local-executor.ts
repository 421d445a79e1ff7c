import type { ExecuteOptions, Executor, TaskOutcome } from './executor.js';
import { performTask, type Workplace } from './perform.js';
import type { TaskOrder } from './task.js';

/** Executes tasks one after another on the thread at hand: in tests, in a script, inside a browser's worker. */
export class LocalExecutor implements Executor {
  readonly concurrency = 1;
  readonly #workplace: Workplace;

  constructor(workplace: Workplace) {
    this.#workplace = workplace;
  }

  execute(order: TaskOrder, options: ExecuteOptions = {}): Promise<TaskOutcome> {
    return performTask(order, this.#workplace, options);
  }
}
