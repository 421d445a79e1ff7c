export { FileStore, type WriteBytes } from './file-store.js';
