import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { decodeHistory, encodeHistory } from './history.js';

const history = {
  iteration: [0, 10],
  trainLoss: [1, Number.NaN],
  trainAccuracy: [0.1, 0.2],
  validationLoss: [2, Number.POSITIVE_INFINITY],
  validationAccuracy: [0.3, 0.4],
};

type Column = { name: string; data: unknown[] };
const file = (columnData: Column[]) => new Uint8Array(parquetWriteBuffer({ columnData: columnData as never }));
const others = ['train_loss', 'train_accuracy', 'validation_loss', 'validation_accuracy'];
const plain = (name: string): Column => ({ name, data: [0.5, 0.25] });
const whole = [{ name: 'iteration', data: [0, 10] }, ...others.map(plain)];

describe('learning curves in Parquet', () => {
  it('are read as they were written', () => {
    expect(decodeHistory(encodeHistory(history), 'h')).toEqual(history);
    expect(decodeHistory(file(whole), 'h').iteration).toEqual([0, 10]);
    const empty = { iteration: [], trainLoss: [], trainAccuracy: [], validationLoss: [], validationAccuracy: [] };
    expect(decodeHistory(encodeHistory(empty), 'h')).toEqual(empty);
  });

  it('are read as a general reader reads them, of any length and with values that come again', async () => {
    for (const rows of [1, 2, 7, 8, 9, 63, 100, 1000, 20_000]) {
      for (const kinds of [1, 2, 5, 300, 100_000]) {
        const column = (k: number) => Array.from({ length: rows }, (_, i) => ((i * 7919 + k) % kinds) / 7);
        const long = {
          iteration: Array.from({ length: rows }, (_, i) => i * 10),
          trainLoss: column(1),
          trainAccuracy: column(2),
          validationLoss: column(3),
          validationAccuracy: column(4),
        };
        const bytes = encodeHistory(long);
        expect(decodeHistory(bytes, 'h')).toEqual(long);
        const other = await parquetReadObjects({ file: Uint8Array.from(bytes).buffer });
        expect(other.map((row) => row.train_loss)).toEqual(long.trainLoss);
      }
    }
  });

  it.each<[string, Uint8Array, string]>([
    ['of another file', new Uint8Array(50), 'it has no end that can be read'],
    ['cut off', encodeHistory(history).subarray(0, 100), 'it has no end that can be read'],
    ['without a column', file(whole.slice(0, 3)), 'it has no validation_loss, validation_accuracy'],
    ['without iterations', file(whole.slice(1)), 'it has no iteration'],
    ['with a hole', file(whole.with(1, { name: 'train_loss', data: [0.5, null] })), 'it has holes'],
    [
      'with words',
      file(whole.with(1, { name: 'train_loss', data: ['1', '2'] })),
      'column train_loss is of type BYTE_ARRAY',
    ],
    [
      'with long numbers',
      file(whole.with(0, { name: 'iteration', data: [0n, 1n] })),
      'column iteration is of type INT64',
    ],
    ['with half an iteration', file(whole.with(0, plain('iteration'))), 'its iterations are not whole numbers'],
  ])('%s are refused', (_what, bytes, why) => {
    const message = `h.parquet: expected learning curves in Parquet, but cannot read it: ${why}.`;
    expect(() => decodeHistory(bytes, 'h.parquet')).toThrow(message);
  });
});
