import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { KeptCheckpoint } from '../../experiments/checkpoint-store.js';
import type { Store } from '../../experiments/full-store.js';
import type { MeasurementSpecification } from '../../experiments/measurements/index.js';
import type { RecordFiles } from '../../experiments/record-store.js';
import type { RunRecord, StudyRecord } from '../../experiments/records.js';
import type { CellSummary, FinishedCell } from '../../experiments/store.js';
import type { History } from '../../training/types.js';
import { FolderError } from '../folder-error.js';
import { isAlive, type WriteBytes, writeDurably } from './durably.js';
import { FileCells } from './file-cells.js';
import { FileCheckpoints } from './file-checkpoints.js';
import { FileMeasurements } from './file-measurements.js';
import { FileRecords } from './file-records.js';
import { layout, STORE_FORMAT } from './layout.js';
import { storeTrouble } from './trouble.js';

/** A store as a folder of plain files: see docs/architecture.md for its layout. */
export class FileStore implements Store {
  readonly folder: string;
  readonly #write: WriteBytes;
  readonly #cells: FileCells;
  readonly #measurements: FileMeasurements;
  readonly #checkpoints: FileCheckpoints;
  readonly #records: FileRecords;

  private constructor(folder: string, write: WriteBytes) {
    this.folder = folder;
    this.#write = write;
    this.#cells = new FileCells(folder, write);
    this.#measurements = new FileMeasurements(folder, write);
    this.#checkpoints = new FileCheckpoints(folder, write);
    this.#records = new FileRecords(folder);
  }

  /**
   * Opens a store.
   *
   * @param options.write create it when it is absent, and remove what processes that have ended left half written
   * @throws InputError when the folder cannot be used: no permission, another program's, or of a later version
   */
  static async open(folder: string, options: { write?: boolean; writeBytes?: WriteBytes } = {}): Promise<FileStore> {
    const store = new FileStore(folder, options.writeBytes ?? writeDurably);
    try {
      const marker = layout.marker(folder);
      if (existsSync(marker)) {
        store.#checkFormat(await readFile(marker, 'utf8'), marker);
      } else if (options.write) {
        await mkdir(folder, { recursive: true });
        const present = (await readdir(folder)).filter((name) => !name.startsWith('store.json'));
        if (present.length > 0) {
          throw new FolderError(
            `${folder} is not a store of lottery-lab and is not empty (it holds ${present.slice(0, 3).join(', ')}).`,
            'store',
          );
        }
        const aside = `${marker}.${process.pid}-${randomBytes(4).toString('hex')}`;
        await store.#write(aside, Buffer.from(`${JSON.stringify({ format: STORE_FORMAT, program: 'lottery-lab' })}\n`));
        await rename(aside, marker);
      }
      if (options.write) {
        await mkdir(layout.cells(folder), { recursive: true });
        await mkdir(layout.aside(folder), { recursive: true });
        await store.#clearAside();
        await store.#clearCheckpoints();
      }
    } catch (error) {
      throw storeTrouble(error, `the store ${folder} cannot be used`);
    }
    return store;
  }

  #checkFormat(text: string, marker: string): void {
    let format: unknown;
    try {
      format = (JSON.parse(text) as { format?: unknown }).format;
    } catch {
      format = 'unreadable';
    }
    if (format === STORE_FORMAT) return;
    throw new FolderError(
      `${marker} says format ${format}; this version of lottery-lab knows format ${STORE_FORMAT}. Update lottery-lab, or use another folder.`,
      'store',
    );
  }

  /** Removes what processes of this machine that have ended left half written. */
  async #clearAside(): Promise<void> {
    for (const name of await readdir(layout.aside(this.folder))) {
      const [host, pid] = name.split('~');
      if (host !== hostname() || isAlive(Number(pid))) continue;
      await rm(join(layout.aside(this.folder), name), { recursive: true, force: true });
    }
  }

  /** Removes checkpoints of cells that were finished since, and what was left of one half written. */
  async #clearCheckpoints(): Promise<void> {
    const folder = layout.checkpoints(this.folder);
    for (const name of await readdir(folder).catch(() => [])) {
      const [id, , writer] = name.split('.');
      const left = writer === undefined ? await this.has(id) : !isAlive(Number(writer.split('-')[0]));
      if (left) await rm(join(folder, name), { force: true });
    }
  }

  has(id: string): Promise<boolean> {
    return this.#cells.has(id);
  }

  read(id: string): Promise<FinishedCell> {
    return this.#cells.read(id);
  }

  readSummary(id: string): Promise<CellSummary> {
    return this.#cells.readSummary(id);
  }

  readHistory(id: string): Promise<History> {
    return this.#cells.readHistory(id);
  }

  write(cell: FinishedCell): Promise<void> {
    return this.#cells.write(cell);
  }

  check(id: string): Promise<readonly string[]> {
    return this.#cells.check(id);
  }

  /** Names of all cells, sorted. */
  list(): Promise<string[]> {
    return this.#cells.list();
  }

  /** The cell whose name begins so; null when there is none. @throws InputError when there are several */
  find(prefix: string): Promise<string | null> {
    return this.#cells.find(prefix);
  }

  hasMeasurement(id: string): Promise<boolean> {
    return this.#measurements.hasMeasurement(id);
  }

  readMeasurement(id: string): Promise<unknown> {
    return this.#measurements.readMeasurement(id);
  }

  writeMeasurement(id: string, specification: MeasurementSpecification, values: unknown): Promise<void> {
    return this.#measurements.writeMeasurement(id, specification, values);
  }

  readCheckpoint(id: string): Promise<KeptCheckpoint | undefined> {
    return this.#checkpoints.readCheckpoint(id);
  }

  writeCheckpoint(id: string, kept: KeptCheckpoint): Promise<void> {
    return this.#checkpoints.writeCheckpoint(id, kept);
  }

  dropCheckpoint(id: string): Promise<void> {
    return this.#checkpoints.dropCheckpoint(id);
  }

  listRuns(): Promise<string[]> {
    return this.#records.listRuns();
  }

  readRun(run: string): Promise<RunRecord | null> {
    return this.#records.readRun(run);
  }

  writeRun(record: RunRecord): Promise<void> {
    return this.#records.writeRun(record);
  }

  writeRunFiles(run: string, files: RecordFiles): Promise<string> {
    return this.#records.writeRunFiles(run, files);
  }

  listStudies(): Promise<string[]> {
    return this.#records.listStudies();
  }

  readStudy(folder: string): Promise<StudyRecord | null> {
    return this.#records.readStudy(folder);
  }

  writeStudy(record: StudyRecord): Promise<void> {
    return this.#records.writeStudy(record);
  }

  writeStudyFiles(folder: string, files: RecordFiles): Promise<string> {
    return this.#records.writeStudyFiles(folder, files);
  }
}
