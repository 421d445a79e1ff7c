import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { unzipSync, type Zippable, zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { seal } from '../../src/experiments/files/sealed-json.js';
import { MemoryStore } from '../../src/experiments/memory-store.js';
import { type RecordName, recordsIn } from '../../src/experiments/record-store.js';
import { importArchive, readArchive, writeArchive } from '../../src/laboratory/index.js';
import { FileStore } from '../../src/node/store/index.js';
import { commandIn, digestOf, runTiny } from '../fixtures/command.js';

const { lottery, path } = commandIn('archive');

type Files = Record<string, Uint8Array>;

/** The files of a folder, by their paths with slashes. */
function filesIn(folder: string): Files {
  const files: Files = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    files[relative(folder, file).replaceAll('\\', '/')] = new Uint8Array(readFileSync(file));
  }
  return files;
}

const under = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${folder}/${name}`, bytes]));

const zipped = (files: Zippable): Uint8Array => zipSync(files, { level: 1 });

async function archiveOf(
  store: Parameters<typeof writeArchive>[0],
  names: readonly RecordName[],
  onProgress?: (share: number) => void,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of writeArchive(store, names, { folder: 'experiments', onProgress })) pieces.push(piece);
  return new Uint8Array(Buffer.concat(pieces));
}

/** Unpacks an archive as people do. */
function unpack(bytes: Uint8Array, to: string): void {
  for (const [name, content] of Object.entries(unzipSync(bytes))) {
    mkdirSync(dirname(path(to, name)), { recursive: true });
    writeFileSync(path(to, name), content);
  }
}

describe('an archive of a store', () => {
  let digest: string | undefined;
  let files: Files;

  beforeAll(async () => {
    digest = digestOf(await lottery(runTiny('made')));
    const study = ['study', 'information-plane', 'quickstart', '--trials', '1', '--store', 'made'];
    const small = [
      'network.hidden=[20]',
      'iterations=40',
      'data.train=600',
      'data.test=200',
      'data.validation=100',
      'levels=2',
    ];
    const { code, err } = await lottery([...study, ...small.flatMap((setting) => ['--set', setting])]);
    expect(err).not.toContain('error');
    expect(code).toBe(0);
    files = filesIn(path('made'));
  });

  it('of what the command made is taken in, written again and unpacked as the same store, bit by bit', async () => {
    const packed = zipped(under('my store', { ...files, 'slurm.yaml': new Uint8Array(3) }));
    const shares: number[] = [];
    const checked = await readArchive(packed, 'a.zip', { onProgress: (share) => shares.push(share) });
    expect(shares.at(-1)).toBe(1);
    const store = new MemoryStore();
    const imported = await importArchive(checked, store);
    expect(imported).toMatchObject({ known: 0, cells: checked.cells.length });
    expect(imported.records).toHaveLength(2);
    expect(imported.measurements).toBeGreaterThan(0);
    expect(imported.leftOut).toBeGreaterThan(0);
    // Again: nothing is new.
    expect(await importArchive(checked, store)).toMatchObject({ known: 2, cells: 0, measurements: 0, records: [] });

    const written = await archiveOf(store, await recordsIn(store), (share) => shares.push(share));
    expect(await archiveOf(store, await recordsIn(store))).toEqual(written);
    unpack(written, 'out');
    const [one, other] = [filesIn(path('out', 'experiments')), files];
    const kept = Object.keys(other).filter((name) => /^(cells|measurements)\/|^store\.json$/.test(name));
    expect(
      Object.keys(one)
        .filter((name) => !/^(runs|studies)\//.test(name))
        .sort(),
    ).toEqual(kept.sort());
    // Values of measurements have their names in the order in which the store keeps them.
    const said = (bytes: Uint8Array) => ({ ...JSON.parse(new TextDecoder().decode(bytes)), sha256: '' });
    for (const name of kept) {
      if (name.startsWith('measurements/')) expect(said(one[name]), name).toEqual(said(other[name]));
      else expect(Buffer.compare(one[name], other[name]), name).toBe(0);
    }

    const run = readdirSync(path('made', 'runs'))[0];
    for (const args of [
      ['verify', '--all', '--store', path('out', 'experiments')],
      ['show', run, '--store', path('out', 'experiments')],
      ['report', run, '--store', path('out', 'experiments')],
    ]) {
      const { code, out, err } = await lottery(args);
      expect(err, args[0]).toBe('');
      expect(code, args[0]).toBe(0);
      if (args[0] === 'verify') expect(out).toContain('All that was checked matches.');
      if (args[0] !== 'report') expect(out).toContain(digest);
    }
    expect(statSync(path('out', 'experiments', 'runs', run, 'report.html')).size).toBeGreaterThan(10_000);
    // Everything is there: the command trains nothing.
    const again = await lottery(runTiny('out/experiments'));
    expect(digestOf(again)).toBe(digest);
    expect(again.out).toContain('10 cells, all in the store already.');
    // And the store that the command has worked on goes the way back.
    const back = await readArchive(zipped(filesIn(path('out', 'experiments'))), 'b.zip');
    expect(await importArchive(back, new MemoryStore())).toMatchObject({ cells: imported.cells });
  });

  it('of one experiment has its cells alone, and what is not finished yet is left for later', async () => {
    const store = await FileStore.open(path('made'));
    const [named] = await recordsIn(store);
    const record = await store.readRun(named.name);
    const checked = await readArchive(await archiveOf(store, [named]), 'a.zip');
    expect(checked.cells.map(({ id }) => id).sort()).toEqual(record?.cells.map(({ id }) => id).sort());
    expect(checked.leftOut).toBe(0);
    const missing = record?.cells.at(-1)?.id as string;
    const partial: typeof store = Object.create(store, { has: { value: async (id: string) => id !== missing } });
    for (const method of ['read', 'readRun', 'readStudy', 'readMeasurement', 'hasMeasurement'] as const) {
      Object.defineProperty(partial, method, { value: store[method].bind(store) });
    }
    const rest = await readArchive(await archiveOf(partial, [named]), 'a.zip');
    expect(rest.cells).toHaveLength(checked.cells.length - 1);
    await expect(archiveOf(store, [{ kind: 'run', name: 'other' }])).rejects.toThrow('there is no run called other');
  });

  it('goes in whole or not at all', async () => {
    const checked = await readArchive(zipped(files), 'a.zip');
    const store = new MemoryStore();
    let left = 3;
    const full = Object.create(store) as MemoryStore;
    for (const method of ['has', 'hasMeasurement', 'readRun', 'readStudy', 'setAside', 'readSummary'] as const) {
      Object.defineProperty(full, method, { value: store[method].bind(store) });
    }
    Object.defineProperty(full, 'write', {
      value: async (cell: Parameters<typeof store.write>[0]) => {
        if (left-- === 0) throw new Error('no room');
        await store.write(cell);
      },
    });
    await expect(importArchive(checked, full)).rejects.toThrow('no room');
    expect(await store.list()).toEqual([]);
    const stop = new AbortController();
    stop.abort();
    await expect(importArchive(checked, store, { signal: stop.signal })).rejects.toThrow();
    expect([await store.list(), await recordsIn(store)]).toEqual([[], []]);
  });

  it('whose result of a training is another than the one at hand is refused', async () => {
    const checked = await readArchive(zipped(files), 'a.zip');
    const store = new MemoryStore();
    const cell = await checked.readCell(checked.cells[0].id);
    await store.write({ ...cell, digests: { ...cell.digests, cell: 'f'.repeat(64) } });
    await expect(importArchive(checked, store)).rejects.toThrow('one of them was not trained as its name says');
    expect(await store.list()).toEqual([cell.id]);
  });

  describe('is refused', () => {
    const find = (ending: string): string => Object.keys(files).find((name) => name.endsWith(ending)) as string;
    const text = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes));
    const resealed = (bytes: Uint8Array, change: (fields: Record<string, unknown>) => object, indent?: number) => {
      const { sha256: _sha256, ...fields } = text(bytes);
      return seal(change(fields), { indent });
    };
    const refusal = async (bytes: Uint8Array, most?: number): Promise<string> => {
      try {
        await readArchive(bytes, 'a.zip', { most });
      } catch (error) {
        expect((error as Error).name).toBe('InputError');
        return (error as Error).message;
      }
      throw new Error('it was taken in');
    };
    const changed = (name: string, bytes: Uint8Array | null): Uint8Array => {
      const { [name]: _old, ...rest } = files;
      return zipped(bytes === null ? rest : { ...rest, [name]: bytes });
    };

    it.each(['../escaped', '/etc/passwd', 'cells/../../x', 'cells\\..\\x', 'C:/x', 'cells//x', './x'])(
      'for the path %s',
      async (name) => {
        expect(await refusal(zipped({ ...files, [name]: new Uint8Array(1) }))).toContain(
          'cannot name a file in a store',
        );
      },
    );

    it('for what has no place in a store, or lies outside of it', async () => {
      expect(await refusal(zipped({ ...files, 'cells/virus.exe': new Uint8Array(1) }))).toContain(
        'a.zip: cells/virus.exe is nothing that belongs in a store.',
      );
      expect(await refusal(zipped({ ...under('s', files), 'note.txt': new Uint8Array(1) }))).toContain(
        'note.txt lies outside the store s/',
      );
      expect(await refusal(zipped({ 'readme.txt': new Uint8Array(1) }))).toContain('has a store.json; found none');
      expect(await refusal(zipped({ 'store.json': files['store.json'] }))).toContain('holds no experiment');
      // What programs that pack folders add of their own is in nobody's way.
      const mac = { '__MACOSX/s/._store.json': new Uint8Array(9), 's/.DS_Store': new Uint8Array(9) };
      expect((await readArchive(zipped({ ...under('s', files), ...mac }), 'a.zip')).records).toHaveLength(2);
    });

    it('for a wrong bit anywhere in what is taken in', async () => {
      for (const name of [
        'cell.json',
        'history.parquet',
        'weights.safetensors',
        'mask.safetensors',
        'run.json',
        'store.json',
      ]) {
        const file = find(name);
        for (const at of [0, 0.4, 0.99]) {
          const bytes = Uint8Array.from(files[file]);
          bytes[Math.floor(at * (bytes.length - 1))] ^= 4;
          expect(await refusal(changed(file, bytes)), name).toContain(`a.zip: ${file} is damaged`);
        }
      }
      const measurement = Object.keys(files).find((name) => name.startsWith('measurements/')) as string;
      const bytes = Uint8Array.from(files[measurement]);
      bytes[30] ^= 4;
      expect(await refusal(changed(measurement, bytes))).toContain(`${measurement} is damaged`);
    });

    it('for a file that is missing, too many, or of another cell', async () => {
      const file = find('weights.safetensors');
      expect(await refusal(changed(file, null))).toContain('has no weights.safetensors');
      expect(await refusal(changed(find('cell.json'), null))).toContain('has no cell.json');
      expect(await refusal(changed(`${dirname(file)}/more.bin`, new Uint8Array(1)))).toContain(
        'more.bin is damaged: its cell does not list it',
      );
      const [one, two] = Object.keys(files).filter((name) => name.endsWith('/cell.json'));
      const moved = Object.fromEntries(
        Object.entries(files)
          .filter(([name]) => !name.startsWith(dirname(two)))
          .map(([name, bytes]) => [name.replace(dirname(one), dirname(two)), bytes]),
      );
      expect(await refusal(zipped(moved))).toContain('is damaged: it is of cell');
    });

    it('for digests and tensors that are not those of the cell, however well they are sealed', async () => {
      const file = find('cell.json');
      const change = (key: string, value: unknown) =>
        resealed(files[file], (fields) => ({ ...fields, cell: { ...(fields.cell as object), [key]: value } }), 1);
      expect(await refusal(changed(file, change('status', 'diverged')))).toContain(
        'its figures are not what its digests say',
      );
      expect(await refusal(changed(file, change('id', 'f'.repeat(64))))).toContain('it is of cell ffff');
      const { specification } = text(files[file]).cell;
      const other = change('specification', { ...specification, iterations: 1 });
      expect(await refusal(changed(file, other))).toContain('its specification is that of cell');
      const record = find('run.json');
      const renamed = resealed(
        files[record],
        (fields) => ({ ...fields, specification: { ...(fields.specification as object), iterations: 61 } }),
        2,
      );
      expect(await refusal(changed(record, renamed))).toContain('has the settings of');
    });

    it('for another file, a truncated one, and one of a later version', async () => {
      const whole = zipped(files);
      expect(await refusal(new Uint8Array(100))).toContain('expected a zip archive of a store');
      for (const share of [0.2, 0.7, 0.999]) {
        const message = await refusal(whole.subarray(0, Math.floor(share * whole.length)));
        expect(message).toMatch(/another file, or truncated|truncated or damaged/);
      }
      const later = resealed(files['store.json'], (fields) => ({ ...fields, format: 3 }));
      expect(await refusal(changed('store.json', later))).toContain('Update lottery-lab');
    });

    it('for sizes that would fill the memory, before anything is unpacked', async () => {
      expect(await refusal(zipped(files), 1000)).toContain('at most 1000 can be taken in');
      const bomb = zipped({ ...files, [find('weights.safetensors')]: new Uint8Array(50e6) });
      expect(await refusal(bomb)).toContain('bytes, found 50000000');
      expect(await refusal(zipped({ ...files, 'store.json': new Uint8Array(20e6) }))).toContain(
        'says that it has 20000000 bytes',
      );
      // A directory that promises four gigabytes of a few packed bytes.
      const lying = Uint8Array.from(zipped(files));
      const view = new DataView(lying.buffer);
      const directory = view.getUint32(lying.length - 22 + 16, true);
      view.setUint32(directory + 24, 0xfffffff0, true);
      expect(await refusal(lying)).toMatch(/unpacks to \d+ bytes; at most/);
      // Entries that share their packed bytes.
      const shared = Uint8Array.from(zipped(files));
      const counted = new DataView(shared.buffer);
      counted.setUint32(counted.getUint32(shared.length - 22 + 16, true) + 20, shared.length - 200, true);
      expect(await refusal(shared)).toMatch(/lie over one another|points outside/);
    });
  });
});
