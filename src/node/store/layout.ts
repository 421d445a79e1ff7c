import { join } from 'node:path';

/** Version of the layout on disk. A store of a later one is not touched. */
export const STORE_FORMAT = 1;

/** Names of everything in a store. */
export const layout = {
  marker: (store: string) => join(store, 'store.json'),
  cells: (store: string) => join(store, 'cells'),
  cell: (store: string, id: string) => join(store, 'cells', id.slice(0, 2), id),
  checkpoints: (store: string) => join(store, 'checkpoints'),
  checkpoint: (store: string, id: string) => join(store, 'checkpoints', `${id}.safetensors`),
  measurement: (store: string, id: string) => join(store, 'measurements', id.slice(0, 2), `${id}.json`),
  runs: (store: string) => join(store, 'runs'),
  run: (store: string, run: string) => join(store, 'runs', run),
  runRecord: (store: string, run: string) => join(store, 'runs', run, 'run.json'),
  studies: (store: string) => join(store, 'studies'),
  study: (store: string, folder: string) => join(store, 'studies', folder),
  studyRecord: (store: string, folder: string) => join(store, 'studies', folder, 'study.json'),
  aside: (store: string) => join(store, 'tmp'),
} as const;

/** Files of a cell's folder. */
export const cellFiles = {
  summary: 'cell.json',
  history: 'history.parquet',
  weights: 'weights.safetensors',
  earlyStop: 'early-stop.safetensors',
  mask: 'mask.safetensors',
  snapshots: 'snapshots.safetensors',
} as const;
