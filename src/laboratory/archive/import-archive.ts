import type { Damaged } from '../../experiments/damage.js';
import type { Store } from '../../experiments/full-store.js';
import { readRecord } from '../../experiments/record-store.js';
import type { RunRecord, StudyRecord } from '../../experiments/records.js';
import { InputError } from '../../networks/errors.js';
import type { CheckedArchive } from './read-archive.js';

/** What came into a store from an archive. */
export interface Imported {
  /** Names of records that were not there, or not finished there. */
  readonly records: readonly string[];
  readonly cells: number;
  readonly measurements: number;
  /** Records that were there already. */
  readonly known: number;
  /** Files that were not taken in. */
  readonly leftOut: number;
}

/** What is needed of a store to take in an archive. */
export type ImportingStore = Pick<
  Store,
  | 'has'
  | 'readSummary'
  | 'write'
  | 'hasMeasurement'
  | 'writeMeasurement'
  | 'readRun'
  | 'readStudy'
  | 'writeRun'
  | 'writeStudy'
  | 'setAside'
>;

/**
 * Takes all of an archive into a store, or nothing: records come last, and what was written is taken back where something goes wrong.
 * What is there already is left as it is.
 *
 * @throws InputError where the store has another result of the same training, or cannot be written to
 */
export async function importArchive(
  archive: CheckedArchive,
  store: ImportingStore,
  { onProgress, signal }: { onProgress?: (share: number) => void; signal?: AbortSignal } = {},
): Promise<Imported> {
  const cells = await newCells(archive, store);
  /** How to take back what was written, in the order in which it was. */
  const undo: (() => Promise<unknown>)[] = [];
  const removing = (damaged: Damaged) => undo.push(() => store.setAside(damaged));
  let measurements = 0;
  const records: string[] = [];
  try {
    for (const [number, id] of cells.entries()) {
      signal?.throwIfAborted();
      removing({ kind: 'cell', name: id });
      await store.write(await archive.readCell(id));
      onProgress?.((number + 1) / cells.length);
    }
    for (const id of archive.measurements) {
      if (await store.hasMeasurement(id)) continue;
      const { specification, values } = archive.readMeasurement(id);
      removing({ kind: 'measurement', name: id });
      await store.writeMeasurement(id, specification, values);
      measurements++;
    }
    for (const record of archive.records) {
      const named = nameOf(record);
      const there = await readRecord(store, named);
      // A record that is there is of the same settings and data, which its name says; it may lack its end.
      if (there !== null && (there.finished !== null || record.finished === null)) continue;
      if (there === null) removing(named);
      else undo.push(() => writeRecord(store, there));
      await writeRecord(store, record);
      records.push(named.name);
    }
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => {});
    throw error;
  }
  const known = archive.records.length - records.length;
  return { records, cells: cells.length, measurements, known, leftOut: archive.leftOut };
}

const nameOf = (record: RunRecord | StudyRecord) =>
  'run' in record ? ({ kind: 'run', name: record.run } as const) : ({ kind: 'study', name: record.folder } as const);

const writeRecord = (store: ImportingStore, record: RunRecord | StudyRecord): Promise<void> =>
  'run' in record ? store.writeRun(record) : store.writeStudy(record);

/** Names of the cells that a store lacks. @throws InputError where it has another result of the same training */
async function newCells({ cells }: CheckedArchive, store: ImportingStore): Promise<string[]> {
  const lacking: string[] = [];
  for (const { id, digests } of cells) {
    if (!(await store.has(id))) {
      lacking.push(id);
      continue;
    }
    const there = await store.readSummary(id);
    if (there.digests.cell === digests.cell) continue;
    throw new InputError(
      `cell ${id} has digest ${digests.cell} in the archive and ${there.digests.cell} here: one of them was not trained as its name says. Remove the experiment here, or train it again, before this archive is taken in.`,
    );
  }
  return lacking;
}
