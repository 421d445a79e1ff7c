import { mapAtOnce } from '../experiments/at-once.js';
import type { Store } from '../experiments/full-store.js';
import type { BlockedTask, FailedTask, Task, TasksOutcome } from '../experiments/tasks/index.js';
import { stateOfStore } from './state.js';

/**
 * What other processes made of some tasks, as the store says: the outcome, had one process executed them all.
 *
 * @param tasks parents before children
 * @param before those that were in the store before they began
 */
export async function outcomeOfOthers(
  tasks: readonly Task[],
  store: Store,
  before: ReadonlySet<string>,
): Promise<TasksOutcome> {
  const { present, failures } = await stateOfStore(store, [{ tasks }]);
  const missing = tasks.filter(({ id }) => !present.has(id));
  const diverged = await divergedOf(tasks, missing, present, store);
  const failed: FailedTask[] = [];
  const blocked: BlockedTask[] = [];
  /** Why nothing can be made from a task. */
  const causes = new Map(diverged.map(({ id, label }) => [id, `${label} diverged`]));
  for (const task of missing) {
    const message = failures.get(task.id);
    const reason = task.parents.map((parent) => causes.get(parent)).find((cause) => cause !== undefined);
    if (message !== undefined) {
      failed.push({ task, error: new Error(message) });
      causes.set(task.id, `${task.label} failed`);
    } else if (reason !== undefined) {
      blocked.push({ task, reason });
      causes.set(task.id, reason);
    }
  }
  const finished = tasks.filter(({ id }) => present.has(id));
  return {
    executed: finished.filter(({ id }) => !before.has(id)),
    present: finished.filter(({ id }) => before.has(id)),
    found: [],
    left: [],
    diverged,
    failed,
    blocked,
    mended: [],
    aborted: false,
    fatal: null,
  };
}

/** Finished cells that diverged, among those that something missing is made from. */
async function divergedOf(
  tasks: readonly Task[],
  missing: readonly Task[],
  present: ReadonlySet<string>,
  store: Pick<Store, 'readSummary'>,
): Promise<Task[]> {
  const parents = new Set(missing.flatMap((task) => task.parents));
  const asked = tasks.filter(({ kind, id }) => kind === 'cell' && parents.has(id) && present.has(id));
  const summaries = await mapAtOnce(asked, ({ id }) => store.readSummary(id));
  return asked.filter((_, index) => summaries[index].status === 'diverged');
}
