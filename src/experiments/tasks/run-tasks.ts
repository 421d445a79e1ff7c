import { isAbort } from '../aborting.js';
import { mapAtOnce } from '../at-once.js';
import type { MeasurementStore } from '../measurements/index.js';
import type { CellStore } from '../store.js';
import { type Executor, FatalError, type TaskOutcome, type TaskProgress } from './executor.js';
import { type BlockedTask, ReadyTasks } from './ready.js';
import { orderOf, type Task } from './task.js';

export type TaskEvent =
  /** Once, at the start. `present` tasks were in the store already. */
  | { readonly kind: 'planned'; readonly tasks: readonly Task[]; readonly present: ReadonlySet<string> }
  | { readonly kind: 'started'; readonly task: Task; readonly slot: number }
  | { readonly kind: 'progress'; readonly task: Task; readonly slot: number; readonly progress: TaskProgress }
  | { readonly kind: 'finished'; readonly task: Task; readonly slot: number; readonly outcome: TaskOutcome }
  /** `slot` is null where the result in the store cannot be read. */
  | { readonly kind: 'failed'; readonly task: Task; readonly slot: number | null; readonly error: unknown }
  /** A cell that it is made from failed or diverged. */
  | ({ readonly kind: 'blocked' } & BlockedTask);

/** Where the scheduler looks whether a task is finished. */
export type FinishedTasks = Pick<CellStore, 'has' | 'readSummary'> & Pick<MeasurementStore, 'hasMeasurement'>;

export interface RunTasksOptions {
  /** Every task once, parents before children. */
  readonly tasks: readonly Task[];
  readonly store: FinishedTasks;
  readonly executor: Executor;
  readonly onEvent?: (event: TaskEvent) => void;
  readonly signal?: AbortSignal;
}

export interface FailedTask {
  readonly task: Task;
  readonly error: unknown;
}

export interface TasksOutcome {
  /** Executed now. */
  readonly executed: readonly Task[];
  /** Were in the store already. */
  readonly present: readonly Task[];
  /** Cells whose loss turned NaN or infinite, now or before. */
  readonly diverged: readonly Task[];
  readonly failed: readonly FailedTask[];
  readonly blocked: readonly BlockedTask[];
  readonly aborted: boolean;
  /** The error that ended everything early. */
  readonly fatal: FatalError | null;
}

/** What the store has of a task. */
type Found =
  | { readonly kind: 'absent' }
  | { readonly kind: 'present'; readonly diverged: boolean }
  | { readonly kind: 'unreadable'; readonly error: unknown };

async function lookUp(task: Task, store: FinishedTasks): Promise<Found> {
  if (task.kind === 'measurement') {
    return (await store.hasMeasurement(task.id)) ? { kind: 'present', diverged: false } : { kind: 'absent' };
  }
  if (!(await store.has(task.id))) return { kind: 'absent' };
  try {
    const { status } = await store.readSummary(task.id);
    return { kind: 'present', diverged: status === 'diverged' };
  } catch (error) {
    return { kind: 'unreadable', error };
  }
}

/** Names of those tasks that the store has. */
export async function presentTasks(
  tasks: readonly Task[],
  store: Pick<FinishedTasks, 'has' | 'hasMeasurement'>,
): Promise<Set<string>> {
  const there = await mapAtOnce(tasks, ({ kind, id }) => (kind === 'cell' ? store.has(id) : store.hasMeasurement(id)));
  return new Set(tasks.filter((_, index) => there[index]).map(({ id }) => id));
}

/**
 * Executes every task that is not in the store, parents first, as many at once as the executor can. A cell that fails or
 * diverges takes only what is made from it with it.
 */
export async function runTasks({ tasks, store, executor, onEvent, signal }: RunTasksOptions): Promise<TasksOutcome> {
  const emit = onEvent ?? (() => {});
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) stop.abort();

  const ready = new ReadyTasks(tasks);
  const executed: Task[] = [];
  const diverged: Task[] = [];
  const failed: FailedTask[] = [];
  const blocked: BlockedTask[] = [];
  let fatal: FatalError | null = null;

  const block = (task: Task, what: 'failed' | 'diverged'): void => {
    for (const out of ready.block(task, `${task.label} ${what}`)) {
      blocked.push(out);
      emit({ kind: 'blocked', ...out });
    }
  };
  const fail = (task: Task, slot: number | null, error: unknown): void => {
    failed.push({ task, error });
    emit({ kind: 'failed', task, slot, error });
    block(task, 'failed');
  };
  const succeed = (task: Task, outcome: TaskOutcome): void => {
    executed.push(task);
    if (outcome.kind === 'cell' && outcome.status === 'diverged') {
      diverged.push(task);
      block(task, 'diverged');
    } else ready.finish(task);
  };

  const found = await mapAtOnce(tasks, (task) => lookUp(task, store));
  const present = tasks.filter((_, index) => found[index].kind === 'present');
  emit({ kind: 'planned', tasks, present: new Set(present.map(({ id }) => id)) });
  // Children first, so that what is in the store is never taken for out of reach.
  for (let index = tasks.length - 1; index >= 0; index--) {
    const state = found[index];
    if (state.kind === 'present' && state.diverged) {
      diverged.unshift(tasks[index]);
      block(tasks[index], 'diverged');
    } else if (state.kind === 'present') ready.finish(tasks[index]);
    else if (state.kind === 'unreadable') fail(tasks[index], null, state.error);
  }

  const slots = Array.from({ length: Math.max(1, executor.concurrency) }, (_, index) => index);
  const running = new Set<Promise<void>>();
  const execute = async (task: Task, slot: number): Promise<void> => {
    try {
      const onProgress = (progress: TaskProgress) => emit({ kind: 'progress', task, slot, progress });
      const outcome = await executor.execute(orderOf(task), { onProgress, signal: stop.signal });
      emit({ kind: 'finished', task, slot, outcome });
      succeed(task, outcome);
    } catch (error) {
      if (isAbort(error) && stop.signal.aborted) return;
      if (error instanceof FatalError) {
        fatal ??= error;
        stop.abort();
        return;
      }
      fail(task, slot, error);
    } finally {
      slots.push(slot);
      slots.sort((a, b) => a - b);
    }
  };

  try {
    for (;;) {
      while (!stop.signal.aborted && slots.length > 0) {
        const task = ready.take();
        if (task === undefined) break;
        const slot = slots.shift() as number;
        emit({ kind: 'started', task, slot });
        const work: Promise<void> = execute(task, slot).finally(() => running.delete(work));
        running.add(work);
      }
      if (running.size === 0) break;
      await Promise.race(running);
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  return { executed, present, diverged, failed, blocked, aborted: signal?.aborted ?? false, fatal };
}
