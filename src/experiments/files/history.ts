import { parquetWriteBuffer } from 'hyparquet-writer';
import { InputError } from '../../networks/errors.js';
import type { History } from '../../training/types.js';
import { readNumberTable } from './parquet.js';
import { BadBytes } from './snappy.js';

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
export function decodeHistory(bytes: Uint8Array, file: string): History {
  let table: ReturnType<typeof readNumberTable>;
  try {
    table = readNumberTable(bytes);
  } catch (error) {
    if (error instanceof BadBytes) throw unreadable(file, error.message);
    throw error;
  }
  const rows = Math.max(0, ...[...table.values()].map((values) => values.length));
  const missing = rows > 0 ? needed.filter((name) => !table.has(name)) : [];
  if (missing.length > 0) throw unreadable(file, `it has no ${missing.join(', ')}`);
  const iteration = table.get('iteration') ?? new Int32Array();
  if (!iteration.every(Number.isInteger)) throw unreadable(file, 'its iterations are not whole numbers');
  const present = columns.flatMap(([field, name]) => {
    const values = table.get(name);
    return values === undefined ? [] : [[field, [...values]]];
  });
  return { iteration: [...iteration], ...Object.fromEntries(present) };
}

const unreadable = (file: string, why: string) =>
  new InputError(`${file}: expected learning curves in Parquet, but cannot read it: ${why}.`);
