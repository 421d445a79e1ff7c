import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DamageError } from '../../experiments/damage.js';
import { type FileFacts, factsOfFile } from '../../experiments/files/cell-file.js';
import { sha256 } from '../../experiments/files/digest.js';
import { encodeRecord, isSealedRecord, readRunFile, readStudyFile } from '../../experiments/files/record-file.js';
import { openSealed, type ReadFile, seal } from '../../experiments/files/sealed-json.js';
import type { RecordFiles, RecordName, RecordStore } from '../../experiments/record-store.js';
import type { RunRecord, StudyRecord } from '../../experiments/records.js';
import { InputError } from '../../networks/errors.js';
import { formats, isPlainName, layout, recordPlaces, STORE_FORMAT } from './layout.js';
import { makeFolder } from './make-folder.js';
import { replaceFile } from './replace-file.js';
import { laterFormat, storeTrouble } from './trouble.js';

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/**
 * Records of runs and studies of a store as plain files, each in a folder with its report and figures. A record that is read
 * is that of its folder, whatever it says of itself.
 */
export class FileRecords implements RecordStore {
  readonly #folder: string;

  /** @param folder a store that `FileStore.open` has opened */
  constructor(folder: string) {
    this.#folder = folder;
  }

  listRuns(): Promise<string[]> {
    return foldersOf(layout.runs(this.#folder));
  }

  async readRun(run: string): Promise<RunRecord | null> {
    const path = layout.runRecord(this.#folder, run);
    return readRecord(path, readRunFile, { kind: 'run', name: run });
  }

  async writeRun(record: RunRecord): Promise<void> {
    return this.#write(layout.runRecord(this.#folder, record.run), record);
  }

  async writeRunFiles(run: string, files: RecordFiles): Promise<string> {
    return this.#writeFiles(layout.run(this.#folder, run), files);
  }

  listStudies(): Promise<string[]> {
    return foldersOf(layout.studies(this.#folder));
  }

  async readStudy(folder: string): Promise<StudyRecord | null> {
    const path = layout.studyRecord(this.#folder, folder);
    return readRecord(path, readStudyFile, { kind: 'study', name: folder });
  }

  async writeStudy(record: StudyRecord): Promise<void> {
    return this.#write(layout.studyRecord(this.#folder, record.folder), record);
  }

  async writeStudyFiles(folder: string, files: RecordFiles): Promise<string> {
    return this.#writeFiles(layout.study(this.#folder, folder), files);
  }

  /** Whether a record that can be read carries a checksum: those of format 1 do not. */
  async isSealed({ kind, name }: RecordName): Promise<boolean> {
    return isSealedRecord(await readFile(recordPlaces[kind].record(this.#folder, name)));
  }

  /** What is wrong with the files beside a record, each as a sentence; null where nothing tells: they have not been written yet. */
  async checkFiles({ kind, name }: RecordName): Promise<readonly string[] | null> {
    return checkFiles(recordPlaces[kind].folder(this.#folder, name));
  }

  async #write(path: string, record: RunRecord | StudyRecord): Promise<void> {
    try {
      await makeFolder(dirname(path));
      await makeFolder(layout.aside(this.#folder));
      await replaceFile(path, encodeRecord(record), layout.aside(this.#folder));
    } catch (error) {
      throw storeTrouble(error, `cannot write to ${dirname(path)}`);
    }
  }

  async #writeFiles(folder: string, files: RecordFiles): Promise<string> {
    try {
      const aside = layout.aside(this.#folder);
      await makeFolder(aside);
      // Between the old files and the new ones there is no word of either.
      await rm(layout.manifest(folder), { force: true });
      const listed: Record<string, FileFacts> = {};
      for (const [name, content] of files) {
        const path = placeOf(folder, name);
        await makeFolder(dirname(path));
        await replaceFile(path, content, aside);
        listed[name] = factsOfFile(Buffer.from(content));
      }
      await replaceFile(layout.manifest(folder), seal({ format: STORE_FORMAT, files: listed }, { indent: 1 }), aside);
    } catch (error) {
      throw storeTrouble(error, `the report could not be written to ${folder}`);
    }
    return folder;
  }
}

/** Where a file beside a record lies. @throws InputError when its name could lead out of the folder */
function placeOf(folder: string, name: string): string {
  const parts = name.split('/');
  if (parts.every(isPlainName)) return join(folder, ...parts);
  throw new InputError(`${JSON.stringify(name)} cannot name a file of a report.`);
}

async function checkFiles(folder: string): Promise<readonly string[] | null> {
  const manifest = layout.manifest(folder);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(manifest);
  } catch (error) {
    if (isMissing(error)) return null;
    throw storeTrouble(error, `cannot read ${manifest}`);
  }
  const opened = openSealed<{ files: Record<string, { bytes: number; sha256: string }> }>(bytes, formats);
  if (opened.kind === 'later') throw laterFormat(manifest, opened.format);
  if (opened.kind !== 'whole') return [`${manifest} is damaged.`];
  const problems: string[] = [];
  for (const [name, stated] of Object.entries(opened.fields.files ?? {})) {
    const path = placeOf(folder, name);
    const content = await readFile(path).catch(() => null);
    if (content === null) problems.push(`${path} is missing.`);
    else if (sha256(content) !== stated.sha256) problems.push(`${path} is damaged: expected SHA-256 ${stated.sha256}.`);
  }
  return problems;
}

async function foldersOf(place: string): Promise<string[]> {
  try {
    const entries = await readdir(place, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && isPlainName(entry.name))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw storeTrouble(error, `cannot read ${place}`);
  }
}

/** A record; null when there is none. */
async function readRecord<Kind>(
  path: string,
  read: (bytes: Uint8Array, folder: string) => ReadFile<Kind>,
  named: RecordName,
): Promise<Kind | null> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw storeTrouble(error, `cannot read ${path}`);
  }
  const found = read(bytes, named.name);
  if (found.kind === 'later') throw laterFormat(path, found.format);
  if (found.kind === 'damaged') throw new DamageError(`${path} is damaged: ${found.what}.`, named);
  return found.content;
}
