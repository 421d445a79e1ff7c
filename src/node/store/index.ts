export type { WriteBytes } from './durably.js';
export { FileCheckpoints } from './file-checkpoints.js';
export { FileMeasurements } from './file-measurements.js';
export { FileStore } from './file-store.js';
export { damagedOf, type Inspected, inspectStore } from './inspection.js';
