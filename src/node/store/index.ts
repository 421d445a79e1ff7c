export { FileCheckpoints } from './checkpoints.js';
export type { WriteBytes } from './durably.js';
export { FileMeasurements } from './file-measurements.js';
export { FileStore } from './file-store.js';
