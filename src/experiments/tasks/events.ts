import type { Damaged, Mendable } from '../damage.js';
import type { MeasurementStore } from '../measurements/index.js';
import type { CellStore } from '../store.js';
import type { TaskClaims } from './claims.js';
import type { Executor, FatalError, TaskOutcome, TaskProgress } from './executor.js';
import type { BlockedTask } from './ready.js';
import type { Task } from './task.js';

/** What is said while tasks are executed, and how that ended. */

export type TaskEvent =
  /** At the start, and again where something damaged has to be made anew. `present` tasks are in the store already. */
  | { readonly kind: 'planned'; readonly tasks: readonly Task[]; readonly present: ReadonlySet<string> }
  | { readonly kind: 'started'; readonly task: Task; readonly slot: number }
  | { readonly kind: 'progress'; readonly task: Task; readonly slot: number; readonly progress: TaskProgress }
  | { readonly kind: 'finished'; readonly task: Task; readonly slot: number; readonly outcome: TaskOutcome }
  /** `slot` is null where the result in the store cannot be read. */
  | { readonly kind: 'failed'; readonly task: Task; readonly slot: number | null; readonly error: unknown }
  /** A cell that it is made from failed or diverged. */
  | ({ readonly kind: 'blocked' } & BlockedTask)
  /** This process was silent for so long that another one may have the task: it stops at it. */
  | { readonly kind: 'lost'; readonly task: Task; readonly slot: number }
  /** Another process, which shares the store, finished it. */
  | { readonly kind: 'found'; readonly task: Task }
  /** Nothing is to be done here until other processes have finished what they work on: so many tasks. */
  | { readonly kind: 'waiting'; readonly tasks: number }
  /** Something in the store was damaged and moved aside; it is made again. */
  | ({ readonly kind: 'damaged' } & MendedDamage);

/** Something that was damaged, and is out of the way. */
export interface MendedDamage {
  readonly damaged: Damaged;
  /** What was wrong with it. */
  readonly message: string;
  /** Where it is now; null where nothing of it was left. */
  readonly place: string | null;
}

/** Where the scheduler looks whether a task is finished. */
export type FinishedTasks = Pick<CellStore, 'list' | 'readSummary'> &
  Pick<MeasurementStore, 'listMeasurements' | 'readMeasurement'> &
  Mendable;

export interface RunTasksOptions {
  /** Every task once, parents before children. */
  readonly tasks: readonly Task[];
  readonly store: FinishedTasks;
  readonly executor: Executor;
  /** Of this process, where several share the store; default: it has the store for itself. */
  readonly claims?: TaskClaims;
  /** Milliseconds to wait for other processes while nothing is ready here; default: for as long as it takes. */
  readonly patience?: number;
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
  /** Finished by other processes meanwhile. */
  readonly found: readonly Task[];
  /** Other processes are at them, and this one did not wait. */
  readonly left: readonly Task[];
  /** Cells whose loss turned NaN or infinite, now or before. */
  readonly diverged: readonly Task[];
  readonly failed: readonly FailedTask[];
  readonly blocked: readonly BlockedTask[];
  readonly mended: readonly MendedDamage[];
  readonly aborted: boolean;
  /** The error that ended everything early. */
  readonly fatal: FatalError | null;
}
