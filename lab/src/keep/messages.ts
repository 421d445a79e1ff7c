import type { RecordName, Store } from 'lottery-lab/experiments';
import type { Imported, RecordOverview } from 'lottery-lab/laboratory';

/** What the worker needs of the store in the page. */
export const storeMethods = [
  'has',
  'list',
  'read',
  'readSummary',
  'readHistory',
  'write',
  'hasMeasurement',
  'listMeasurements',
  'readMeasurement',
  'writeMeasurement',
  'listRuns',
  'readRun',
  'writeRun',
  'listStudies',
  'readStudy',
  'writeStudy',
  'setAside',
] as const satisfies readonly (keyof Store)[];

/** An experiment in the list. */
export interface KeptExperiment
  extends Pick<
    RecordOverview,
    'kind' | 'name' | 'study' | 'dataset' | 'cells' | 'measurements' | 'started' | 'finished'
  > {
  readonly network: string;
  /** Of the experiment on the page that trains, after its hash; null where it has no such address. */
  readonly address: string | null;
  /** Names of its cells. */
  readonly ids: readonly string[];
}

export interface KeptList {
  readonly experiments: readonly KeptExperiment[];
  /** Records that cannot be read, each as a sentence. */
  readonly problems: readonly string[];
}

export type KeepRequest = { readonly store: MessagePort } & (
  | { readonly kind: 'list' }
  | { readonly kind: 'export'; readonly names: readonly RecordName[]; readonly folder: string }
  | { readonly kind: 'import'; readonly file: File; readonly most: number }
);

export type KeepReply =
  | { readonly kind: 'progress'; readonly text: string; readonly share: number }
  | { readonly kind: 'list'; readonly list: KeptList }
  | { readonly kind: 'exported'; readonly archive: Blob }
  | { readonly kind: 'imported'; readonly imported: Imported }
  | { readonly kind: 'error'; readonly message: string };
