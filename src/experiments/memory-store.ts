import { InputError } from '../networks/errors.js';
import type { History } from '../training/types.js';
import { canonicalJson } from './canonical.js';
import type { CheckpointStore, KeptCheckpoint } from './checkpoint-store.js';
import type { Damaged, Mendable } from './damage.js';
import type { MeasurementSpecification, MeasurementStore } from './measurements/measurement.js';
import type { RecordFiles, RecordStore } from './record-store.js';
import type { RunRecord, StudyRecord } from './records.js';
import type { CellStore, CellSummary, FinishedCell } from './store.js';

interface Recorded<Kind> {
  record?: Kind;
  files: Map<string, string | Uint8Array>;
}

/** A store that lasts as long as the page or the test that made it. */
export class MemoryStore implements CellStore, MeasurementStore, CheckpointStore, RecordStore, Mendable {
  readonly #cells = new Map<string, FinishedCell>();
  readonly #measurements = new Map<string, unknown>();
  readonly #checkpoints = new Map<string, KeptCheckpoint>();
  readonly #runs = new Map<string, Recorded<RunRecord>>();
  readonly #studies = new Map<string, Recorded<StudyRecord>>();

  async has(id: string): Promise<boolean> {
    return this.#cells.has(id);
  }

  async read(id: string): Promise<FinishedCell> {
    const cell = this.#cells.get(id);
    if (cell === undefined) throw new InputError(`cell ${id} is not in the store; train it first.`);
    return cell;
  }

  async readSummary(id: string): Promise<CellSummary> {
    return this.read(id);
  }

  async readHistory(id: string): Promise<History> {
    return (await this.read(id)).history;
  }

  async write(cell: FinishedCell): Promise<void> {
    if (!this.#cells.has(cell.id)) this.#cells.set(cell.id, cell);
  }

  async check(id: string): Promise<readonly string[]> {
    return this.#cells.has(id) ? [] : [`cell ${id} is absent.`];
  }

  async list(): Promise<string[]> {
    return [...this.#cells.keys()].sort();
  }

  async listMeasurements(): Promise<string[]> {
    return [...this.#measurements.keys()].sort();
  }

  async hasMeasurement(id: string): Promise<boolean> {
    return this.#measurements.has(id);
  }

  async readMeasurement(id: string): Promise<unknown> {
    if (!this.#measurements.has(id)) throw new InputError(`measurement ${id} is not in the store; make it first.`);
    return this.#measurements.get(id);
  }

  async writeMeasurement(id: string, _specification: MeasurementSpecification, values: unknown): Promise<void> {
    if (!this.#measurements.has(id)) this.#measurements.set(id, JSON.parse(canonicalJson(values)));
  }

  /** A copy, since training writes into the arrays that it resumes from. */
  async readCheckpoint(id: string): Promise<KeptCheckpoint | undefined> {
    return structuredClone(this.#checkpoints.get(id));
  }

  async writeCheckpoint(id: string, kept: KeptCheckpoint): Promise<void> {
    this.#checkpoints.set(id, structuredClone(kept));
  }

  async dropCheckpoint(id: string): Promise<void> {
    this.#checkpoints.delete(id);
  }

  async listRuns(): Promise<string[]> {
    return namesOf(this.#runs);
  }

  async readRun(run: string): Promise<RunRecord | null> {
    return this.#runs.get(run)?.record ?? null;
  }

  async writeRun(record: RunRecord): Promise<void> {
    placeIn(this.#runs, record.run).record = record;
  }

  async writeRunFiles(run: string, files: RecordFiles): Promise<string> {
    return putFiles(placeIn(this.#runs, run), files, `runs/${run}`);
  }

  async listStudies(): Promise<string[]> {
    return namesOf(this.#studies);
  }

  async readStudy(folder: string): Promise<StudyRecord | null> {
    return this.#studies.get(folder)?.record ?? null;
  }

  async writeStudy(record: StudyRecord): Promise<void> {
    placeIn(this.#studies, record.folder).record = record;
  }

  async writeStudyFiles(folder: string, files: RecordFiles): Promise<string> {
    return putFiles(placeIn(this.#studies, folder), files, `studies/${folder}`);
  }

  /** Memory holds what was put there: this drops it, for programs that want it made again. */
  async setAside({ kind, name }: Damaged): Promise<null> {
    if (kind === 'cell') this.#cells.delete(name);
    if (kind === 'measurement') this.#measurements.delete(name);
    if (kind === 'run') this.#runs.delete(name);
    if (kind === 'study') this.#studies.delete(name);
    return null;
  }

  /** Names of all cells, in the order they were written. */
  ids(): string[] {
    return [...this.#cells.keys()];
  }
}

const namesOf = <Kind>(all: ReadonlyMap<string, Recorded<Kind>>): string[] =>
  [...all].flatMap(([name, { record }]) => (record === undefined ? [] : [name])).sort();

function placeIn<Kind>(all: Map<string, Recorded<Kind>>, name: string): Recorded<Kind> {
  const place = all.get(name) ?? { files: new Map() };
  all.set(name, place);
  return place;
}

function putFiles<Kind>(place: Recorded<Kind>, files: RecordFiles, where: string): string {
  for (const [name, content] of files) place.files.set(name, content);
  return where;
}
