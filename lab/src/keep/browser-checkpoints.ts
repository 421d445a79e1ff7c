import type { CheckpointStore, KeptCheckpoint } from 'lottery-lab/experiments';
import { ARITHMETIC_VERSION } from 'lottery-lab/kernels';
import { Database } from './database.js';

/** What a checkpoint was written by; another version trains from the start. */
const writer = { version: __LOTTERY_VERSION__, arithmetic: ARITHMETIC_VERSION };

/** Checkpoints in the browser's own database, which a worker can write as the page can. */
export class BrowserCheckpoints implements CheckpointStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws InputError where the browser keeps nothing, as in some private windows */
  static async open(): Promise<BrowserCheckpoints> {
    return new BrowserCheckpoints(await Database.open());
  }

  async readCheckpoint(id: string): Promise<KeptCheckpoint | undefined> {
    const found = await this.#database.get<{ writer?: Partial<typeof writer>; kept?: KeptCheckpoint }>(
      'checkpoints',
      id,
    );
    const isOurs = found?.writer?.version === writer.version && found.writer.arithmetic === writer.arithmetic;
    return isOurs ? found.kept : undefined;
  }

  writeCheckpoint(id: string, kept: KeptCheckpoint): Promise<void> {
    return this.#database.write([['checkpoints', id, { writer, kept }]]);
  }

  dropCheckpoint(id: string): Promise<void> {
    return this.#database.write([['checkpoints', id, undefined]]);
  }
}
