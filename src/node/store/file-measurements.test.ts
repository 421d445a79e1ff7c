import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../experiments/canonical.js';
import { measurementId } from '../../experiments/measurements/index.js';
import { FileMeasurements, FileStore } from './index.js';
import { layout } from './layout.js';

const specification = { kind: 'test', version: 1, cells: ['a', 'b'] };
const id = measurementId(specification);
const values = { points: [0.25, null, 3], name: 'line' };

let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-measurements-'));
  await FileStore.open(folder, { write: true });
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('measurements on the disk', () => {
  it('are read as they were written, and never written again', async () => {
    const store = new FileMeasurements(folder);
    expect(await store.hasMeasurement(id)).toBe(false);
    await store.writeMeasurement(id, specification, values);
    expect(await store.hasMeasurement(id)).toBe(true);
    expect(await store.readMeasurement(id)).toEqual(values);
    await store.writeMeasurement(id, specification, { other: 1 });
    expect(await store.readMeasurement(id)).toEqual(values);
    expect(readdirSync(layout.aside(folder))).toEqual([]);
  });

  it('are refused when they are missing, cut short or changed, with what to do', async () => {
    const store = new FileMeasurements(folder);
    await expect(store.readMeasurement(id)).rejects.toThrow(`measurement ${id} is not in the store`);
    await store.writeMeasurement(id, specification, values);
    const path = layout.measurement(folder, id);
    const text = readFileSync(path, 'utf8');
    for (const wrong of [text.slice(0, 40), text.replace('0.25', '0.26'), '{}', 'null', '[1]']) {
      writeFileSync(path, wrong);
      await expect(store.readMeasurement(id), wrong).rejects.toThrow(/is damaged: /);
    }
    writeFileSync(path, JSON.stringify({ ...JSON.parse(text), format: 9 }));
    await expect(store.readMeasurement(id)).rejects.toThrow('has format 9');
  });

  it('are refused under another’s name, and read from stores of format 1', async () => {
    const store = new FileMeasurements(folder);
    const other = { ...specification, cells: ['a', 'c'] };
    await store.writeMeasurement(id, specification, values);
    await store.writeMeasurement(measurementId(other), other, { points: [1] });
    const [path, otherPath] = [id, measurementId(other)].map((name) => layout.measurement(folder, name));
    renameSync(otherPath, path);
    await expect(store.readMeasurement(id)).rejects.toThrow(`it is measurement ${measurementId(other)}`);
    const digest = createHash('sha256')
      .update(canonicalJson([specification, values]))
      .digest('hex');
    writeFileSync(path, JSON.stringify({ format: 1, specification, values, sha256: digest }));
    expect(await store.readMeasurement(id)).toEqual(values);
    writeFileSync(path, JSON.stringify({ format: 1, specification, values: { points: [2] }, sha256: digest }));
    await expect(store.readMeasurement(id)).rejects.toThrow('is damaged');
  });

  it('leave nothing behind when the disk is full', async () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const store = new FileMeasurements(folder, async () => {
      throw full;
    });
    await expect(store.writeMeasurement(id, specification, values)).rejects.toThrow('the disk is full');
    expect(await store.hasMeasurement(id)).toBe(false);
    expect(readdirSync(layout.aside(folder))).toEqual([]);
  });

  it('hold finite numbers only', async () => {
    const store = new FileMeasurements(folder);
    await expect(store.writeMeasurement(id, specification, { error: Number.NaN })).rejects.toThrow(
      /finite numbers only/,
    );
  });
});
