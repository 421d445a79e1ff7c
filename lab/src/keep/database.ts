/** IndexedDB, with promises: one database, its tables by name, values as they are cloned. */

export const tables = ['cells', 'weights', 'measurements', 'checkpoints', 'records', 'files'] as const;
export type Table = (typeof tables)[number];

const VERSION = 1;

function done<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Tables that are written together, whole or not at all. */
export class Database {
  readonly #database: IDBDatabase;

  private constructor(database: IDBDatabase) {
    this.#database = database;
  }

  /** @throws the browser's error where it keeps nothing, as in some private windows */
  static async open(name = 'lottery-lab'): Promise<Database> {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      for (const table of tables) {
        if (!request.result.objectStoreNames.contains(table)) request.result.createObjectStore(table);
      }
    };
    const database = await done(request);
    // Another tab with a later version of the page may need to change the tables.
    database.onversionchange = () => database.close();
    return new Database(database);
  }

  get<Value>(table: Table, key: string): Promise<Value | undefined> {
    return done(this.#database.transaction(table).objectStore(table).get(key) as IDBRequest<Value | undefined>);
  }

  async has(table: Table, key: string): Promise<boolean> {
    return (await done(this.#database.transaction(table).objectStore(table).count(key))) > 0;
  }

  /** Keys of a table that begin so, sorted. */
  async keys(table: Table, prefix = ''): Promise<string[]> {
    const range = prefix === '' ? undefined : IDBKeyRange.bound(prefix, `${prefix}\uffff`);
    return (await done(this.#database.transaction(table).objectStore(table).getAllKeys(range))) as string[];
  }

  /** Writes and removes (undefined) values of several tables at once. */
  write(changes: readonly (readonly [Table, string, unknown])[]): Promise<void> {
    const transaction = this.#database.transaction([...new Set(changes.map(([table]) => table))], 'readwrite');
    for (const [table, key, value] of changes) {
      const store = transaction.objectStore(table);
      if (value === undefined) store.delete(key);
      else store.put(value, key);
    }
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('the browser kept nothing.'));
      transaction.onerror = () => reject(transaction.error);
    });
  }
}
