import type { Damaged } from '../damage.js';
import type { TaskOutcome, TaskProgress } from './executor.js';
import type { TaskOrder } from './task.js';

/** Messages between a worker and the pool that gives it work; every message can be cloned from thread to thread. */

/** To a worker. It executes one task at a time. */
export type WorkerRequest =
  | {
      readonly kind: 'execute';
      readonly order: TaskOrder;
      /** Whether the result goes to the store. */
      readonly keep: boolean;
      /** Threads that it is to be executed on. */
      readonly threads: number;
    }
  /** Cancels the task that is being executed. */
  | { readonly kind: 'stop' }
  /** Execute it on so many threads from now on. */
  | { readonly kind: 'threads'; readonly threads: number };

/** What went wrong: `input`: the message is for the user; `damaged`: so it is, and something in the store is damaged; `fatal`: no other task can succeed either; `aborted`: it was cancelled. */
export type FailureCause = 'input' | 'damaged' | 'fatal' | 'aborted' | 'unexpected';

/** From a worker. */
export type WorkerReply =
  | { readonly kind: 'progress'; readonly progress: TaskProgress }
  | { readonly kind: 'done'; readonly outcome: TaskOutcome }
  | {
      readonly kind: 'failed';
      readonly cause: FailureCause;
      readonly message: string;
      /** What is damaged; of that cause alone. */
      readonly damaged?: Damaged;
      readonly stack: string | undefined;
    };
