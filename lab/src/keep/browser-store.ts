import type {
  CellSummary,
  FinishedCell,
  KeptCheckpoint,
  MeasurementSpecification,
  RecordFiles,
  RunRecord,
  Store,
  StudyRecord,
} from 'lottery-lab/experiments';
import { Database } from './database.js';

type Damaged = Parameters<Store['setAside']>[0];

const absent = (what: string, id: string) => new Error(`${what} ${id.slice(0, 12)} is not kept in this browser.`);

/**
 * A store in the browser's own database: experiments survive a reload and a closed tab, those in the middle of a training by their
 * checkpoints. A cell is kept whole or not at all, its weights apart from its summary, which is read far more often.
 */
export class BrowserStore implements Store {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(name?: string): Promise<BrowserStore> {
    return new BrowserStore(await Database.open(name));
  }

  has(id: string): Promise<boolean> {
    return this.#database.has('cells', id);
  }

  list(): Promise<string[]> {
    return this.#database.keys('cells');
  }

  async readSummary(id: string): Promise<CellSummary> {
    const kept = await this.#database.get<{ summary: CellSummary }>('cells', id);
    if (kept === undefined) throw absent('cell', id);
    return kept.summary;
  }

  async readHistory(id: string): Promise<FinishedCell['history']> {
    const kept = await this.#database.get<{ history: FinishedCell['history'] }>('cells', id);
    if (kept === undefined) throw absent('cell', id);
    return kept.history;
  }

  async read(id: string): Promise<FinishedCell> {
    const [kept, weights] = await Promise.all([
      this.#database.get<Pick<FinishedCell, 'history'> & { summary: CellSummary }>('cells', id),
      this.#database.get<Pick<FinishedCell, 'mask' | 'finalWeights' | 'earlyStopWeights' | 'snapshots'>>('weights', id),
    ]);
    if (kept === undefined || weights === undefined) throw absent('cell', id);
    return { ...kept.summary, history: kept.history, ...weights };
  }

  async write(cell: FinishedCell): Promise<void> {
    const { history, mask, finalWeights, earlyStopWeights, snapshots, ...summary } = cell;
    await this.#database.write([
      ['cells', cell.id, { summary, history }],
      ['weights', cell.id, { mask, finalWeights, earlyStopWeights, snapshots }],
    ]);
  }

  async check(id: string): Promise<readonly string[]> {
    return (await this.has(id)) ? [] : [absent('cell', id).message];
  }

  hasMeasurement(id: string): Promise<boolean> {
    return this.#database.has('measurements', id);
  }

  listMeasurements(): Promise<string[]> {
    return this.#database.keys('measurements');
  }

  async readMeasurement(id: string): Promise<unknown> {
    const values = await this.#database.get('measurements', id);
    if (values === undefined) throw absent('measurement', id);
    return values;
  }

  writeMeasurement(id: string, _specification: MeasurementSpecification, values: unknown): Promise<void> {
    return this.#database.write([['measurements', id, values]]);
  }

  readCheckpoint(id: string): Promise<KeptCheckpoint | undefined> {
    return this.#database.get('checkpoints', id);
  }

  writeCheckpoint(id: string, kept: KeptCheckpoint): Promise<void> {
    return this.#database.write([['checkpoints', id, kept]]);
  }

  dropCheckpoint(id: string): Promise<void> {
    return this.#database.write([['checkpoints', id, undefined]]);
  }

  async setAside({ kind, name }: Damaged): Promise<string | null> {
    const table = ({ cell: 'cells', measurement: 'measurements', run: 'records', study: 'records' } as const)[
      kind as 'cell'
    ];
    if (table !== undefined)
      await this.#database.write([[table, kind === 'cell' ? name : `${kind}/${name}`, undefined]]);
    return null;
  }

  async #names(kind: 'run' | 'study'): Promise<string[]> {
    return (await this.#database.keys('records', `${kind}/`)).map((key) => key.slice(kind.length + 1));
  }

  listRuns(): Promise<string[]> {
    return this.#names('run');
  }

  async readRun(run: string): Promise<RunRecord | null> {
    return (await this.#database.get<RunRecord>('records', `run/${run}`)) ?? null;
  }

  writeRun(record: RunRecord): Promise<void> {
    return this.#database.write([['records', `run/${record.run}`, record]]);
  }

  async writeRunFiles(run: string, files: RecordFiles): Promise<string> {
    await this.#database.write([['files', `run/${run}`, files]]);
    return run;
  }

  listStudies(): Promise<string[]> {
    return this.#names('study');
  }

  async readStudy(folder: string): Promise<StudyRecord | null> {
    return (await this.#database.get<StudyRecord>('records', `study/${folder}`)) ?? null;
  }

  writeStudy(record: StudyRecord): Promise<void> {
    return this.#database.write([['records', `study/${record.folder}`, record]]);
  }

  async writeStudyFiles(folder: string, files: RecordFiles): Promise<string> {
    await this.#database.write([['files', `study/${folder}`, files]]);
    return folder;
  }
}
