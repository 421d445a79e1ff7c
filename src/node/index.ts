/**
 * `lottery-lab/node`: what needs files, threads or the network.
 */

export { type DataRequest, type LoadOptions, loadDataset } from './data/index.js';
export { type PoolOptions, WorkerPool } from './pool.js';
export { FileStore } from './store/index.js';
export { packageVersion } from './version.js';
