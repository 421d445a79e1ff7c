import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dataFile } from '../../../test/fixtures/data-files.js';
import type { DataChoices } from '../../data/choices.js';
import { loadOwnData } from './own.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-own-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const at = (...parts: string[]) => join(folder, 'mine', ...parts);

function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), content);
}

/** A picture of 3 x 2 pixels, all the same. */
function paint(path: string, fill: number, channels: 1 | 2 | 3 | 4 = 1, depth: 8 | 16 = 8): void {
  const Values = depth === 8 ? Uint8Array : Uint16Array;
  put(path, encode({ width: 3, height: 2, channels, depth, data: new Values(6 * channels).fill(fill) }));
}

function both(parts: readonly string[] = ['train', 'test']): void {
  for (const part of parts) {
    paint(`${part}/cat/a.png`, 10);
    paint(`${part}/dog/a.png`, 20);
  }
}

async function own(choices: DataChoices = {}, path = at()) {
  const notes: string[] = [];
  const data = await loadOwnData({ path, choices, onNote: (text) => notes.push(text) });
  return { data, notes };
}

describe('a folder of images for each class', () => {
  it.each(['val', 'valid', 'validation'])('with a folder %s has a validation set of its own', async (name) => {
    both(['train', name, 'test']);
    paint(`${name}/dog/b.png`, 30);
    const { data, notes } = await own();
    expect(data.ownValidation).toBe(3);
    expect([...data.train.labels]).toEqual([0, 1, 0, 1, 1]);
    expect(data.train.images[4 * 6]).toBe(30);
    expect(notes).toEqual([]);
  });

  it('with two folders to validate with is refused', async () => {
    both(['train', 'val', 'valid', 'test']);
    await expect(own()).rejects.toThrow(/expected one folder to validate with; found val and valid/);
  });

  it('is the same whatever programs left behind in it, which is not even said', async () => {
    both();
    const { data } = await own();
    put('.DS_Store', 'x');
    put('train/.ipynb_checkpoints/a.png', 'x');
    put('test/__MACOSX/a.png', 'x');
    put('train/cat/._a.png', 'x');
    put('train/cat/Thumbs.db', 'x');
    put('train/cat/.ipynb_checkpoints/a-checkpoint.png', 'x');
    const found = await own();
    expect(found.data.digest).toBe(data.digest);
    expect(found.notes).toEqual([]);
  });

  it('with files and folders that are not used says so, once', async () => {
    both();
    for (const name of ['a.gif', 'b.bmp', 'c.webp']) {
      put(`train/cat/${name}`, 'x');
      put(`test/dog/${name}`, 'x');
    }
    paint('extra/cat/a.png', 1);
    put('labels.csv', 'x');
    const { data, notes } = await own();
    expect(data.train.count).toBe(2);
    expect(notes).toEqual([
      `${at()}: not used: extra, labels.csv.`,
      `${at()}: files that are no PNG or JPEG are not used: train/cat/a.gif, train/cat/b.bmp, train/cat/c.webp, test/dog/a.gif, test/dog/b.bmp and 1 others.`,
    ]);
  });

  it('follows links to folders and to files; a broken one is refused by name', async () => {
    both();
    const { data } = await own();
    for (const part of ['train', 'test']) {
      cpSync(at(part, 'dog'), join(folder, 'elsewhere', part, 'dog'), { recursive: true });
      rmSync(at(part, 'dog'), { recursive: true });
      symlinkSync(join(folder, 'elsewhere', part, 'dog'), at(part, 'dog'));
    }
    rmSync(at('train/cat/a.png'));
    symlinkSync(at('test/cat/a.png'), at('train/cat/a.png'));
    expect((await own()).data.digest).toBe(data.digest);
    symlinkSync(join(folder, 'nowhere'), at('train/cat/b.png'));
    await expect(own()).rejects.toThrow(/train.cat.b\.png is a link that leads nowhere/);
  });

  it('may hold JPEG files, grey or in colour', async () => {
    for (const part of ['train', 'test']) {
      for (const [name, file] of [
        ['cat', '420.jpg'],
        ['dog', '444.jpg'],
      ]) {
        mkdirSync(at(part, name), { recursive: true });
        cpSync(dataFile(file), at(part, name, 'a.JPEG'));
      }
    }
    const { data } = await own();
    expect([data.shape, data.train.images.length]).toEqual([{ channels: 3, height: 29, width: 37 }, 2 * 3 * 29 * 37]);
    cpSync(dataFile('grey.jpeg'), at('train/cat/b.jpeg'));
    await expect(own()).rejects.toThrow(
      /b\.jpeg: expected 37 x 29, 3 channels as the others; found 37 x 29, 1 channels/,
    );
  });

  it('of 16 bits becomes floats, by their range', async () => {
    for (const part of ['train', 'test']) {
      paint(`${part}/cat/a.png`, 1000, 1, 16);
      paint(`${part}/dog/a.png`, 4095, 1, 16);
    }
    const { data, notes } = await own();
    expect([data.train.images[0], data.train.images[6]]).toEqual([
      Math.fround(1000 / 65535),
      Math.fround(4095 / 65535),
    ]);
    expect(notes).toEqual([`${at()}: pixels of 16 bits are scaled from 0..65535, as floats.`]);
    expect((await own({ range: [0, 4095] })).data.train.images[6]).toBe(1);
    await expect(own({ range: [0, 4000] })).rejects.toThrow(
      /dog.a\.png: a pixel is 4095, and data\.range says \[0, 4000\]/,
    );
    // Among them one of 8 bits, on the same scale.
    paint('train/cat/b.png', 51);
    expect((await own()).data.train.images[6]).toBe(Math.fround(51 / 255));
  });

  it('with alpha: opaque is left out and said, else the person decides', async () => {
    for (const part of ['train', 'test']) {
      paint(`${part}/cat/a.png`, 255, 4);
      paint(`${part}/dog/a.png`, 255, 4);
    }
    const { data, notes } = await own();
    expect(data.shape.channels).toBe(3);
    expect(notes).toEqual([`${at()}: images have an alpha channel, which is opaque everywhere and left out.`]);
    paint('train/dog/a.png', 100, 4);
    await expect(own()).rejects.toThrow(
      /train.dog.a\.png: the pixel in row 0, column 0 is not opaque.*data\.transparency/,
    );
    const pixel = async (transparency: DataChoices['transparency']) =>
      (await own({ transparency })).data.train.images[18];
    expect(await pixel('ignore')).toBe(100);
    expect(await pixel('black')).toBe(Math.round((100 * 100) / 255));
    expect(await pixel('white')).toBe(Math.round((100 * 100 + 255 * 155) / 255));
  });

  it('is found from the home folder', async () => {
    both();
    vi.stubEnv('HOME', folder);
    vi.stubEnv('USERPROFILE', folder);
    expect((await own({}, '~/mine')).data.name).toBe('mine');
    await expect(own({}, '~/none')).rejects.toThrow(
      `${join(folder, 'none')}: expected an .npz file or a folder, found nothing`,
    );
  });
});
