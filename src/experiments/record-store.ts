import type { RunRecord, StudyRecord } from './records.js';

/** Files that are written beside a record: a report, figures. By path relative to the record's folder, with `/`. */
export type RecordFiles = ReadonlyMap<string, string | Uint8Array>;

/** A run or a study in a store, by the name of its folder. */
export interface RecordName {
  readonly kind: 'run' | 'study';
  readonly name: string;
}

/** Where records of runs and studies are kept, by the name of their folder. */
export interface RecordStore {
  /** Names of all runs, sorted. */
  listRuns(): Promise<string[]>;
  /** Null when there is none. @throws InputError when it is unreadable */
  readRun(run: string): Promise<RunRecord | null>;
  /** Replaces the one before. @throws InputError when it cannot be written */
  writeRun(record: RunRecord): Promise<void>;
  /** @returns where the files are, as a user finds them. @throws InputError when they cannot be written */
  writeRunFiles(run: string, files: RecordFiles): Promise<string>;
  /** Names of all studies, sorted. */
  listStudies(): Promise<string[]>;
  readStudy(folder: string): Promise<StudyRecord | null>;
  writeStudy(record: StudyRecord): Promise<void>;
  writeStudyFiles(folder: string, files: RecordFiles): Promise<string>;
}

/** All runs and studies of a store, runs first. @throws InputError when it cannot be read */
export async function recordsIn(store: Pick<RecordStore, 'listRuns' | 'listStudies'>): Promise<RecordName[]> {
  const [runs, studies] = await Promise.all([store.listRuns(), store.listStudies()]);
  return [
    ...runs.map((name): RecordName => ({ kind: 'run', name })),
    ...studies.map((name): RecordName => ({ kind: 'study', name })),
  ];
}

/** The record of a run or a study; null when there is none. @throws InputError when it cannot be read */
export const readRecord = (
  store: Pick<RecordStore, 'readRun' | 'readStudy'>,
  { kind, name }: RecordName,
): Promise<RunRecord | StudyRecord | null> => (kind === 'run' ? store.readRun(name) : store.readStudy(name));
