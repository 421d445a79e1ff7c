import { workerData } from 'node:worker_threads';
import { type HelperPost, helpKernels } from '../../kernels/index.js';

/** The entry of a thread that helps the WebAssembly kernels of another. */
await helpKernels(workerData as HelperPost);
