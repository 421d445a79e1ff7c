import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { shown } from '../../experiments/shown.js';
import { InputError } from '../../networks/errors.js';
import type { History } from '../../training/types.js';

/** Columns of `history.parquet`, in order: the field of a history, its name in the file. */
const columns = [
  ['trainLoss', 'train_loss'],
  ['trainAccuracy', 'train_accuracy'],
  ['validationLoss', 'validation_loss'],
  ['validationAccuracy', 'validation_accuracy'],
  ['testLoss', 'test_loss'],
  ['testAccuracy', 'test_accuracy'],
] as const;

/** Learning curves as Parquet, one row per evaluation: pandas, polars and DuckDB open it. */
export function encodeHistory(history: History): Uint8Array {
  const columnData = [
    { name: 'iteration', data: [...history.iteration], type: 'INT32' as const },
    ...columns.flatMap(([field, name]) => {
      const data = history[field];
      return data === undefined ? [] : [{ name, data: [...data], type: 'DOUBLE' as const }];
    }),
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

/** Columns that every history has. */
const needed = ['iteration', 'train_loss', 'train_accuracy', 'validation_loss', 'validation_accuracy'];

/** @throws InputError when the file is not a Parquet file of learning curves */
export async function decodeHistory(bytes: Uint8Array, file: string): Promise<History> {
  const rows = await rowsOf(bytes, file);
  const [first = {}] = rows;
  const missing = rows.length > 0 ? needed.filter((name) => !Object.hasOwn(first, name)) : [];
  if (missing.length > 0) throw unreadable(file, `it has no ${missing.join(', ')}`);
  const column = (name: string) =>
    rows.map((row, i) => {
      const value = row[name];
      if (typeof value === 'number' && (name !== 'iteration' || Number.isSafeInteger(value))) return value;
      throw unreadable(file, `row ${i} of ${name} is ${shown(value)}`);
    });
  const present = columns.filter(([, name]) => Object.hasOwn(first, name));
  const history = {
    iteration: column('iteration'),
    ...Object.fromEntries(present.map(([field, name]) => [field, column(name)])),
  };
  return history as unknown as History;
}

async function rowsOf(bytes: Uint8Array, file: string): Promise<Record<string, unknown>[]> {
  try {
    return await parquetReadObjects({ file: Uint8Array.from(bytes).buffer });
  } catch {
    // What the reader says is about its own workings.
    throw unreadable(file, 'it is truncated, damaged or another file');
  }
}

const unreadable = (file: string, why: string) =>
  new InputError(`${file}: expected learning curves in Parquet, but cannot read it: ${why}.`);
