import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeNpz } from '../../data/formats/npz.js';
import { loadDataset } from './load.js';
import { loadOwnData } from './own.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-load-'));
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

function idx(sizes: readonly number[], data: Uint8Array): Uint8Array {
  const head = new Uint8Array(4 + 4 * sizes.length);
  const view = new DataView(head.buffer);
  view.setUint32(0, 0x800 + sizes.length);
  sizes.forEach((size, i) => {
    view.setUint32(4 + 4 * i, size);
  });
  return Buffer.concat([head, data]);
}

const images = (count: number) =>
  idx(
    [count, 28, 28],
    Uint8Array.from({ length: count * 784 }, (_, i) => i % 251),
  );
const labels = (count: number, last = 9) =>
  idx(
    [count],
    Uint8Array.from({ length: count }, (_, i) => (i === count - 1 ? last : i % 10)),
  );

/** The four files of an MNIST-like set, some of them changed. */
function place(set: string, change: Readonly<Record<string, Uint8Array>> = {}, compress = true): void {
  const files: Record<string, Uint8Array> = {
    'train-images-idx3-ubyte': images(12),
    'train-labels-idx1-ubyte': labels(12),
    't10k-images-idx3-ubyte': images(5),
    't10k-labels-idx1-ubyte': labels(5),
    ...change,
  };
  mkdirSync(join(folder, set), { recursive: true });
  for (const [name, bytes] of Object.entries(files)) {
    writeFileSync(join(folder, set, compress ? `${name}.gz` : name), compress ? gzipSync(bytes) : bytes);
  }
}

const load = (name: string, onWarning: (text: string) => void = () => {}) =>
  loadDataset({ name }, { dataFolder: folder, download: false, onWarning });

describe.each(['mnist', 'fashion-mnist'])('%s from a folder', (name) => {
  it.each([true, false])('is read, compressed %s', async (compress) => {
    place(name, {}, compress);
    const warnings: string[] = [];
    const { train, test, shape, classes } = await load(name, (text) => warnings.push(text));
    expect([train.count, test.count, shape.height, shape.width, classes]).toEqual([12, 5, 28, 28, 10]);
    expect([...train.labels.slice(0, 3)]).toEqual([0, 1, 2]);
    expect(train.images[784 + 5]).toBe((784 + 5) % 251);
    // Compressed files can be compared with the official checksum.
    expect(warnings).toHaveLength(compress ? 4 : 0);
    if (compress) expect(warnings[0]).toMatch(/is not the official file \((sha256|md5) [0-9a-f]+; found [0-9a-f]+\)/);
  });

  it.each<[string, Record<string, Uint8Array>, RegExp]>([
    [
      'truncated images',
      { 'train-images-idx3-ubyte': images(12).subarray(0, 5000) },
      /train-images-idx3-ubyte\.gz: its header says 12 x 28 x 28, which is 9408 bytes of images; found 4984. The file is truncated/,
    ],
    [
      'labels where images should be',
      { 't10k-images-idx3-ubyte': labels(5) },
      /t10k-images-idx3-ubyte\.gz: expected images in IDX format.*found/,
    ],
    [
      'fewer labels than images',
      { 'train-labels-idx1-ubyte': labels(11) },
      /train-labels-idx1-ubyte\.gz: expected 12 labels, one for each image of .*train-images-idx3-ubyte\.gz; found 11/,
    ],
    [
      'a label that is none',
      { 't10k-labels-idx1-ubyte': labels(5, 10) },
      /t10k-labels-idx1-ubyte\.gz: label 4 is 10; expected 0 to 9/,
    ],
    [
      'test images of another size',
      { 't10k-images-idx3-ubyte': idx([5, 14, 56], new Uint8Array(5 * 784)) },
      /training images are 28 x 28, test images 14 x 56; expected the same/,
    ],
    [
      'an empty file',
      { 'train-labels-idx1-ubyte': new Uint8Array(0) },
      /train-labels-idx1-ubyte\.gz: .*a file of 0 bytes/,
    ],
  ])('with %s is refused, naming the file', async (_what, change, message) => {
    place(name, change);
    await expect(load(name)).rejects.toThrow(message);
  });

  it('with a file whose compression is corrupt is refused', async () => {
    place(name);
    const path = join(folder, name, 'train-images-idx3-ubyte.gz');
    const bytes = gzipSync(images(12));
    bytes[bytes.length - 6] ^= 1;
    writeFileSync(path, bytes);
    await expect(load(name)).rejects.toThrow(
      /train-images-idx3-ubyte\.gz: expected a gzip file, but it does not decompress/,
    );
  });

  it('that is not there is asked for, with the command that gets it', async () => {
    await expect(load(name)).rejects.toThrow(new RegExp(`^${name}: .* was not found, and is not to be downloaded`));
  });
});

describe('an .npz file', () => {
  const own = (change: Parameters<typeof encodeNpz>[0] = new Map()) => {
    const path = join(folder, 'mine.npz');
    const pixels = (n: number) => Uint8Array.from({ length: n * 5 * 2 * 3 }, (_, i) => i);
    writeFileSync(
      path,
      encodeNpz(
        new Map([
          ['x_train', { shape: [4, 5, 2, 3], values: pixels(4) }],
          ['y_train', { shape: [4], values: Uint8Array.of(0, 1, 2, 1) }],
          ['x_test', { shape: [2, 5, 2, 3], values: pixels(2) }],
          ['y_test', { shape: [2], values: Uint8Array.of(2, 0) }],
          ...change,
        ]),
      ),
    );
    return loadOwnData({ path });
  };

  it('gives images channel by channel, and classes', async () => {
    const { shape, classes, train } = await own();
    expect([shape, classes]).toEqual([{ channels: 3, height: 5, width: 2 }, 3]);
    // Channels last in the file: the first plane takes every third byte.
    expect([...train.images.slice(0, 12)]).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 1, 4]);
  });

  it.each<[string, Parameters<typeof encodeNpz>[0], RegExp]>([
    [
      'no range that is known',
      new Map([['x_train', { shape: [4, 5, 2, 3], values: new Float32Array(120).fill(-3) }]]),
      /mine\.npz: pixels go from -3 to \d+.*Set data\.range/,
    ],
    [
      'flat images',
      new Map([['x_test', { shape: [2, 5], values: new Uint8Array(10) }]]),
      /x_test holds 5 numbers an image.*Set data\.shape/,
    ],
    [
      'too few labels',
      new Map([['y_train', { shape: [3], values: new Uint8Array(3) }]]),
      /y_train is to hold 4 labels/,
    ],
    [
      'test images of another size',
      new Map([['x_test', { shape: [2, 3, 3], values: new Uint8Array(18) }]]),
      /test images 1 x 3 x 3; expected the same/,
    ],
  ])('with %s is refused, naming the array', async (_what, change, message) => {
    await expect(own(change)).rejects.toThrow(message);
  });

  it('that is no archive, or lacks an array, is refused', async () => {
    const path = join(folder, 'mine.npz');
    writeFileSync(path, 'no zip');
    await expect(loadOwnData({ path })).rejects.toThrow(/mine\.npz: expected an \.npz archive/);
    writeFileSync(path, encodeNpz(new Map([['x_train', { shape: [1, 2, 2], values: new Uint8Array(4) }]])));
    await expect(loadOwnData({ path })).rejects.toThrow(
      /expected an array y_train or train_labels or Y_train; found x_train/,
    );
  });
});

describe('a folder of PNG files', () => {
  const write = (path: string, channels: 1 | 3, fill: number, [height, width] = [2, 3]) => {
    const whole = join(folder, 'mine', path);
    mkdirSync(dirname(whole), { recursive: true });
    const data = Uint8Array.from({ length: height * width * channels }, (_, i) => fill + (i % channels));
    writeFileSync(whole, encode({ width, height, channels, depth: 8, data }));
  };
  const both = (channels: 1 | 3) => {
    for (const part of ['train', 'test']) {
      write(`${part}/dog/b.png`, channels, 20);
      write(`${part}/dog/a.PNG`, channels, 10);
      write(`${part}/cat/x.png`, channels, 30);
    }
  };
  const own = () => loadOwnData({ path: join(folder, 'mine') });

  it.each([1, 3] as const)('of %i channels is read in the order of names, other files left aside', async (channels) => {
    both(channels);
    writeFileSync(join(folder, 'mine', 'train', 'cat', 'notes.txt'), 'not a picture');
    const { shape, classNames, train } = await own();
    expect(shape).toEqual({ channels, height: 2, width: 3 });
    expect(classNames).toEqual(['cat', 'dog']);
    expect([...train.labels]).toEqual([0, 1, 1]);
    const size = channels * 6;
    expect([train.images[0], train.images[size], train.images[2 * size]]).toEqual([30, 10, 20]);
    expect(train.images[size - 1]).toBe(30 + channels - 1);
  });

  it.each<[string, () => void, RegExp]>([
    [
      'sizes that differ',
      () => write('train/dog/c.png', 1, 1, [3, 3]),
      /c\.png: expected 3 x 2, 1 channels as the others; found 3 x 3/,
    ],
    [
      'colours among greys',
      () => write('test/cat/y.png', 3, 1),
      /y\.png: expected 3 x 2, 1 channels as the others; found 3 x 2, 3 channels/,
    ],
    ['a class without pictures', () => mkdirSync(join(folder, 'mine', 'train', 'eel')), /expected the same classes/],
    [
      'an empty class',
      () => {
        for (const part of ['train', 'test']) mkdirSync(join(folder, 'mine', part, 'eel'));
      },
      /eel: expected PNG or JPEG files, found none/,
    ],
    [
      'a file that is no picture',
      () => writeFileSync(join(folder, 'mine', 'train', 'cat', 'y.png'), 'x'),
      /y\.png: expected a PNG or JPEG image, could not be read/,
    ],
    ['no test folder', () => rmSync(join(folder, 'mine', 'test'), { recursive: true }), /test is missing/],
  ])('with %s is refused, naming the file', async (_what, spoil, message) => {
    both(1);
    spoil();
    await expect(own()).rejects.toThrow(message);
  });
});
