/** What needs files, threads or the network: data, the store on disk, worker threads, clusters. */

export { type DataRequest, type LoadOptions, loadDataset, loadOwnData } from './data/index.js';
export { emptyDocument, runFiles, studyFiles, svgToPng } from './figure-files.js';
export { chooseKernels, type KernelChoice, loadChosenKernels, type NativeState } from './kernels/index.js';
export { type LabServer, type LabServerOptions, serveLab } from './lab/index.js';
export { loadScores, pinScore } from './own-scores.js';
export { type PoolOptions, WorkerPool } from './pool.js';
export { FileStore } from './store/index.js';
export { packageVersion } from './version.js';
