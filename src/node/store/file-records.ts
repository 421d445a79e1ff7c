import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RecordFiles, RecordStore } from '../../experiments/record-store.js';
import { type RunRecord, readRecord, type StudyRecord } from '../../experiments/records.js';
import { InputError } from '../../networks/errors.js';
import { replaceFile } from '../replace-file.js';
import { layout } from './layout.js';
import { storeTrouble } from './trouble.js';

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Records of runs and studies of a store as plain files, each in a folder with its report and figures. */
export class FileRecords implements RecordStore {
  readonly #folder: string;

  /** @param folder a store that `FileStore.open` has opened */
  constructor(folder: string) {
    this.#folder = folder;
  }

  listRuns(): Promise<string[]> {
    return foldersOf(layout.runs(this.#folder));
  }

  readRun(run: string): Promise<RunRecord | null> {
    return readRecordFile<RunRecord>(layout.runRecord(this.#folder, run), 'run');
  }

  writeRun(record: RunRecord): Promise<void> {
    return writeRecordFile(layout.runRecord(this.#folder, record.run), record);
  }

  writeRunFiles(run: string, files: RecordFiles): Promise<string> {
    return writeFiles(layout.run(this.#folder, run), files);
  }

  listStudies(): Promise<string[]> {
    return foldersOf(layout.studies(this.#folder));
  }

  readStudy(folder: string): Promise<StudyRecord | null> {
    return readRecordFile<StudyRecord>(layout.studyRecord(this.#folder, folder), 'study');
  }

  writeStudy(record: StudyRecord): Promise<void> {
    return writeRecordFile(layout.studyRecord(this.#folder, record.folder), record);
  }

  writeStudyFiles(folder: string, files: RecordFiles): Promise<string> {
    return writeFiles(layout.study(this.#folder, folder), files);
  }
}

async function foldersOf(place: string): Promise<string[]> {
  try {
    const entries = await readdir(place, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw storeTrouble(error, `cannot read ${place}`);
  }
}

async function readRecordFile<Kind extends RunRecord | StudyRecord>(
  path: string,
  what: 'run' | 'study',
): Promise<Kind | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw storeTrouble(error, `cannot read ${path}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(`${path} is not JSON; repeat the ${what}'s command to write it again.`);
  }
  const record = readRecord<Kind>(value);
  if (record !== null) return record;
  const format = (value as { format?: unknown } | null)?.format;
  throw new InputError(
    `${path} has layout ${String(format)}, and this version of lottery-lab reads layout 1; update lottery-lab.`,
  );
}

async function writeRecordFile(path: string, record: RunRecord | StudyRecord): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await replaceFile(path, `${JSON.stringify(record, null, 2)}\n`);
  } catch (error) {
    throw storeTrouble(error, `cannot write to ${dirname(path)}`);
  }
}

async function writeFiles(folder: string, files: RecordFiles): Promise<string> {
  try {
    for (const [name, content] of files) {
      const path = join(folder, ...name.split('/'));
      await mkdir(dirname(path), { recursive: true });
      await replaceFile(path, content);
    }
  } catch (error) {
    throw storeTrouble(error, `the report could not be written to ${folder}`);
  }
  return folder;
}
