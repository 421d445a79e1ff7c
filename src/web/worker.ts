import { runWorker } from './run-worker.js';

// The script of a Web Worker, to be bundled, where nothing about it is to be chosen.
runWorker();
