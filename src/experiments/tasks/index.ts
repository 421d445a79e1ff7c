export { abortError, isAbort } from '../aborting.js';
export { chainCosts } from './chains.js';
export {
  type Claimable,
  isClaim,
  type Standing,
  type TaskClaim,
  type TaskClaims,
  type Worker,
  type WorkerFacts,
  type WorkerTask,
} from './claims.js';
export type {
  FailedTask,
  FinishedTasks,
  MendedDamage,
  RunTasksOptions,
  TaskEvent,
  TasksOutcome,
} from './events.js';
export {
  type CellOutcome,
  type ExecuteOptions,
  type Executor,
  FatalError,
  type MeasurementOutcome,
  type TaskOutcome,
  type TaskProgress,
} from './executor.js';
export { LocalExecutor } from './local-executor.js';
export { Mender } from './mender.js';
export { pause } from './pause.js';
export { CHECKPOINT_EVERY, performTask, type TaskStore, type Workplace } from './perform.js';
export { type ListedTasks, presentTasks } from './present.js';
export type { WorkerReply, WorkerRequest } from './protocol.js';
export type { BlockedTask } from './ready.js';
export { runTasks } from './run-tasks.js';
export { serveTasks } from './serve.js';
export {
  type CellTask,
  cellTask,
  type MeasurementTask,
  measurementTask,
  orderOf,
  type Task,
  type TaskOrder,
  tasksOf,
} from './task.js';
export { TaskPool, type WorkerHandle, type WorkerListener, type WorkerPoolOptions } from './worker-pool.js';
