import { join } from 'node:path';
import { places, plain } from '../../experiments/files/places.js';

export { cellFiles, formats, isPlainName, STORE_FORMAT } from '../../experiments/files/places.js';

/** Names of everything in a store. @throws InputError when a name could lead out of its folder */
export const layout = {
  marker: (store: string) => join(store, places.marker),
  cells: (store: string) => join(store, places.cells),
  cell: (store: string, id: string) => join(store, places.cell(id)),
  checkpoints: (store: string) => join(store, 'checkpoints'),
  /** That of a claim with another fence than 1 has a name of its own, so that none writes over a later one's. */
  checkpoint: (store: string, id: string, fence = 1) =>
    join(store, 'checkpoints', `${plain(id)}${fence === 1 ? '' : `.${fence}`}.checkpoint`),
  measurements: (store: string) => join(store, places.measurements),
  measurement: (store: string, id: string) => join(store, places.measurement(id)),
  runs: (store: string) => join(store, places.runs),
  run: (store: string, run: string) => join(store, places.run(run)),
  runRecord: (store: string, run: string) => join(store, places.runRecord(run)),
  studies: (store: string) => join(store, places.studies),
  study: (store: string, folder: string) => join(store, places.study(folder)),
  studyRecord: (store: string, folder: string) => join(store, places.studyRecord(folder)),
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
