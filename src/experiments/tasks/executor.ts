import type { TrainingProgress } from '../../training/types.js';
import type { CellDigests } from '../store.js';
import type { TaskOrder } from './task.js';

/** How far a task has come. */
export type TaskProgress =
  | ({ readonly kind: 'cell' } & TrainingProgress)
  /** The share that is done, 0 to 1. */
  | { readonly kind: 'measurement'; readonly share: number };

/** What came of a task. */
export type TaskOutcome = CellOutcome | MeasurementOutcome;

export interface CellOutcome {
  readonly kind: 'cell';
  readonly status: 'done' | 'diverged';
  /** Wall time of training. */
  readonly seconds: number;
  /** Final test accuracy, a share of 1. */
  readonly testAccuracy: number;
  /** Largest resident memory while it trained, in bytes; 0 where unknown. */
  readonly peakMemoryBytes: number;
  /** Layers that the mask left without any weight, by name. */
  readonly collapsed: readonly string[];
  /** What training gave, bit for bit. */
  readonly digests: CellDigests;
}

export interface MeasurementOutcome {
  readonly kind: 'measurement';
  /** Wall time. */
  readonly seconds: number;
  /** SHA-256 of the values as canonical JSON. */
  readonly digest: string;
}

export interface ExecuteOptions {
  /** Whether the result goes to the store; default: true. Without it only the outcome is wanted. */
  readonly keep?: boolean;
  readonly onProgress?: (progress: TaskProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Executes tasks and keeps their results in its store: on the thread at hand, on a pool of workers, on a cluster.
 * Whatever executes a task gives the same bits.
 */
export interface Executor {
  /** How many tasks may be executed at once. */
  readonly concurrency: number;
  /**
   * Executes one task whose parents are in the store.
   *
   * @throws an error named `AbortError` when the signal fired first; FatalError when no other task can succeed either
   */
  execute(order: TaskOrder, options?: ExecuteOptions): Promise<TaskOutcome>;
  /** Ends its workers, if it has any. Tasks that are being executed are lost but for their checkpoints. */
  close?(): Promise<void>;
}

/** An error that stops every task, such as a full disk: the run ends, what is finished stays. */
export class FatalError extends Error {
  override readonly name = 'FatalError';
}
