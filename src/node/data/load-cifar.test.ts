import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { catalogueEntry } from '../../data/catalogue.js';
import { readTar } from '../../data/formats/tar.js';
import { loadDataset } from './load.js';
import { tar } from './tar.fixture.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-cifar-'));
  // Nothing but this folder: not the data that this machine may have.
  vi.stubEnv('LOTTERY_DATA', '');
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  vi.stubEnv('LOCALAPPDATA', join(folder, 'cache'));
  vi.stubEnv('HOME', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const batches = [...[1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`), 'test_batch.bin'];

/** Two records a file; image k of file f holds f in its red plane, k in its green, 7 in its blue. */
function records(fileNumber: number, labelBytes = 1): Uint8Array {
  const record = labelBytes + 3072;
  const bytes = new Uint8Array(2 * record);
  for (let k = 0; k < 2; k++) {
    bytes[k * record] = labelBytes === 2 ? 19 : (fileNumber + k) % 10;
    if (labelBytes === 2) bytes[k * record + 1] = 90 + k;
    bytes.fill(fileNumber, k * record + labelBytes, k * record + labelBytes + 1024);
    bytes.fill(k, k * record + labelBytes + 1024, k * record + labelBytes + 2048);
    bytes.fill(7, k * record + labelBytes + 2048, (k + 1) * record);
  }
  return bytes;
}

const load = (name: string, onWarning: (text: string) => void = () => {}) =>
  loadDataset({ name }, { dataFolder: folder, download: false, onWarning });

describe('CIFAR-10', () => {
  const place = (change: (name: string, bytes: Uint8Array) => Uint8Array = (_, bytes) => bytes, compressed = false) => {
    const own = join(folder, 'cifar-10');
    mkdirSync(own, { recursive: true });
    batches.forEach((name, number) => {
      const bytes = change(name, records(number + 1));
      writeFileSync(join(own, compressed ? `${name}.gz` : name), compressed ? gzipSync(bytes) : bytes);
    });
  };

  it.each([false, true])('is read from single files, compressed %s, with one warning', async (compressed) => {
    place(undefined, compressed);
    const warnings: string[] = [];
    const { train, test, shape, classes } = await load('cifar-10', (text) => warnings.push(text));
    expect([train.count, test.count, shape, classes]).toEqual([10, 2, { channels: 3, height: 32, width: 32 }, 10]);
    expect([...train.labels]).toEqual([1, 2, 2, 3, 3, 4, 4, 5, 5, 6]);
    expect([train.images[3 * 3072], train.images[3 * 3072 + 1024], train.images[3 * 3072 + 3071]]).toEqual([2, 1, 7]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/official checksums are not known/);
  });

  it('is read from the archive, the same to the last bit; one that is not official is used with a warning', async () => {
    place();
    const loose = await load('cifar-10');
    rmSync(join(folder, 'cifar-10'), { recursive: true });
    const files = new Map(batches.map((name, number) => [`cifar-10-batches-bin/${name}`, records(number + 1)]));
    writeFileSync(join(folder, 'cifar-10-binary.tar.gz'), gzipSync(tar(files)));
    const warnings: string[] = [];
    const archived = await load('cifar-10', (text) => warnings.push(text));
    expect(archived.digest).toBe(loose.digest);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/not the official file \(md5 c32a1d4ab5d03f1284b67883e8d87530; found [0-9a-f]{32}\)/);
  });

  it('has another digest when one byte differs', async () => {
    place();
    const one = await load('cifar-10');
    place((name, bytes) => (name === 'test_batch.bin' ? bytes.with(100, 99) : bytes));
    expect((await load('cifar-10')).digest).not.toBe(one.digest);
  });

  it.each<[string, (name: string, bytes: Uint8Array) => Uint8Array, RegExp]>([
    [
      'a truncated file',
      (name, bytes) => (name === 'data_batch_3.bin' ? bytes.subarray(0, 5000) : bytes),
      /data_batch_3\.bin: expected records of 3073 bytes each; found 5000 bytes in all/,
    ],
    [
      'an empty file',
      (name, bytes) => (name === 'test_batch.bin' ? bytes.subarray(0, 0) : bytes),
      /test_batch\.bin: .*found 0 bytes/,
    ],
    [
      'a label that is none',
      (name, bytes) => (name === 'data_batch_2.bin' ? bytes.with(3073, 10) : bytes),
      /data_batch_2\.bin: expected labels from 0 to 9; record 1 has 10/,
    ],
  ])('with %s is refused, naming the file', async (_what, change, message) => {
    place(change);
    await expect(load('cifar-10')).rejects.toThrow(message);
  });

  it('with a file that does not decompress is refused', async () => {
    place(undefined, true);
    writeFileSync(join(folder, 'cifar-10', 'data_batch_4.bin.gz'), 'no gzip');
    await expect(load('cifar-10')).rejects.toThrow(/data_batch_4\.bin\.gz: expected a gzip file/);
  });

  it('with a file missing is asked for as a whole', async () => {
    place();
    rmSync(join(folder, 'cifar-10', 'data_batch_5.bin'));
    await expect(load('cifar-10')).rejects.toThrow(
      /cifar-10-binary\.tar\.gz was not found, and is not to be downloaded/,
    );
  });

  it('in an archive without its files is refused, saying what is there', async () => {
    writeFileSync(join(folder, 'cifar-10-binary.tar.gz'), gzipSync(tar(new Map([['other.txt', new Uint8Array(3)]]))));
    await expect(load('cifar-10')).rejects.toThrow(
      /expected cifar-10-batches-bin\/data_batch_1\.bin inside; found other\.txt/,
    );
  });
});

describe('CIFAR-100', () => {
  it('takes the fine label', async () => {
    const own = join(folder, 'cifar-100-binary');
    mkdirSync(own);
    writeFileSync(join(own, 'train.bin'), records(3, 2));
    writeFileSync(join(own, 'test.bin'), records(4, 2));
    const { train, classes } = await load('cifar-100');
    expect([classes, ...train.labels]).toEqual([100, 90, 91]);
  });
});

describe('tar archives', () => {
  it('with a wrong checksum or a missing end are refused', async () => {
    const bytes = tar(new Map([['a', new Uint8Array(600)]]));
    const read = (content: Uint8Array, most = 600) => readTar([content], 'x.tar', () => most);
    expect((await read(bytes)).files.get('a')).toHaveLength(600);
    await expect(read(bytes.with(2, 65))).rejects.toThrow(
      /x\.tar: expected a tar archive; the header at byte 0 has checksum/,
    );
    await expect(read(bytes.subarray(0, 900))).rejects.toThrow(/ends inside a: expected 600 bytes from 512 on/);
    await expect(read(bytes, 599)).rejects.toThrow(/a is said to have 600 bytes; expected at most 599/);
  });

  it('are the same however their bytes arrive', async () => {
    const files = new Map([
      ['a', Uint8Array.from({ length: 600 }, (_, i) => i)],
      ['b', new Uint8Array(0)],
      ['c', Uint8Array.of(7)],
    ]);
    const bytes = tar(files);
    for (const size of [1, 100, 512, 5000]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      expect((await readTar(pieces, 'x.tar', () => 1000)).files).toEqual(files);
    }
  });
});

describe('the catalogue', () => {
  it('normalises each channel of a colour set', () => {
    expect(catalogueEntry('cifar-10')?.normalisation.mean).toHaveLength(3);
  });
});
