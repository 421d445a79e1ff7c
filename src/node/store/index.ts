export { FileCheckpoints } from './checkpoints.js';
export { FileStore, type WriteBytes } from './file-store.js';
