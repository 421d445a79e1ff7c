import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { decodeHistory, encodeHistory } from '../../src/experiments/files/history.js';
import type { History } from '../../src/training/types.js';
import { type Attempt, admitted, Fault, mustEqual, type OpenDoor } from '../door.js';
import { mutated, mutations } from '../mutations.js';

const name = 'history.parquet';
const fields = ['train_loss', 'train_accuracy', 'validation_loss', 'validation_accuracy', 'test_loss', 'test_accuracy'];

function someHistory(rows: number, test: boolean): History {
  const column = (k: number) => Array.from({ length: rows }, (_, i) => (i + 1) / (k + 2));
  return {
    iteration: Array.from({ length: rows }, (_, i) => i * 10),
    trainLoss: column(0),
    trainAccuracy: column(1),
    validationLoss: column(2),
    validationAccuracy: column(3),
    ...(test ? { testLoss: column(4), testAccuracy: column(5) } : {}),
  } as History;
}

/** Files of Parquet that are whole, and hold something else than learning curves. */
const others = fc
  .array(
    fc.record({
      name: fc.constantFrom('iteration', ...fields, 'other', '__proto__', ''),
      data: fc.array(fc.oneof(fc.integer(), fc.constant(null), fc.double(), fc.constantFrom('a', '1', true)), {
        minLength: 2,
        maxLength: 2,
      }),
    }),
    { maxLength: 7 },
  )
  .map((columnData) => {
    try {
      return new Uint8Array(parquetWriteBuffer({ columnData: columnData as never }));
    } catch {
      return new Uint8Array(0);
    }
  });

/** Learning curves. They have no checksum of their own, the store has: what is read are columns of numbers, as many in each. */
export const openParquet: OpenDoor = () => {
  const damaged = fc
    .record({
      rows: fc.constantFrom(0, 1, 5, 40),
      test: fc.boolean(),
      changes: fc.oneof({ weight: 9, arbitrary: mutations }, fc.constant([])),
    })
    .map(({ rows, test, changes }) => mutated(encodeHistory(someHistory(rows, test)), changes));
  const attempts = fc.oneof({ weight: 5, arbitrary: damaged }, { weight: 1, arbitrary: others }).map(
    (bytes): Attempt => ({
      files: new Map([[name, bytes]]),
      run: async () => {
        const found = await admitted(() => decodeHistory(bytes, name), name);
        if (found === undefined) return 'refused';
        const { iteration, ...columns } = found.value;
        if (!iteration.every(Number.isInteger))
          throw new Fault(`iterations ${JSON.stringify(iteration).slice(0, 100)}`);
        for (const field of ['trainLoss', 'trainAccuracy', 'validationLoss', 'validationAccuracy'] as const) {
          if (iteration.length > 0 && columns[field] === undefined) throw new Fault(`no column ${field}`);
        }
        for (const [field, column] of Object.entries(columns)) mustEqual(column.length, iteration.length, field);
        mustEqual(
          await decodeHistory(encodeHistory(found.value), name),
          found.value,
          'the curves, written and read again',
        );
        return 'accepted';
      },
    }),
  );
  return { name: 'parquet', what: 'learning curves of a store', attempts };
};
