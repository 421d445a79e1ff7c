import { join } from 'node:path';
import { InputError } from '../../networks/errors.js';

/**
 * Version of the layout on disk. A store of a later one is not touched. In format 1, `cell.json` told only its summary's
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
function plain(name: string): string {
  if (isPlainName(name)) return name;
  throw new InputError(
    `${JSON.stringify(name)} cannot name anything in a store; expected letters, digits, dots, dashes and underscores.`,
  );
}

/** Names of everything in a store. @throws InputError when a name could lead out of its folder */
export const layout = {
  marker: (store: string) => join(store, 'store.json'),
  cells: (store: string) => join(store, 'cells'),
  cell: (store: string, id: string) => join(store, 'cells', id.slice(0, 2), plain(id)),
  checkpoints: (store: string) => join(store, 'checkpoints'),
  /** That of a claim with another fence than 1 has a name of its own, so that none writes over a later one's. */
  checkpoint: (store: string, id: string, fence = 1) =>
    join(store, 'checkpoints', `${plain(id)}${fence === 1 ? '' : `.${fence}`}.checkpoint`),
  measurements: (store: string) => join(store, 'measurements'),
  measurement: (store: string, id: string) => join(store, 'measurements', id.slice(0, 2), `${plain(id)}.json`),
  runs: (store: string) => join(store, 'runs'),
  run: (store: string, run: string) => join(store, 'runs', plain(run)),
  runRecord: (store: string, run: string) => join(store, 'runs', plain(run), 'run.json'),
  studies: (store: string) => join(store, 'studies'),
  study: (store: string, folder: string) => join(store, 'studies', plain(folder)),
  studyRecord: (store: string, folder: string) => join(store, 'studies', plain(folder), 'study.json'),
  /** Scripts, logs and submissions of the jobs of a run or a study. */
  slurm: (store: string, record: string) => join(store, 'slurm', plain(record)),
  /** Settings of jobs, which a person may put there before there is anything else. */
  slurmSettings: (store: string) => join(store, 'slurm.yaml'),
  claims: (store: string) => join(store, 'claims'),
  claim: (store: string, id: string, fence: number) => join(store, 'claims', `${plain(id)}.${fence}`),
  failures: (store: string) => join(store, 'failures'),
  failure: (store: string, id: string) => join(store, 'failures', `${plain(id)}.json`),
  workers: (store: string) => join(store, 'workers'),
  worker: (store: string, worker: string) => join(store, 'workers', `${plain(worker)}.json`),
  /** What a worker's claims are links to. */
  token: (store: string, worker: string) => join(store, 'workers', `${plain(worker)}.token`),
  /** Which files lie beside a record, with their checksums. */
  manifest: (folder: string) => join(folder, 'files.json'),
  aside: (store: string) => join(store, 'tmp'),
  damaged: (store: string) => join(store, 'damaged'),
} as const;

/** Whose checkpoint a file's name says it is; null for a name of nothing of this kind. */
export function checkpointNamed(file: string): { readonly id: string; readonly fence: number } | null {
  const found = /^([^.]+)(?:\.(\d{1,9}))?\.checkpoint$/.exec(file);
  return found === null ? null : { id: found[1], fence: Number(found[2] ?? 1) };
}

/** Where the folder of a run or a study lies, and the record in it. */
export const recordPlaces = {
  run: { folder: layout.run, record: layout.runRecord },
  study: { folder: layout.study, record: layout.studyRecord },
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
