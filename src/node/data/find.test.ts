import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dataBytes, dataFile } from '../../../test/fixtures/data-files.js';
import { catalogue, catalogueEntry } from '../../data/catalogue.js';
import { checkOfficial, datasetStatus } from './find.js';
import { loadDataset } from './load.js';
import { tar } from './tar.fixture.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-find-'));
  // Nothing but this folder: not the data that this machine may have.
  vi.stubEnv('LOTTERY_DATA', '');
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  vi.stubEnv('LOCALAPPDATA', join(folder, 'cache'));
  vi.stubEnv('HOME', folder);
  vi.stubEnv('USERPROFILE', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function put(path: string, content: Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

const word = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const images = (count: number, fill = 7) =>
  Uint8Array.from([...word(0x803), ...word(count), ...word(2), ...word(3), ...new Uint8Array(6 * count).fill(fill)]);
const labels = (count: number) =>
  Uint8Array.from([...word(0x801), ...word(count), ...Array.from({ length: count }, (_, i) => i)]);

const contents = {
  'train-images': images(3),
  'train-labels': labels(3),
  't10k-images': images(2),
  't10k-labels': labels(2),
};

/** The four files, each named by what it holds. */
function place(within: string, name: (what: string, idx: 'idx3' | 'idx1') => string): void {
  for (const [what, bytes] of Object.entries(contents)) {
    const file = name(what, what.endsWith('images') ? 'idx3' : 'idx1');
    put(join(within, file), file.endsWith('.gz') ? gzipSync(bytes) : bytes);
  }
}

const load = (name: string, dataFolder: string | undefined = folder, onWarning: (text: string) => void = () => {}) =>
  loadDataset({ name }, { dataFolder, download: false, onWarning });

describe('files of MNIST and Fashion-MNIST', () => {
  it.each([
    ['mnist', 'MNIST/raw'],
    ['fashion-mnist', 'FashionMNIST/raw'],
    ['mnist', 'mnist'],
    ['mnist', '.'],
  ])('of %s are found in %s, under any of their names', async (name, within) => {
    const forms: ((what: string, idx: string) => string)[] = [
      (what, idx) => `${what}-${idx}-ubyte`,
      (what, idx) => `${what}-${idx}-ubyte.gz`,
      (what, idx) => `${what}.${idx}-ubyte`,
      (what, idx) => `${what}.${idx}-ubyte.gz`,
    ];
    const digests = new Set<string>();
    for (const form of forms) {
      place(within, form);
      const { digest, train } = await load(name);
      expect(train.count).toBe(3);
      digests.add(digest);
      expect(datasetStatus(catalogueEntry(name) as never, folder).every(({ path }) => path !== null)).toBe(true);
      for (const what of Object.keys(contents)) {
        rmSync(join(folder, within, form(what, what.endsWith('images') ? 'idx3' : 'idx1')));
      }
    }
    expect(digests.size).toBe(1);
  });

  it('are found where they lie flat in LOTTERY_DATA, and from the home folder', async () => {
    place('flat', (what, idx) => `${what}-${idx}-ubyte`);
    await expect(load('mnist', join(folder, 'none'))).rejects.toThrow(/was not found/);
    vi.stubEnv('LOTTERY_DATA', join(folder, 'flat'));
    const warnings: string[] = [];
    expect((await load('mnist', join(folder, 'none'), (text) => warnings.push(text))).train.count).toBe(3);
    expect(warnings).toEqual([expect.stringMatching(/flat.train-images-idx3-ubyte and others.*taken for mnist/)]);
    vi.stubEnv('LOTTERY_DATA', '~/flat');
    expect((await load('mnist', join(folder, 'none'))).train.count).toBe(3);
    vi.stubEnv('LOTTERY_DATA', '');
    expect((await load('mnist', '~/flat')).train.count).toBe(3);
  });

  it('are not taken for folders of the same name, as some archives unpack', async () => {
    place('mnist', (what, idx) => `${what}-${idx}-ubyte.gz`);
    mkdirSync(join(folder, 'mnist', 'train-images.idx3-ubyte'));
    mkdirSync(join(folder, 'mnist', 'train-labels-idx1-ubyte'));
    expect((await load('mnist')).train.count).toBe(3);
  });

  it('that lie flat and are by their checksum those of the other set are refused by name', async () => {
    place('.', (what, idx) => `${what}-${idx}-ubyte.gz`);
    const fashion = catalogue.find(({ name }) => name === 'fashion-mnist');
    const file = fashion?.files[0] as { md5: string };
    const { found } = checkOfficial(file as never, join(folder, 'train-images-idx3-ubyte.gz'));
    const known = file.md5;
    file.md5 = found;
    try {
      await expect(load('mnist')).rejects.toThrow(
        /train-images-idx3-ubyte\.gz is, by its checksum, a file of fashion-mnist; expected one of mnist/,
      );
      expect((await load('fashion-mnist')).train.count).toBe(3);
    } finally {
      file.md5 = known;
    }
  });

  it('with no images are refused', async () => {
    place('mnist', (what, idx) => `${what}-${idx}-ubyte`);
    put('mnist/t10k-images-idx3-ubyte', images(0));
    put('mnist/t10k-labels-idx1-ubyte', labels(0));
    await expect(load('mnist')).rejects.toThrow(
      /t10k-images-idx3-ubyte: its header says 0 x 2 x 3, so that it is empty/,
    );
  });
});

/** A gzip file of as many megabytes of zeros, after what it begins with: one member a megabyte, as gzip files may have. */
function bomb(beginning: Uint8Array, megabytes: number): Uint8Array {
  const member = gzipSync(new Uint8Array(1 << 20), { level: 9 });
  return Buffer.concat([gzipSync(beginning), ...new Array<Uint8Array>(megabytes).fill(member)]);
}

describe('a file that would fill the memory is refused before it does', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['longer than its header says', images(3), /train-images-idx3-ubyte\.gz: its header says 3 x 2 x 3.*found more/],
    ['without a header', new Uint8Array(0), /train-images-idx3-ubyte\.gz: expected images in IDX format/],
    [
      'with a header that promises all of it, and labels that do not',
      Uint8Array.from([...word(0x803), ...word(1 << 30), ...word(1), ...word(1)]),
      /train-labels-idx1-ubyte\.gz: expected 1073741824 labels/,
    ],
  ])('%s', async (_what, beginning, message) => {
    place('mnist', (what, idx) => `${what}-${idx}-ubyte.gz`);
    put('mnist/train-images-idx3-ubyte.gz', bomb(beginning, 1024));
    await load('mnist').catch(() => {});
    const before = process.resourceUsage().maxRSS;
    await expect(load('mnist')).rejects.toThrow(message);
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(64 * 1024);
  });

  it('that cannot hold what it promises', async () => {
    place('mnist', (what, idx) => `${what}-${idx}-ubyte.gz`);
    put(
      'mnist/train-images-idx3-ubyte.gz',
      gzipSync(Uint8Array.from([...word(0x803), ...word(3), ...word(60000), ...word(60000)])),
    );
    put(
      'mnist/t10k-images-idx3-ubyte.gz',
      gzipSync(Uint8Array.from([...word(0x803), ...word(2), ...word(60000), ...word(60000)])),
    );
    await expect(load('mnist')).rejects.toThrow(/promises 10800000016 bytes, which \d+ compressed bytes cannot hold/);
  });

  it.each(['cifar-10-binary.tar.gz', 'cifar-10-python.tar.gz'])('in place of %s', async (name) => {
    put(name, bomb(new Uint8Array(0), 1024));
    const before = process.resourceUsage().maxRSS;
    await expect(load('cifar-10')).rejects.toThrow(
      /tar\.gz: goes on after the end of the archive, which holds nothing/,
    );
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(64 * 1024);
  });
});

describe('CIFAR for Python', () => {
  const names = ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch'];
  /** The same images as in test/fixtures/data/cifar-10-batches-py, in the binary form. */
  function placeBinary(): void {
    for (const [number, name] of names.entries()) {
      const pixels = Uint8Array.from({ length: 3072 }, (_, j) => (j * 7 + number * 31) % 251);
      put(`binary/cifar-10-batches-bin/${name}.bin`, Uint8Array.from([number + 3, ...pixels]));
    }
  }

  it('is the same data as in the binary form, from single files and from the archive', async () => {
    placeBinary();
    const { digest } = await load('cifar-10', join(folder, 'binary'));
    for (const within of ['cifar-10-batches-py', 'cifar-10', '.']) {
      cpSync(dataFile('cifar-10-batches-py'), join(folder, 'python', within), { recursive: true });
      const warnings: string[] = [];
      expect((await load('cifar-10', join(folder, 'python'), (text) => warnings.push(text))).digest).toBe(digest);
      expect(warnings).toEqual([expect.stringMatching(/read from single files \(data_batch_1, \.\.\.\)/)]);
      rmSync(join(folder, 'python'), { recursive: true });
    }
    const files = new Map(
      names.map((name) => [`cifar-10-batches-py/${name}`, dataBytes(`cifar-10-batches-py/${name}`)]),
    );
    put('python/cifar-10-python.tar.gz', gzipSync(tar(files)));
    const warnings: string[] = [];
    expect((await load('cifar-10', join(folder, 'python'), (text) => warnings.push(text))).digest).toBe(digest);
    expect(warnings).toEqual([expect.stringMatching(/not the official file \(md5 c58f30108f718f92721af3b95e74349a/)]);
    const [status] = datasetStatus(catalogueEntry('cifar-10') as never, join(folder, 'python'));
    expect(status).toMatchObject({ file: 'cifar-10-python.tar.gz', state: 'differs' });
  });

  it('has the fine labels of CIFAR-100', async () => {
    cpSync(dataFile('cifar-100-python'), join(folder, 'cifar-100-python'), { recursive: true });
    const { classes, train, test } = await load('cifar-100');
    expect([classes, [...train.labels], [...test.labels]]).toEqual([100, [99, 0], [99, 0]]);
    expect(train.images[1]).toBe((7 + 2 * 31) % 251);
  });
});
