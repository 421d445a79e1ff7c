import { type ReadRecord, readRunRecord, readStudyRecord } from '../record-schema.js';
import type { RunRecord, StudyRecord } from '../records.js';
import { formats, STORE_FORMAT } from './places.js';
import { damaged, openSealed, type ReadFile, seal } from './sealed-json.js';

/** The bytes of `run.json` or `study.json`. */
export const encodeRecord = (record: RunRecord | StudyRecord): Uint8Array =>
  seal({ format: STORE_FORMAT, ...record }, { indent: 2 });

/** Reads the record of a run, which must be that of the folder it lies in, whatever it says of itself. */
export const readRunFile = (bytes: Uint8Array, folder: string): ReadFile<RunRecord> =>
  readFile(bytes, folder, readRunRecord, ({ run }) => run);

/** The same of a study. */
export const readStudyFile = (bytes: Uint8Array, folder: string): ReadFile<StudyRecord> =>
  readFile(bytes, folder, readStudyRecord, (record) => record.folder);

function readFile<Kind>(
  bytes: Uint8Array,
  folder: string,
  read: (fields: unknown) => ReadRecord<Kind>,
  nameOf: (record: Kind) => string,
): ReadFile<Kind> {
  const opened = openSealed(bytes, formats);
  if (opened.kind === 'later' || opened.kind === 'damaged') return opened;
  const { format: _format, sha256: _sha256, ...fields } = opened.fields as Record<string, unknown>;
  const found = read(fields);
  if ('wrong' in found) return damaged(found.wrong);
  const said = nameOf(found.record);
  if (said !== folder) return damaged(`it is the record of ${said}, in the folder of ${folder}`);
  return { kind: 'whole', content: found.record };
}

/** Whether a record's file carries a checksum: those of format 1 do not. */
export const isSealedRecord = (bytes: Uint8Array): boolean => openSealed(bytes, formats).kind === 'whole';
