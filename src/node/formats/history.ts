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

// Parquet's libraries are loaded when curves are first read or written: most commands do neither.

/** Learning curves as Parquet, one row per evaluation: pandas, polars and DuckDB open it. */
export async function encodeHistory(history: History): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const columnData = [
    { name: 'iteration', data: [...history.iteration], type: 'INT32' as const },
    ...columns.flatMap(([field, name]) => {
      const data = history[field];
      return data === undefined ? [] : [{ name, data: [...data], type: 'DOUBLE' as const }];
    }),
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

/** @throws InputError when the file is not a Parquet file of learning curves */
export async function decodeHistory(bytes: Uint8Array, file: string): Promise<History> {
  const { parquetReadObjects } = await import('hyparquet');
  try {
    const rows = await parquetReadObjects({ file: Uint8Array.from(bytes).buffer });
    const column = (name: string) => rows.map((row) => Number(row[name]));
    const present = columns.filter(([, name]) => rows.length > 0 && name in rows[0]);
    const history = {
      iteration: column('iteration'),
      ...Object.fromEntries(present.map(([field, name]) => [field, column(name)])),
    };
    return history as unknown as History;
  } catch (error) {
    throw new InputError(
      `${file}: expected learning curves in Parquet, but cannot read it (${(error as Error).message}).`,
    );
  }
}
