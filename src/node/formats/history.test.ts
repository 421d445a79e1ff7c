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
  it('are read as they were written', async () => {
    expect(await decodeHistory(encodeHistory(history), 'h')).toEqual(history);
    expect((await decodeHistory(file(whole), 'h')).iteration).toEqual([0, 10]);
  });

  it.each<[string, Uint8Array, string]>([
    ['of another file', new Uint8Array(50), 'it is truncated, damaged or another file'],
    ['cut off', encodeHistory(history).subarray(0, 100), 'it is truncated, damaged or another file'],
    ['without a column', file(whole.slice(0, 3)), 'it has no validation_loss, validation_accuracy'],
    ['without iterations', file(whole.slice(1)), 'it has no iteration'],
    ['with a hole', file(whole.with(1, { name: 'train_loss', data: [0.5, null] })), 'row 1 of train_loss is null'],
    [
      'with words',
      file(whole.with(1, { name: 'train_loss', data: ['1', '2'] })),
      'row 0 of train_loss is the text "1"',
    ],
    ['with long numbers', file(whole.with(0, { name: 'iteration', data: [0n, 1n] })), 'row 0 of iteration is 0'],
    ['with half an iteration', file(whole.with(0, plain('iteration'))), 'row 0 of iteration is 0.5'],
  ])('%s are refused', async (_what, bytes, why) => {
    const message = `h.parquet: expected learning curves in Parquet, but cannot read it: ${why}.`;
    await expect(decodeHistory(bytes, 'h.parquet')).rejects.toThrow(message);
  });
});
