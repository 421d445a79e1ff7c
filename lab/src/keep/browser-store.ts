import {
  type CellSummary,
  DamageError,
  differingParts,
  encodeMeasurement,
  encodeRecord,
  type FinishedCell,
  fitsNetwork,
  type KeptCheckpoint,
  type MeasurementSpecification,
  type ReadFile,
  type RecordFiles,
  type RecordName,
  type RunRecord,
  readMeasurementFile,
  readRunFile,
  readStudyFile,
  type Store,
  type StudyRecord,
  summaryOf,
} from 'lottery-lab/experiments';
import { InputError } from 'lottery-lab/networks';
import { BrowserCheckpoints } from './browser-checkpoints.js';
import { Database, type Table } from './database.js';

type Damaged = DamageError['damaged'];

/** Raised when cells are kept in another way. */
const FORMAT = 1;

interface KeptCell {
  readonly format: number;
  readonly summary: unknown;
  readonly history: FinishedCell['history'];
}

interface KeptWeights extends Pick<FinishedCell, 'mask' | 'finalWeights' | 'earlyStopWeights' | 'snapshots'> {
  readonly format: number;
}

/** What of a damaged thing is removed. */
const placesOf = ({ kind, name }: Damaged): (readonly [Table, string])[] => {
  if (kind === 'cell') return (['cells', 'weights', 'sizes'] as const).map((table) => [table, name]);
  if (kind === 'measurement') return [['measurements', name]];
  return kind === 'run' || kind === 'study' ? [['records', `${kind}/${name}`]] : [];
};

/**
 * A store in the browser's own database: experiments survive a reload and a closed tab, those in the middle of a training by their
 * checkpoints. A cell is kept whole or not at all, its weights apart from its summary, which is read far more often; records and
 * measurements are kept as the bytes of their files. What is not as it should be is damaged: it is trained again.
 */
export class BrowserStore implements Store {
  readonly #database: Database;
  readonly #checkpoints: BrowserCheckpoints;

  private constructor(database: Database) {
    this.#database = database;
    this.#checkpoints = new BrowserCheckpoints(database);
  }

  /** @throws InputError where the browser keeps nothing, as in some private windows */
  static async open(name?: string): Promise<BrowserStore> {
    return new BrowserStore(await Database.open(name));
  }

  has(id: string): Promise<boolean> {
    return this.#database.has('cells', id);
  }

  list(): Promise<string[]> {
    return this.#database.keys('cells');
  }

  /** Bytes of each cell, by its name. */
  sizes(): Promise<Map<string, number>> {
    return this.#database.entries('sizes');
  }

  async #cell(id: string): Promise<{ summary: CellSummary; history: FinishedCell['history'] }> {
    const kept = await this.#database.get<Partial<KeptCell>>('cells', id);
    if (kept === undefined) throw new InputError(`cell ${id.slice(0, 12)} is not kept in this browser.`);
    checkFormat(kept.format, { kind: 'cell', name: id });
    const read = summaryOf(kept.summary, id);
    if ('wrong' in read) throw damaged({ kind: 'cell', name: id }, read.wrong);
    if (!isHistory(kept.history)) throw damaged({ kind: 'cell', name: id }, 'it has no learning curves');
    return { summary: read.summary, history: kept.history };
  }

  async readSummary(id: string): Promise<CellSummary> {
    return (await this.#cell(id)).summary;
  }

  async readHistory(id: string): Promise<FinishedCell['history']> {
    return (await this.#cell(id)).history;
  }

  async read(id: string): Promise<FinishedCell> {
    const [{ summary, history }, kept] = await Promise.all([
      this.#cell(id),
      this.#database.get<Partial<KeptWeights>>('weights', id),
    ]);
    checkFormat(kept?.format, { kind: 'cell', name: id });
    const { mask, finalWeights, earlyStopWeights, snapshots } = kept as KeptWeights;
    const cell = { ...summary, history, mask, finalWeights, earlyStopWeights, snapshots };
    if (!fitsNetwork(cell)) throw damaged({ kind: 'cell', name: id }, 'its tensors are not those of its network');
    return cell;
  }

  async write(cell: FinishedCell): Promise<void> {
    const { history, mask, finalWeights, earlyStopWeights, snapshots, ...summary } = cell;
    const weights = { mask, finalWeights, earlyStopWeights, snapshots };
    await this.#database.write([
      ['cells', cell.id, { format: FORMAT, summary, history } satisfies KeptCell],
      ['weights', cell.id, { format: FORMAT, ...weights } satisfies KeptWeights],
      ['sizes', cell.id, bytesOf(cell)],
    ]);
  }

  async check(id: string): Promise<readonly string[]> {
    try {
      const differing = differingParts(await this.read(id));
      return differing.length === 0 ? [] : [`cell ${id} is damaged: its ${differing.join(', ')} are not what it says.`];
    } catch (error) {
      return [(error as Error).message];
    }
  }

  hasMeasurement(id: string): Promise<boolean> {
    return this.#database.has('measurements', id);
  }

  listMeasurements(): Promise<string[]> {
    return this.#database.keys('measurements');
  }

  async readMeasurement(id: string): Promise<unknown> {
    const bytes = await this.#database.get<unknown>('measurements', id);
    if (bytes === undefined) throw new InputError(`measurement ${id.slice(0, 12)} is not kept in this browser.`);
    return whole(bytes, (file) => readMeasurementFile(file, id), { kind: 'measurement', name: id }).values;
  }

  writeMeasurement(id: string, specification: MeasurementSpecification, values: unknown): Promise<void> {
    return this.#database.write([['measurements', id, encodeMeasurement(specification, values)]]);
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

  /** The browser has no place for what is damaged: it is removed. */
  async setAside(damaged: Damaged): Promise<null> {
    const places = placesOf(damaged);
    if (places.length > 0) await this.#database.write(places.map(([table, key]) => [table, key, undefined]));
    return null;
  }

  async #names(kind: RecordName['kind']): Promise<string[]> {
    return (await this.#database.keys('records', `${kind}/`)).map((key) => key.slice(kind.length + 1));
  }

  async #record<Kind>(named: RecordName, read: (bytes: Uint8Array, name: string) => ReadFile<Kind>) {
    const bytes = await this.#database.get<unknown>('records', `${named.kind}/${named.name}`);
    return bytes === undefined ? null : whole(bytes, (file) => read(file, named.name), named);
  }

  listRuns(): Promise<string[]> {
    return this.#names('run');
  }

  readRun(run: string): Promise<RunRecord | null> {
    return this.#record({ kind: 'run', name: run }, readRunFile);
  }

  writeRun(record: RunRecord): Promise<void> {
    return this.#database.write([['records', `run/${record.run}`, encodeRecord(record)]]);
  }

  async writeRunFiles(run: string, files: RecordFiles): Promise<string> {
    await this.#database.write([['files', `run/${run}`, files]]);
    return run;
  }

  listStudies(): Promise<string[]> {
    return this.#names('study');
  }

  readStudy(folder: string): Promise<StudyRecord | null> {
    return this.#record({ kind: 'study', name: folder }, readStudyFile);
  }

  writeStudy(record: StudyRecord): Promise<void> {
    return this.#database.write([['records', `study/${record.folder}`, encodeRecord(record)]]);
  }

  async writeStudyFiles(folder: string, files: RecordFiles): Promise<string> {
    await this.#database.write([['files', `study/${folder}`, files]]);
    return folder;
  }
}

const whatOf = ({ kind, name }: Damaged): string => `${kind} ${kind === 'cell' ? name.slice(0, 12) : name}`;

const damaged = (what: Damaged, wrong: string) =>
  new DamageError(`${whatOf(what)}, as it is kept in this browser, is damaged: ${wrong}.`, what);

const later = (what: Damaged) =>
  new InputError(`${whatOf(what)} was kept by a newer version of this page; reload the page.`);

function checkFormat(format: unknown, what: Damaged): void {
  if (format === FORMAT) return;
  if (typeof format === 'number' && format > FORMAT) throw later(what);
  throw damaged(what, 'it is not whole');
}

/** What a file's bytes say. */
function whole<Content>(bytes: unknown, read: (bytes: Uint8Array) => ReadFile<Content>, what: Damaged): Content {
  if (!(bytes instanceof Uint8Array)) throw damaged(what, 'it is not a file');
  const found = read(bytes);
  if (found.kind === 'later') throw later(what);
  if (found.kind === 'damaged') throw damaged(what, found.what);
  return found.content;
}

function isHistory(history: unknown): history is FinishedCell['history'] {
  if (typeof history !== 'object' || history === null) return false;
  const columns = Object.values(history).filter((column) => column !== undefined);
  const [first] = columns;
  return columns.length >= 5 && columns.every((column) => Array.isArray(column) && column.length === first.length);
}

/** What a cell takes, in bytes: its tensors, and eight a number of its curves. */
function bytesOf({ history, mask, finalWeights, earlyStopWeights, snapshots, ...summary }: FinishedCell): number {
  const tensors = [mask ?? new Map(), finalWeights, earlyStopWeights, ...snapshots.values()];
  const values = tensors.flatMap((map) => [...map.values()].map(({ byteLength }) => byteLength));
  const curves = Object.values(history).reduce((sum, column) => sum + 8 * (column?.length ?? 0), 0);
  return values.reduce((sum, bytes) => sum + bytes, curves + JSON.stringify(summary).length);
}
