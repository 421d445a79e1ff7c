import { InputError } from 'lottery-lab/networks';
import { sizeText } from './size-text.js';

/** IndexedDB, with promises: one database, its tables by name, values as they are cloned. */

export const tables = ['cells', 'weights', 'sizes', 'measurements', 'checkpoints', 'records', 'files'] as const;
export type Table = (typeof tables)[number];

/** Raised when tables are added, or hold something else. */
const VERSION = 2;
/** Tables that are made anew where an earlier version filled them. */
const changed: readonly Table[] = ['cells', 'weights', 'measurements', 'checkpoints', 'records'];

const nameOf = (error: unknown): string => (error as DOMException | null)?.name ?? '';

/** What is used of the storage that this page may use, and how much that is, in bytes, as far as the browser says. */
export async function spaceOf(): Promise<StorageEstimate> {
  try {
    return await navigator.storage.estimate();
  } catch {
    // Not where the page is not served securely.
    return {};
  }
}

/** What went wrong with the browser's storage, and what to do about it. */
async function troubleOf(error: unknown): Promise<InputError> {
  if (error instanceof InputError) return error;
  const cause = { cause: error };
  if (nameOf(error) === 'QuotaExceededError') {
    const { usage, quota } = await spaceOf();
    const amounts = usage === undefined || quota === undefined ? '' : `: ${sizeText(usage)} of ${sizeText(quota)}`;
    return new InputError(
      `the storage that this browser allows is full${amounts}. Export and remove experiments on the page Kept, or free space on the disk; what was finished before is kept.`,
      cause,
    );
  }
  if (nameOf(error) === 'VersionError') {
    return new InputError('a newer version of this page has kept experiments in this browser; reload the page.', cause);
  }
  const said = error instanceof Error || error instanceof DOMException ? error.message : String(error);
  return new InputError(`this browser cannot use its own storage (${nameOf(error) || 'error'}: ${said}).`, cause);
}

function done<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function connect(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    // Throws where pages may keep nothing at all.
    const request = indexedDB.open(name, VERSION);
    let isLate = false;
    request.onupgradeneeded = ({ oldVersion }) => {
      const { result } = request;
      for (const table of tables) {
        const isThere = result.objectStoreNames.contains(table);
        if (isThere && oldVersion < VERSION && changed.includes(table)) result.deleteObjectStore(table);
        if (!result.objectStoreNames.contains(table)) result.createObjectStore(table);
      }
    };
    request.onblocked = () => {
      isLate = true;
      reject(new InputError('another tab has an earlier version of this page open; close it, then reload this one.'));
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      if (isLate) request.result.close();
      else resolve(request.result);
    };
  });
}

/** Tables that are written together, whole or not at all. All methods throw an InputError that says what to do. */
export class Database {
  readonly #name: string;
  #connection: Promise<IDBDatabase> | null = null;
  #isOld = false;

  private constructor(name: string) {
    this.#name = name;
  }

  /** @throws InputError where the browser keeps nothing, as in some private windows */
  static async open(name = 'lottery-lab'): Promise<Database> {
    const database = new Database(name);
    await database.#connected().catch(async (error: unknown) => {
      throw await troubleOf(error);
    });
    return database;
  }

  #connected(): Promise<IDBDatabase> {
    if (this.#isOld) {
      throw new InputError('a newer version of this page is open in another tab; reload this one.');
    }
    this.#connection ??= connect(this.#name).then(
      (database) => {
        // Another tab with a later version of the page needs to change the tables.
        database.onversionchange = () => {
          this.#isOld = true;
          database.close();
        };
        // Some browsers end connections of tabs that were in the background.
        database.onclose = () => {
          this.#connection = null;
        };
        return database;
      },
      (error: unknown) => {
        this.#connection = null;
        throw error;
      },
    );
    return this.#connection;
  }

  async #read<Value>(table: Table, ask: (store: IDBObjectStore) => IDBRequest<Value>): Promise<Value> {
    const attempt = async () => done(ask((await this.#connected()).transaction(table).objectStore(table)));
    return this.#again(attempt);
  }

  /** Once more where the connection was lost meanwhile. */
  async #again<Value>(attempt: () => Promise<Value>): Promise<Value> {
    try {
      return await attempt();
    } catch (error) {
      if (nameOf(error) !== 'InvalidStateError') throw await troubleOf(error);
      this.#connection = null;
    }
    try {
      return await attempt();
    } catch (error) {
      throw await troubleOf(error);
    }
  }

  get<Value>(table: Table, key: string): Promise<Value | undefined> {
    return this.#read(table, (store) => store.get(key) as IDBRequest<Value | undefined>);
  }

  async has(table: Table, key: string): Promise<boolean> {
    return (await this.#read(table, (store) => store.count(key))) > 0;
  }

  /** Keys of a table that begin so, sorted. */
  async keys(table: Table, prefix = ''): Promise<string[]> {
    const range = prefix === '' ? undefined : IDBKeyRange.bound(prefix, `${prefix}\uffff`);
    return (await this.#read(table, (store) => store.getAllKeys(range))) as string[];
  }

  /** All values of a table by their keys, for tables of small things. */
  async entries<Value>(table: Table): Promise<Map<string, Value>> {
    const [keys, values] = await Promise.all([
      this.keys(table),
      this.#read(table, (store) => store.getAll() as IDBRequest<Value[]>),
    ]);
    return new Map(keys.map((key, place) => [key, values[place]]));
  }

  /** Writes and removes (undefined) values of several tables at once. */
  write(changes: readonly (readonly [Table, string, unknown])[]): Promise<void> {
    return this.#again(async () => {
      const database = await this.#connected();
      const transaction = database.transaction([...new Set(changes.map(([table]) => table))], 'readwrite');
      for (const [table, key, value] of changes) {
        const store = transaction.objectStore(table);
        if (value === undefined) store.delete(key);
        else store.put(value, key);
      }
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        // A request's own error aborts its transaction, which says why.
        transaction.onabort = () => reject(transaction.error ?? new Error('nothing was kept'));
      });
    });
  }
}
