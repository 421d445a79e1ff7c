import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeStrokes } from '../../data/strokes/index.js';
import { DamageError } from '../../experiments/damage.js';
import { executeCell } from '../../experiments/execute.js';
import { seal } from '../../experiments/files/sealed-json.js';
import { buildGraph } from '../../experiments/graph.js';
import { resolveSpecification } from '../../experiments/presets.js';
import type { FinishedCell } from '../../experiments/store.js';
import { loadKernels } from '../../kernels/index.js';
import { FileStore } from './file-store.js';
import { layout } from './layout.js';

let cells: FinishedCell[];
let folder: string;

const provenance = {
  version: '0',
  engine: 'Node',
  platform: 'test',
  kernels: 'wasm',
  started: '2020-01-01T00:00:00Z',
  seconds: 1,
  peakMemoryBytes: 0,
};

/** A dense cell, with a snapshot, and the ticket made from it. */
beforeAll(async () => {
  const kernels = await loadKernels();
  const dataset = makeStrokes({ train: 200, test: 50 });
  const specification = resolveSpecification({
    name: 'tiny',
    data: { name: 'strokes', train: 200, test: 50, validation: 40 },
    network: { hidden: [12], activation: 'relu' },
    iterations: 20,
    evaluateEvery: 10,
    trials: 1,
    levels: 2,
    rewind: 5,
    controls: { reinitialise: 0, randomMask: 0 },
  });
  const done = new Map<string, FinishedCell>();
  for (const planned of buildGraph(specification, dataset).cells) {
    const cell = {
      ...(await executeCell({
        kernels,
        specification: planned.specification,
        dataset,
        parents: done,
      })),
      provenance,
    };
    done.set(cell.id, cell);
  }
  cells = [...done.values()];
});

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'lottery-store-')), 'store');
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

describe('a store of cells', () => {
  it('gives back what was written, bit for bit', async () => {
    const store = await FileStore.open(folder, { write: true });
    for (const cell of cells) {
      await store.write(cell);
      expect(await store.read(cell.id)).toEqual(cell);
      expect(await store.check(cell.id)).toEqual([]);
    }
    expect(cells.some(({ mask }) => mask !== null)).toBe(true);
    expect(cells.some(({ snapshots }) => snapshots.size > 0)).toBe(true);
    expect(await store.find(cells[0].id.slice(0, 8))).toBe(cells[0].id);
  });

  it('takes nothing for a cell that is not made like one, however whole its file', async () => {
    const store = await FileStore.open(folder, { write: true });
    await store.write(cells[0]);
    const path = join(layout.cell(folder, cells[0].id), 'cell.json');
    const { format, files, cell } = JSON.parse(await readFile(path, 'utf8'));
    for (const wrong of [
      {},
      { files, cell: null },
      { files, cell: {} },
      { files: [], cell },
      { files, cell: { ...cell, specification: null } },
      { files, cell: { ...cell, digests: { ...cell.digests, snapshots: 1 } } },
      { files, cell: { ...cell, layers: 'fc1' } },
      { files, cell: { ...cell, specification: { ...cell.specification, batch: 7 } } },
      { files: { ...files, 'more.bin': files['weights.safetensors'] }, cell },
    ]) {
      await writeFile(path, seal({ format, ...wrong }));
      for (const read of [() => store.readSummary(cells[0].id), () => store.read(cells[0].id)]) {
        await expect(read(), JSON.stringify(wrong).slice(0, 80)).rejects.toThrow(DamageError);
      }
      expect(await store.check(cells[0].id)).toHaveLength(1);
    }
  });

  it('keeps measurements that are not finite', async () => {
    const store = await FileStore.open(folder, { write: true });
    const end = { ...cells[0].end, testLoss: Number.NaN, validationLoss: Number.POSITIVE_INFINITY };
    await store.write({ ...cells[0], end });
    expect((await store.readSummary(cells[0].id)).end).toEqual(end);
  });

  it('notices every damaged file, and names it', async () => {
    const store = await FileStore.open(folder, { write: true });
    const ticket = cells.find(({ mask }) => mask !== null) as FinishedCell;
    await store.write(ticket);
    const place = layout.cell(folder, ticket.id);
    for (const name of await readdir(place)) {
      const path = join(place, name);
      const whole = await readFile(path);
      const broken = Buffer.from(whole);
      broken[Math.floor(broken.length / 2)] ^= 1;
      await writeFile(path, broken);
      expect((await store.check(ticket.id)).join('\n'), name).toContain(`${path} is damaged`);
      await expect(store.read(ticket.id), name).rejects.toThrow(DamageError);
      await writeFile(path, whole);
      await truncate(path, 10);
      expect((await store.check(ticket.id)).join('\n'), name).toContain(path);
      await writeFile(path, whole);
    }
    expect(await store.check(ticket.id)).toEqual([]);
  });

  it('loses nothing finished, and leaves nothing half written, when the disk is full', async () => {
    const [first, second] = cells;
    const store = await FileStore.open(folder, { write: true });
    await store.write(first);
    let left = 2;
    const full = await FileStore.open(folder, {
      write: true,
      writeBytes: async (path, bytes) => {
        if (left-- === 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        await writeFile(path, bytes);
      },
    });
    await expect(full.write(second)).rejects.toThrow(/the disk is full; free some space and repeat the command/);
    expect(await store.has(second.id)).toBe(false);
    expect(await readdir(layout.aside(folder))).toEqual([]);
    expect(await store.read(first.id)).toEqual(first);
  });

  it('clears away what dead processes left, and that alone', async () => {
    await FileStore.open(folder, { write: true });
    const aside = layout.aside(folder);
    await mkdir(join(aside, `${hostname()}~999999999~dead`));
    await mkdir(join(aside, `${hostname()}~${process.pid}~alive`));
    await mkdir(join(aside, 'elsewhere~1~unknown'));
    await FileStore.open(folder, { write: true });
    expect((await readdir(aside)).sort()).toEqual([`${hostname()}~${process.pid}~alive`, 'elsewhere~1~unknown'].sort());
  });

  it('of format 1 is read as it is, and goes on as one of format 2, under the same names and digests', async () => {
    const store = await FileStore.open(folder, { write: true });
    for (const cell of cells) await store.write(cell);
    const texts = new Map<string, string>();
    for (const { id } of cells) {
      const path = join(layout.cell(folder, id), 'cell.json');
      const { files, cell } = JSON.parse(await readFile(path, 'utf8'));
      const sha256 = createHash('sha256').update(JSON.stringify(cell)).digest('hex');
      texts.set(path, JSON.stringify({ format: 1, files, sha256, cell }, null, 1));
      await writeFile(path, texts.get(path) as string);
    }
    await writeFile(layout.marker(folder), '{"format":1,"program":"lottery-lab"}\n');
    await mkdir(layout.run(folder, 'old'), { recursive: true });
    await mkdir(layout.checkpoints(folder));
    await writeFile(join(layout.run(folder, 'old'), 'run.json.12345.new'), '{');
    await writeFile(join(layout.checkpoints(folder), `${cells[0].id}.safetensors`), 'old');
    const old = await FileStore.open(folder);
    for (const cell of cells) expect(await old.read(cell.id)).toEqual(cell);
    const now = await FileStore.open(folder, { write: true });
    for (const cell of cells) {
      expect(await now.read(cell.id)).toEqual(cell);
      expect(await now.check(cell.id)).toEqual([]);
    }
    for (const [path, text] of texts) expect(await readFile(path, 'utf8')).toBe(text);
    expect(await readdir(layout.run(folder, 'old'))).toEqual([]);
    expect(await readdir(layout.checkpoints(folder))).toEqual([]);
    expect(JSON.parse(await readFile(layout.marker(folder), 'utf8'))).toMatchObject({ format: 2 });
  });

  it('is known for one whose store.json is lost or damaged, and gets another', async () => {
    const store = await FileStore.open(folder, { write: true });
    await store.write(cells[0]);
    for (const text of ['', 'null', '{', '{"format":"x"}']) {
      await writeFile(layout.marker(folder), text);
      await expect(FileStore.open(folder), text).rejects.toThrow(DamageError);
      expect(await (await FileStore.open(folder, { write: true })).read(cells[0].id)).toEqual(cells[0]);
    }
    await rm(layout.marker(folder));
    expect(await (await FileStore.open(folder, { write: true })).read(cells[0].id)).toEqual(cells[0]);
  });

  it('may begin in a folder that holds nothing but settings of jobs', async () => {
    await mkdir(folder);
    await writeFile(layout.slurmSettings(folder), 'partition: short\n');
    await expect(FileStore.open(folder, { write: true })).resolves.toBeDefined();
  });

  it('may be written by two at once', async () => {
    const one = await FileStore.open(folder, { write: true });
    const two = await FileStore.open(folder, { write: true });
    await Promise.all([one.write(cells[0]), two.write(cells[0])]);
    expect(await one.read(cells[0].id)).toEqual(cells[0]);
    expect(await readdir(layout.aside(folder))).toEqual([]);
  });
});

describe('a folder that is no place for a store', () => {
  it('is refused when it holds other things', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'thesis.tex'), '');
    await expect(FileStore.open(folder, { write: true })).rejects.toThrow(/is not empty \(it holds thesis.tex\)/);
  });

  it('is refused when a later version made it', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'store.json'), '{"format": 3}');
    await expect(FileStore.open(folder, { write: true })).rejects.toThrow(
      /format 3; this version of lottery-lab knows formats up to 2/,
    );
  });

  it.skipIf(process.platform !== 'linux')('is refused where nothing can be made, and at once', async () => {
    await expect(FileStore.open('/proc/none/store', { write: true })).rejects.toThrow(
      '/proc/none/store cannot be used: a folder above it cannot be made here',
    );
  });

  it('is refused when part of its path is a file', async () => {
    await mkdir(join(folder, '..'), { recursive: true });
    await writeFile(folder, '');
    await expect(FileStore.open(join(folder, 'store'), { write: true })).rejects.toThrow(/part of the path is a file/);
  });
});
