import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { zlibSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataBytes, dataFile, expectedData } from '../../../test/fixtures/data-files.js';
import type { DataChoices } from '../../data/choices.js';
import { crc32 } from '../../data/formats/crc32.js';
import { withoutAlpha } from '../../data/formats/picture.js';
import { readPicture } from './pictures.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-pictures-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function written(name: string, bytes: Uint8Array): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

describe('images', () => {
  const cases = Object.entries(expectedData.pictures).flatMap(([name, { shape, values }]) =>
    Object.entries(values).map(([how, pixels]) => ({ name, how, shape, pixels })),
  );

  it('of every kind are compared', () => {
    expect(Object.keys(expectedData.pictures)).toHaveLength(21);
  });

  it.each(cases)('$name is read as Pillow reads it, $how', async ({ name, how, shape, pixels }) => {
    const whole = await readPicture(dataFile(name));
    const choices = how === 'opaque' ? {} : { transparency: how as DataChoices['transparency'] };
    const { channels, height, width, values } = withoutAlpha(whole, choices, name);
    expect([channels, height, width]).toEqual(shape);
    expect([...values]).toEqual(pixels);
  });

  it('with a pixel that is not opaque need a choice', async () => {
    const picture = await readPicture(dataFile('rgba.png'));
    expect(() => withoutAlpha(picture, {}, 'rgba.png')).toThrow(
      /rgba\.png: the pixel in row 0, column 0 is not opaque \(alpha 0 of 255\)\. Set data\.transparency to ignore .*data\.transparency: white/,
    );
    const opaque = await readPicture(dataFile('rgba-opaque.png'));
    expect(withoutAlpha(opaque, {}, 'a').channels).toBe(3);
  });

  it('of 16 bits in colour are read whole', async () => {
    const data = Uint16Array.from({ length: 18 }, (_, i) => i * 3001);
    const path = written('wide.png', encode({ width: 3, height: 2, channels: 3, depth: 16, data }));
    const { depth, values } = await readPicture(path);
    expect(depth).toBe(16);
    expect([...values].slice(0, 7)).toEqual([0, 9003, 18006, 27009, 36012, 45015, 3001]);
  });

  it('are known by their content, whatever their name ends in', async () => {
    const path = written('really-a-png.jpg', dataBytes('rgb8.png'));
    expect((await readPicture(path)).channels).toBe(3);
    await expect(readPicture(written('none.png', new Uint8Array(50)))).rejects.toThrow(
      /none\.png: expected a PNG or JPEG/,
    );
  });
});

/** A PNG of grey bytes whose header and content need not agree. */
function png(width: number, height: number, rows: Uint8Array): Uint8Array {
  const chunk = (name: string, content: Uint8Array) => {
    const whole = new Uint8Array(12 + content.length);
    const view = new DataView(whole.buffer);
    view.setUint32(0, content.length);
    whole.set(new TextEncoder().encode(name), 4);
    whole.set(content, 8);
    view.setUint32(8 + content.length, crc32(whole.subarray(4, 8 + content.length)));
    return whole;
  };
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header[8] = 8;
  const parts = [chunk('IHDR', header), chunk('IDAT', zlibSync(rows, { level: 9 })), chunk('IEND', new Uint8Array(0))];
  return Buffer.concat([dataBytes('grey8.png').subarray(0, 8), ...parts]);
}

/** One bit a pixel, in passes. */
function interlacedBits(): Uint8Array {
  const bytes = dataBytes('grey1.png').with(28, 1);
  new DataView(bytes.buffer).setUint32(29, crc32(bytes.subarray(12, 29)));
  return bytes;
}

/** Chunks of one image put into another, before its data. */
function withChunks(name: string, from: string, kinds: readonly string[]): Uint8Array {
  const [bytes, source] = [dataBytes(name), dataBytes(from)].map((content) => Buffer.from(content));
  const chunks = kinds.map((kind) => {
    const at = source.indexOf(kind) - 4;
    return source.subarray(at, at + 12 + source.readUInt32BE(at));
  });
  const at = bytes.indexOf('IDAT') - 4;
  return new Uint8Array(Buffer.concat([bytes.subarray(0, at), ...chunks, bytes.subarray(at)]));
}

describe('a palette', () => {
  it('in an image that is not made of its colours is passed over', async () => {
    for (const name of ['rgb8.png', 'rgba.png']) {
      const path = written('advice.png', withChunks(name, 'palette8.png', ['PLTE']));
      expect(await readPicture(path)).toEqual(await readPicture(dataFile(name)));
    }
  });

  it('is needed by one that is', async () => {
    const bytes = Buffer.from(dataBytes('palette8.png'));
    const at = bytes.indexOf('PLTE') - 4;
    const without = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 12 + bytes.readUInt32BE(at))]);
    await expect(readPicture(written('none.png', without))).rejects.toThrow(/none\.png: .*could not be read/);
  });
});

/** An image with a transparent colour, under another name of the chunk that says so. */
function renamed(isWhole: boolean): Uint8Array {
  const bytes = dataBytes('palette-clear.png');
  const at = Buffer.from(bytes).indexOf('tRNS');
  bytes[at] = (isWhole ? 'U' : 'u').charCodeAt(0);
  const view = new DataView(bytes.buffer);
  const end = at + 4 + view.getUint32(at - 4);
  if (isWhole) view.setUint32(end, crc32(bytes.subarray(at, end)));
  return bytes;
}

describe('a PNG that is not as it should be is refused, naming the file', () => {
  const whole = dataBytes('rgb8.png');
  it.each<[string, Uint8Array, RegExp]>([
    [
      'a wrong checksum of its data',
      whole.with(45, whole[45] ^ 1),
      /bad\.png: expected a PNG image, could not be read/,
    ],
    ['a wrong checksum of its header', whole.with(29, whole[29] ^ 1), /bad\.png: .*wrong checksum of chunk IHDR/],
    ['its end cut off', whole.subarray(0, whole.length - 5), /bad\.png: .*it is truncated/],
    [
      'a damaged name of the chunk that makes a colour clear',
      renamed(false),
      /bad\.png: .*wrong checksum of chunk uRNS/,
    ],
    ['a chunk that is needed and not known', renamed(true), /bad\.png: .*chunk URNS, which is not known and needed/],
    ['too few rows', png(3, 3, new Uint8Array(8)), /its header promises 12 bytes, it has 8/],
    ['rows without end', png(3, 3, new Uint8Array(20_000_000)), /its header promises 12 bytes, it has more/],
    [
      'more pixels than any',
      png(60_000, 60_000, new Uint8Array(9)),
      /expected an image of 1 to 67108864 pixels; its header says 60000 x 60000/,
    ],
    ['interlaced bits', interlacedBits(), /interlaced, of 1 bits; expected 8 or 16 bits, or no interlacing/],
    ['no pixels', png(0, 3, new Uint8Array(3)), /its header says 0 x 3/],
  ])('%s', async (_what, bytes, message) => {
    await expect(readPicture(written('bad.png', bytes))).rejects.toThrow(message);
  });
});

describe('a JPEG that is not as it should be is refused, naming the file', () => {
  const whole = dataBytes('420.jpg');
  it.each<[string, Uint8Array, RegExp]>([
    ['CMYK', dataBytes('cmyk.jpg'), /bad\.jpg: expected a grey or RGB image; found 4 channels/],
    [
      'its end cut off',
      whole.subarray(0, whole.length - 100),
      /bad\.jpg: expected a JPEG image, could not be read \(Premature end/,
    ],
    ['all but its head cut off', whole.subarray(0, 60), /bad\.jpg: .*it has no frame/],
  ])('%s', async (_what, bytes, message) => {
    await expect(readPicture(written('bad.jpg', bytes))).rejects.toThrow(message);
    // The decoder goes on as before.
    expect((await readPicture(dataFile('grey.jpeg'))).channels).toBe(1);
  });
});
