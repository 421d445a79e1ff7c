import type { Task, TaskEvent } from '../../experiments/tasks/index.js';

/** Progress display while tasks are executed. */
export interface ProgressView {
  onEvent(event: TaskEvent): void;
  /** Leaves the screen as it should stay. */
  close(): void;
}

export interface ViewOptions {
  /** The command that executes one task again. */
  readonly replayCommand: (task: Task) => string;
  /** Milliseconds; default: `performance.now`. */
  readonly clock?: () => number;
}
