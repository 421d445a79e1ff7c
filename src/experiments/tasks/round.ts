import { isAbort } from '../aborting.js';
import { mapAtOnce } from '../at-once.js';
import type { FailedTask, FinishedTasks, RunTasksOptions, TasksOutcome } from './events.js';
import { FatalError, type TaskOutcome, type TaskProgress } from './executor.js';
import type { Mender } from './mender.js';
import { type BlockedTask, ReadyTasks } from './ready.js';

import { orderOf, type Task } from './task.js';

/** What the store has of a task. */
type Found =
  | { readonly kind: 'absent' }
  | { readonly kind: 'present'; readonly diverged: boolean }
  | { readonly kind: 'unreadable'; readonly error: unknown };

async function lookUp({ kind, id }: Task, store: FinishedTasks, mender: Mender): Promise<Found> {
  try {
    if (kind === 'measurement') {
      if (!(await store.hasMeasurement(id))) return { kind: 'absent' };
      await store.readMeasurement(id);
      return { kind: 'present', diverged: false };
    }
    if (!(await store.has(id))) return { kind: 'absent' };
    const { status } = await store.readSummary(id);
    return { kind: 'present', diverged: status === 'diverged' };
  } catch (error) {
    const trouble = await mender.mend(error);
    return trouble === null ? { kind: 'absent' } : { kind: 'unreadable', error: trouble };
  }
}

/** How a round ended. */
export interface RoundOutcome extends Omit<TasksOutcome, 'mended'> {
  /** Something that tasks needed was damaged and is out of the way: they wait for another round. */
  readonly isIncomplete: boolean;
}

/**
 * Looks up what the store has, and executes the rest as far as it can be.
 *
 * @param before what failed in rounds before this one, which is not tried again
 */
export async function runRound(
  { tasks, store, executor, onEvent, signal }: RunTasksOptions,
  mender: Mender,
  before: readonly FailedTask[],
): Promise<RoundOutcome> {
  const emit = onEvent ?? (() => {});
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) stop.abort();

  const ready = new ReadyTasks(tasks);
  const executed: Task[] = [];
  const diverged: Task[] = [];
  const failed: FailedTask[] = [...before];
  const blocked: BlockedTask[] = [];
  let fatal: FatalError | null = null;
  let isIncomplete = false;

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

  const found = await mapAtOnce(tasks, (task) => lookUp(task, store, mender));
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
  for (const { task } of before) block(task, 'failed');

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
      // A cell that it needed is out of the way: what is made from this task waits with it, in silence.
      const trouble = await mender.mend(error);
      if (trouble === null) {
        isIncomplete = true;
        ready.block(task, '');
      } else fail(task, slot, trouble);
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
  return { executed, present, diverged, failed, blocked, aborted: signal?.aborted ?? false, fatal, isIncomplete };
}
