import { constants, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { crc32 } from '../../src/data/formats/crc32.js';
import { decodePng } from '../../src/data/formats/png.js';
import { type Attempt, admitted, Fault, mustEqual, type OpenDoor } from '../door.js';
import { mutated, mutations } from '../mutations.js';
import { fixture } from '../places.js';

const name = 'an-image.png';
const files = [
  'grey-clear grey1 grey16-interlaced grey16 grey2 grey4 grey8 la narrow-interlaced palette-clear palette1 palette4 palette8',
  'rgb8-interlaced rgb8 rgba-opaque rgba',
]
  .join(' ')
  .split(' ');

interface Chunk {
  readonly kind: string;
  readonly content: Uint8Array;
}

function chunksOf(bytes: Uint8Array): Chunk[] {
  const buffer = Buffer.from(bytes);
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= buffer.length; ) {
    const end = at + 8 + buffer.readUInt32BE(at);
    chunks.push({
      kind: buffer.toString('latin1', at + 4, at + 8),
      content: new Uint8Array(buffer.subarray(at + 8, end)),
    });
    at = end + 4;
  }
  return chunks;
}

/** A file of chunks, with right lengths and checksums. */
function fileOf(chunks: readonly Chunk[]): Uint8Array {
  const parts = chunks.flatMap(({ kind, content }) => {
    const named = Buffer.concat([Buffer.from(kind, 'latin1'), content]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    sum.writeUInt32BE(crc32(named));
    return [length, named, sum];
  });
  return new Uint8Array(Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...parts]));
}

/**
 * A second reading, by the standard: the values of an image that is not interlaced and has no palette, its alpha among them; undefined
 * for all others.
 */
function valuesOf(chunks: readonly Chunk[]): number[] | undefined {
  const head = Buffer.from(chunks[0].content);
  const [width, height, depth, colour] = [head.readUInt32BE(0), head.readUInt32BE(4), head[8], head[9]];
  if (colour === 3 || head[12] !== 0) return undefined;
  const stride = { 0: 1, 2: 3, 4: 2, 6: 4 }[colour] as number;
  const packed = Buffer.concat(chunks.filter(({ kind }) => kind === 'IDAT').map(({ content }) => content));
  // As images are read everywhere, without the checksum of the whole stream: each chunk has its own.
  const rows = inflateRawSync(packed.subarray(2), { finishFlush: constants.Z_SYNC_FLUSH });
  const line = Math.ceil((width * stride * depth) / 8);
  const left = Math.max(1, (stride * depth) / 8);
  const lines: number[][] = [];
  for (let row = 0; row < height; row++) {
    const at = row * (line + 1);
    const own: number[] = [];
    for (let i = 0; i < line; i++) {
      const a = own[i - left] ?? 0;
      const b = lines[row - 1]?.[i] ?? 0;
      const c = i < left ? 0 : (lines[row - 1]?.[i - left] ?? 0);
      const p = a + b - c;
      const distances = [a, b, c].map((value) => Math.abs(p - value));
      const paeth = [a, b, c][distances.indexOf(Math.min(...distances))];
      const added = [0, a, b, (a + b) >> 1, paeth][rows[at]];
      if (added === undefined) throw new Fault(`a row with filter ${rows[at]} was read`);
      own.push((rows[at + 1 + i] + added) & 255);
    }
    lines.push(own);
  }
  const planes: number[][] = Array.from({ length: stride }, () => []);
  for (const own of lines) {
    for (let i = 0; i < width * stride; i++) {
      const bit = i * depth;
      let value = depth === 16 ? own[2 * i] * 256 + own[2 * i + 1] : own[bit >> 3];
      if (depth < 8) value = ((value >> (8 - depth - (bit & 7))) & (2 ** depth - 1)) * (255 / (2 ** depth - 1));
      planes[i % stride].push(value);
    }
  }
  return planes.flat();
}

/**
 * Images. Damage must be found, since every chunk has a checksum; one that is whole and says anything is read as a second reader
 * reads it.
 */
export const openPng: OpenDoor = () => {
  const bases = files.map((file) => fixture(`${file}.png`));
  const wholes = bases.map((bytes) => decodePng(bytes, name));
  const plain = ({ channels, height, width, depth, values, alpha }: (typeof wholes)[number]) => ({
    sides: [channels, height, width, depth],
    values: [...values],
    alpha: [...(alpha ?? [])],
  });
  const which = fc.nat(files.length - 1);
  const damaged = fc.record({ which, changes: mutations }).map(({ which, changes }): Attempt => {
    const bytes = mutated(bases[which], changes);
    return {
      files: new Map([[name, bytes]]),
      run: async () => {
        const found = await admitted(() => decodePng(bytes, name), name);
        if (found === undefined) return 'refused';
        mustEqual(plain(found.value), plain(wholes[which]), `a damaged ${files[which]}.png`);
        return 'accepted';
      },
    };
  });
  const hostile = fc
    .record({
      which,
      chunk: fc.nat(20),
      changes: mutations,
      order: fc.option(fc.tuple(fc.nat(20), fc.nat(20)), { nil: undefined, freq: 4 }),
      drop: fc.option(fc.nat(20), { nil: undefined, freq: 6 }),
    })
    .map(({ which, chunk, changes, order, drop }): Attempt => {
      const chunks = chunksOf(bases[which]);
      const target = chunk % chunks.length;
      chunks[target] = { ...chunks[target], content: mutated(chunks[target].content, changes) };
      if (order !== undefined) {
        const [one, other] = order.map((place) => place % chunks.length);
        [chunks[one], chunks[other]] = [chunks[other], chunks[one]];
      }
      if (drop !== undefined) chunks.splice(drop % chunks.length, 1);
      const bytes = fileOf(chunks);
      return {
        files: new Map([[name, bytes]]),
        run: async () => {
          const found = await admitted(() => decodePng(bytes, name), name);
          if (found === undefined) return 'refused';
          const { values, alpha, channels, height, width } = found.value;
          if (values.length !== channels * height * width)
            throw new Fault('values that are not as many as its sides say');
          const head = Buffer.from(chunks[0].content);
          mustEqual([width, height], [head.readUInt32BE(0), head.readUInt32BE(4)], 'its sides');
          const expected = valuesOf(chunks);
          const isClear = chunks.some(({ kind }) => kind === 'tRNS');
          if (expected !== undefined) mustEqual([...values, ...(isClear ? [] : (alpha ?? []))], expected, 'its values');
          return 'accepted';
        },
      };
    });
  return { name: 'png', what: 'PNG images', attempts: fc.oneof(damaged, hostile) };
};
