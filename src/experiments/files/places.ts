import { InputError } from '../../networks/errors.js';

/** Where the files of a store lie, relative to its folder and with slashes: docs/architecture.md shows all of it. */

/**
 * Version of the layout. A store of a later one is not touched. In format 1, `cell.json` told only its summary's
 * digest, records had none, and checkpoints were plain safetensors.
 */
export const STORE_FORMAT = 2;

/** How files that state a format are read. */
export const formats = { known: STORE_FORMAT, sealedFrom: 2 } as const;

/** What names of runs, studies, cells and measurements look like; nothing else becomes part of a path. */
const plainName = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/;

/** Whether a text may name something in a store. */
export const isPlainName = (name: string): boolean => plainName.test(name);

/** @throws InputError when a name could lead out of its folder */
export function plain(name: string): string {
  if (isPlainName(name)) return name;
  throw new InputError(
    `${JSON.stringify(name)} cannot name anything in a store; expected letters, digits, dots, dashes and underscores.`,
  );
}

/** Places of what a store consists of. They throw an InputError for names that could lead out of their folder. */
export const places = {
  marker: 'store.json',
  cells: 'cells',
  cell: (id: string) => `cells/${id.slice(0, 2)}/${plain(id)}`,
  measurements: 'measurements',
  measurement: (id: string) => `measurements/${id.slice(0, 2)}/${plain(id)}.json`,
  runs: 'runs',
  run: (run: string) => `runs/${plain(run)}`,
  runRecord: (run: string) => `runs/${plain(run)}/run.json`,
  studies: 'studies',
  study: (folder: string) => `studies/${plain(folder)}`,
  studyRecord: (folder: string) => `studies/${plain(folder)}/study.json`,
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
