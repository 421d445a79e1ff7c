import type { TaskProgress } from './executor.js';
import type { Task } from './task.js';

/** Who works on which task, where several processes share a store. */

/** A task that this process has for itself, until it releases it or ceases to give signs of life. */
export interface TaskClaim {
  /** Grows by one whenever the task is taken from a process that gave no sign of life any more, from 1. */
  readonly fence: number;
  /** Fires when the claim is lost: another process may have the task by now, and this one stops. */
  readonly lost: AbortSignal;
  /** How far the task has come, for those who watch. */
  onProgress(progress: TaskProgress): void;
  /** The task is finished, or others may have it. */
  release(): Promise<void>;
}

/** What a process sees of a task that it does not have. */
export type Standing =
  /** Its result is in the store. */
  | { readonly kind: 'finished' }
  /** Another process works on it. */
  | { readonly kind: 'held' }
  /** Another process failed at it while this one was at work. */
  | { readonly kind: 'failed'; readonly message: string }
  /** Nobody has it. */
  | { readonly kind: 'free' };

/** Claims of one process on the tasks of a store. */
export interface TaskClaims {
  /** Takes a task for this process; or says why it cannot have it. @throws when the store cannot be written to */
  claim(task: Task): Promise<TaskClaim | Exclude<Standing, { kind: 'free' }>>;
  /** Looks at a task that another process had, past whatever the file system remembers. */
  look(task: Task): Promise<Standing>;
  /** This process failed at a task: others that are at work need not try it as well. */
  fail(task: Task, message: string): Promise<void>;
  /** Gives everything back. */
  close(): Promise<void>;
}

export const isClaim = (found: TaskClaim | Standing): found is TaskClaim => 'fence' in found;

/** A task that a process works on, as it says of itself. */
export interface WorkerTask {
  readonly id: string;
  readonly kind: Task['kind'];
  readonly label: string;
  /** ISO 8601, by the process's own clock. */
  readonly since: string;
  /** Share that is done, 0 to 1. */
  readonly share: number;
}

/** A process that works on a store. */
export interface Worker {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly threads: number;
  /** The job of a cluster's scheduler that it is; null: none. */
  readonly job: string | null;
  /** ISO 8601, by its own clock: when it began, and when it is to end by itself. */
  readonly started: string;
  readonly until: string | null;
  /** Seconds since its last sign of life. */
  readonly silent: number;
  readonly tasks: readonly WorkerTask[];
}

/** Where claims are kept, if several processes can share a store. */
export interface Claimable {
  /** Begins to give signs of life, and to claim tasks. */
  openClaims?(worker: WorkerFacts): Promise<TaskClaims>;
  /** Processes that are at work. */
  readWorkers?(): Promise<readonly Worker[]>;
  /** What processes failed at that nobody has tried again since, by the task's name: what went wrong. */
  readFailures?(): Promise<ReadonlyMap<string, string>>;
}

/** What a process says of itself to those who watch. */
export interface WorkerFacts {
  /** Threads that compute. */
  readonly threads: number;
  /** The job of a cluster's scheduler that it is; default: none. */
  readonly job?: string | null;
  /** Milliseconds since 1970, by its own clock: when it is to end; default: when nothing is left. */
  readonly until?: number | null;
}
