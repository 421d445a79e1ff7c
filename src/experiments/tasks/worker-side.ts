/** What a worker needs of tasks, without what schedules them. */

export type { WorkerReply, WorkerRequest } from './protocol.js';
export { serveTasks } from './serve.js';
