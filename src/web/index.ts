/** Tasks in Web Workers. The workers' script is `lottery-lab/web/worker`, to be bundled. */

export { WebWorkerPool, type WebWorkerPoolOptions } from './pool.js';
export { runWorker, type WebWorkerOptions } from './run-worker.js';
export { sharesMemory } from './shares-memory.js';
export { serveStore, storeAt } from './store-port.js';
