import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeptCheckpoint } from '../../experiments/checkpoint-store.js';
import type { Damaged } from '../../experiments/damage.js';
import type { Store } from '../../experiments/full-store.js';
import type { MeasurementSpecification } from '../../experiments/measurements/index.js';
import type { RecordFiles, RecordName } from '../../experiments/record-store.js';
import type { RunRecord, StudyRecord } from '../../experiments/records.js';
import type { CellSummary, FinishedCell } from '../../experiments/store.js';
import type { TaskClaims, Worker, WorkerFacts } from '../../experiments/tasks/claims.js';
import type { History } from '../../training/types.js';
import { failuresIn, forgetFailures } from './claims/failures.js';
import { FileClaims } from './claims/file-claims.js';
import { workersAtWork } from './claims/workers.js';
import { type WriteBytes, writeDurably } from './durably.js';
import { FileCells } from './file-cells.js';
import { FileCheckpoints } from './file-checkpoints.js';
import { FileMeasurements } from './file-measurements.js';
import { FileRecords } from './file-records.js';
import { layout } from './layout.js';
import { clearLeftovers } from './leftovers.js';
import { makeFolder } from './make-folder.js';
import { checkMarker, makeStore } from './marker.js';
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
    this.#cells = new FileCells(folder, write, (id) => this.setAside({ kind: 'cell', name: id }));
    this.#measurements = new FileMeasurements(folder, write);
    this.#checkpoints = new FileCheckpoints(folder, write);
    this.#records = new FileRecords(folder);
  }

  /**
   * Opens a store.
   *
   * @param options.write create it when it is absent, remove what processes that have ended left half written, and write its
   *   `store.json` anew where that is damaged or of an earlier format
   * @throws InputError when the folder cannot be used: no permission, another program's, or of a later version
   */
  static async open(folder: string, options: { write?: boolean; writeBytes?: WriteBytes } = {}): Promise<FileStore> {
    const write = options.writeBytes ?? writeDurably;
    const store = new FileStore(folder, write);
    try {
      if (options.write) {
        await makeStore(folder, write, () => store.#moveAside(layout.marker(folder), 'store.json'));
        await makeFolder(layout.cells(folder));
        await clearLeftovers(folder, (id) => store.has(id));
      } else await checkMarker(folder);
    } catch (error) {
      throw storeTrouble(error, `the store ${folder} cannot be used`);
    }
    return store;
  }

  async setAside({ kind, name }: Damaged): Promise<string | null> {
    const places = {
      cell: () => layout.cell(this.folder, name),
      measurement: () => layout.measurement(this.folder, name),
      run: () => layout.runRecord(this.folder, name),
      study: () => layout.studyRecord(this.folder, name),
      store: () => layout.marker(this.folder),
    };
    return this.#moveAside(places[kind](), kind === 'cell' ? `cell-${name}` : `${kind}-${name}.json`);
  }

  async #moveAside(place: string, name: string): Promise<string | null> {
    if (!existsSync(place)) return null;
    try {
      await makeFolder(layout.damaged(this.folder));
      let to = join(layout.damaged(this.folder), name);
      for (let number = 2; existsSync(to); number++) to = join(layout.damaged(this.folder), `${number}-${name}`);
      await rename(place, to);
      return to;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync(place)) return null;
      throw storeTrouble(error, `${place} is damaged and could not be moved to ${layout.damaged(this.folder)}`);
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

  /** Names of all measurements, sorted. */
  listMeasurements(): Promise<string[]> {
    return this.#measurements.listMeasurements();
  }

  readCheckpoint(id: string, fence?: number): Promise<KeptCheckpoint | undefined> {
    return this.#checkpoints.readCheckpoint(id, fence);
  }

  writeCheckpoint(id: string, kept: KeptCheckpoint, fence?: number): Promise<void> {
    return this.#checkpoints.writeCheckpoint(id, kept, fence);
  }

  dropCheckpoint(id: string, fence?: number): Promise<void> {
    return this.#checkpoints.dropCheckpoint(id, fence);
  }

  openClaims(facts: WorkerFacts): Promise<TaskClaims> {
    return FileClaims.open({
      store: this.folder,
      facts,
      dropCheckpoint: (id, fence) => this.dropCheckpoint(id, fence),
    });
  }

  readWorkers(): Promise<Worker[]> {
    return workersAtWork(this.folder);
  }

  readFailures(): Promise<Map<string, string>> {
    return failuresIn(this.folder);
  }

  /** Forgets that some tasks failed. @throws InputError when the store cannot be written to */
  async forgetFailures(ids: ReadonlySet<string>): Promise<void> {
    await forgetFailures(this.folder, ids).catch((error) => {
      throw storeTrouble(error, `cannot write to ${layout.failures(this.folder)}`);
    });
  }

  /** What is wrong with a cell's checkpoints, as a sentence; null when nothing is, or there is none. */
  checkCheckpoint(id: string): Promise<string | null> {
    return this.#checkpoints.checkCheckpoint(id);
  }

  /** Whether a record that can be read carries a checksum: those of format 1 do not. */
  isSealed(named: RecordName): Promise<boolean> {
    return this.#records.isSealed(named);
  }

  /** What is wrong with the report and the figures beside a record; null where nothing tells: they have not been written yet. */
  checkFiles(named: RecordName): Promise<readonly string[] | null> {
    return this.#records.checkFiles(named);
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
