import { isAbort } from '../aborting.js';
import { mapAtOnce } from '../at-once.js';
import type { TaskClaim } from './claims.js';
import type { FailedTask, FinishedTasks, RunTasksOptions, TasksOutcome } from './events.js';
import { FatalError, type TaskProgress } from './executor.js';
import type { Mender } from './mender.js';
import { Others } from './others.js';
import { pause } from './pause.js';
import { presentTasks } from './present.js';
import { type BlockedTask, ReadyTasks } from './ready.js';
import { orderOf, type Task } from './task.js';

/** What the store has of a task. */
type Found =
  | { readonly kind: 'absent' }
  | { readonly kind: 'present'; readonly diverged: boolean }
  | { readonly kind: 'unreadable'; readonly error: unknown };

/** Reads of a task that is in the store what became of it. */
async function lookUp({ kind, id }: Task, store: FinishedTasks, mender: Mender): Promise<Found> {
  try {
    if (kind === 'measurement') {
      await store.readMeasurement(id);
      return { kind: 'present', diverged: false };
    }
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
 * Looks up what the store has, and executes the rest as far as it can be. What other processes work on is theirs, until they
 * have finished it or ended.
 *
 * @param before what failed in rounds before this one, which is not tried again
 */
export async function runRound(
  { tasks, store, executor, claims, patience = Number.POSITIVE_INFINITY, onEvent, signal }: RunTasksOptions,
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
  const found: Task[] = [];
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
  /** A task is in the store: what is made from it may be ready. */
  const succeed = (task: Task, isDiverged: boolean): void => {
    if (isDiverged) {
      diverged.push(task);
      block(task, 'diverged');
    } else ready.finish(task);
  };
  const end = (error: FatalError): void => {
    fatal ??= error;
    stop.abort();
  };
  const others = new Others(claims, {
    async onFinished(task) {
      const state = await lookUp(task, store, mender);
      if (state.kind === 'unreadable') fail(task, null, state.error);
      else if (state.kind === 'absent') ready.putBack(task);
      else {
        found.push(task);
        emit({ kind: 'found', task });
        succeed(task, state.diverged);
      }
    },
    onFailed: (task, error) => fail(task, null, error),
    onFree: (task) => ready.putBack(task),
  });

  // By the store's list: a name that is looked for before it is there may be remembered as missing by a network's file system.
  const there = await presentTasks(tasks, store);
  const states = await mapAtOnce(
    tasks,
    async (task): Promise<Found> => (there.has(task.id) ? lookUp(task, store, mender) : { kind: 'absent' }),
  );
  const present = tasks.filter((_, index) => states[index].kind === 'present');
  emit({ kind: 'planned', tasks, present: new Set(present.map(({ id }) => id)) });
  // Children first, so that what is in the store is never taken for out of reach.
  for (let index = tasks.length - 1; index >= 0; index--) {
    const state = states[index];
    if (state.kind === 'present' && state.diverged) {
      diverged.unshift(tasks[index]);
      block(tasks[index], 'diverged');
    } else if (state.kind === 'present') ready.finish(tasks[index]);
    else if (state.kind === 'unreadable') fail(tasks[index], null, state.error);
  }
  for (const { task } of before) block(task, 'failed');

  const slots = Array.from({ length: Math.max(1, executor.concurrency) }, (_, index) => index);
  const running = new Set<Promise<void>>();
  const execute = async (task: Task, slot: number, claim: TaskClaim | 'alone'): Promise<void> => {
    const lost = claim === 'alone' ? null : claim.lost;
    try {
      const onProgress = (progress: TaskProgress): void => {
        if (claim !== 'alone') claim.onProgress(progress);
        emit({ kind: 'progress', task, slot, progress });
      };
      const outcome = await executor.execute(orderOf(task, claim === 'alone' ? 1 : claim.fence), {
        onProgress,
        signal: lost === null ? stop.signal : AbortSignal.any([stop.signal, lost]),
      });
      emit({ kind: 'finished', task, slot, outcome });
      executed.push(task);
      succeed(task, outcome.kind === 'cell' && outcome.status === 'diverged');
    } catch (error) {
      if (isAbort(error) && stop.signal.aborted) return;
      if (isAbort(error) && lost?.aborted) {
        emit({ kind: 'lost', task, slot });
        others.lose(task);
        return;
      }
      if (error instanceof FatalError) {
        end(error);
        return;
      }
      // A cell that it needed is out of the way: what is made from this task waits with it, in silence.
      const trouble = await mender.mend(error);
      if (trouble === null) {
        isIncomplete = true;
        ready.block(task, '');
      } else {
        await others.fail(task, trouble);
        fail(task, slot, trouble);
      }
    } finally {
      if (claim !== 'alone') await claim.release();
      slots.push(slot);
      slots.sort((a, b) => a - b);
    }
  };

  /** Begins everything that is ready and for which there is room. */
  const begin = async (): Promise<void> => {
    while (!stop.signal.aborted && slots.length > 0) {
      const task = ready.take();
      if (task === undefined) break;
      const claim = await others.claim(task);
      if (claim === null) continue;
      const slot = slots.shift() as number;
      emit({ kind: 'started', task, slot });
      const work: Promise<void> = execute(task, slot, claim).finally(() => running.delete(work));
      running.add(work);
    }
  };

  let idle = 0;
  try {
    for (;;) {
      await begin();
      const isWaiting = !stop.signal.aborted && others.tasks.length > 0;
      if (running.size > 0) {
        idle = 0;
        const over = new AbortController();
        const look = isWaiting ? [pause(others.wait, AbortSignal.any([stop.signal, over.signal]))] : [];
        await Promise.race([...running, ...look]);
        over.abort();
        if (isWaiting && !stop.signal.aborted) await others.look();
        continue;
      }
      if (!isWaiting) break;
      if (await others.look()) {
        idle = 0;
        continue;
      }
      if (idle >= patience) break;
      if (idle === 0) emit({ kind: 'waiting', tasks: others.tasks.length });
      const wait = Math.min(others.wait, patience - idle);
      await pause(wait, stop.signal);
      idle += wait;
    }
  } catch (error) {
    // The store can be neither read nor written: what is being executed stops, and leaves what it can.
    end(new FatalError((error as Error).message, { cause: error }));
    await Promise.all(running);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  const left = others.tasks;
  const aborted = signal?.aborted ?? false;
  return { executed, present, found, left, diverged, failed, blocked, aborted, fatal, isIncomplete };
}
