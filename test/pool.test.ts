import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeStrokes } from '../src/data/index.js';
import { buildGraph } from '../src/experiments/graph.js';
import { resolveSpecification } from '../src/experiments/presets.js';
import { type CellOutcome, cellTask, orderOf } from '../src/experiments/tasks/index.js';
import { FileStore } from '../src/node/store/index.js';

// Worker threads run built files, so the pool under test is the built one.
const { WorkerPool } = (await import(
  new URL('../dist/node/pool.js', import.meta.url).href
)) as typeof import('../src/node/pool.js');

const dataset = makeStrokes({ train: 300, test: 100, seed: 1 });
const specification = resolveSpecification({
  network: { hidden: [16] },
  data: { name: 'strokes', validation: 60 },
  batch: 20,
  iterations: 40,
  evaluateEvery: 20,
  levels: 2,
  trials: 2,
});
const { cells } = buildGraph(specification, dataset);
const orders = cells.map((cell) => orderOf(cellTask(cell)));

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-pool-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a pool of workers', () => {
  it('trains cells into the store, reports progress, and gives the same digests again', async () => {
    const place = join(folder, 'good');
    const store = await FileStore.open(place, { write: true });
    const pool = new WorkerPool({ dataset, store: place, workers: 2 });
    try {
      const iterations: number[] = [];
      const [first] = await Promise.all([
        pool.execute(orders[0], {
          onProgress: (progress) => {
            if (progress.kind === 'cell') iterations.push(progress.iteration);
          },
        }),
        pool.execute(orders[orders.length / 2]),
      ]);
      const { status, peakMemoryBytes } = first as CellOutcome;
      expect(status).toBe('done');
      expect(peakMemoryBytes).toBeGreaterThan(1e6);
      expect(peakMemoryBytes).toBeLessThan(400e6);
      expect(iterations.at(-1)).toBe(40);
      expect(await store.check(cells[0].id)).toEqual([]);
      const again = await pool.execute(orders[0], { keep: false });
      expect((again as CellOutcome).digests).toEqual((await store.readSummary(cells[0].id)).digests);
      expect((await store.list()).length).toBe(2);
    } finally {
      await pool.close();
    }
  });

  it('cancels a cell at its next evaluation, keeps nothing of it, and continues with others', async () => {
    const place = join(folder, 'called-off');
    const store = await FileStore.open(place, { write: true });
    const pool = new WorkerPool({ dataset, store: place, workers: 1 });
    try {
      const long = buildGraph({ ...specification, iterations: 50_000_000 }, dataset).cells[0];
      const stop = new AbortController();
      const stopped = pool.execute(orderOf(cellTask(long)), { onProgress: () => stop.abort(), signal: stop.signal });
      await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
      expect(await store.has(long.id)).toBe(false);
      expect(await pool.execute(orders[0])).toMatchObject({ status: 'done' });
      await expect(pool.execute(orders[1], { signal: AbortSignal.abort() })).rejects.toMatchObject({
        name: 'AbortError',
      });
    } finally {
      await pool.close();
    }
  });

  it('fails the cell, and only the cell, whose thread breaks', async () => {
    const place = join(folder, 'breaks');
    mkdirSync(place);
    writeFileSync(join(place, 'store.json'), '{"format": 99}');
    const pool = new WorkerPool({ dataset, store: place, workers: 1 });
    try {
      await expect(pool.execute(orders[0])).rejects.toThrow(/worker thread broke.*format 99/);
      rmSync(place, { recursive: true });
      await FileStore.open(place, { write: true });
      expect(await pool.execute(orders[0])).toMatchObject({ status: 'done' });
    } finally {
      await pool.close();
    }
  });

  it('says so when a parent is missing, and when nothing can be written', async () => {
    const place = join(folder, 'trouble');
    await FileStore.open(place, { write: true });
    const pool = new WorkerPool({ dataset, store: place, workers: 1 });
    try {
      await expect(pool.execute(orders[1])).rejects.toMatchObject({ name: 'InputError' });
      rmSync(join(place, 'cells'), { recursive: true });
      writeFileSync(join(place, 'cells'), 'a file where a folder is needed');
      await expect(pool.execute(orders[0])).rejects.toMatchObject({ name: 'FatalError' });
    } finally {
      await pool.close();
    }
  });

  it('ends its threads before its process ends, also those whose cells fail at that moment', async () => {
    const place = join(folder, 'closing');
    await FileStore.open(place, { write: true });
    const script = fileURLToPath(new URL('./fixtures/close-at-once.mjs', import.meta.url));
    const { status, stdout } = spawnSync(process.execPath, [script, place], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'done' });
  });
});
