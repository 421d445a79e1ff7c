import fc from 'fast-check';
import { decodeIdxImages, decodeIdxLabels } from '../../src/data/formats/idx.js';
import { type Attempt, admitted, Fault, mustEqual, type OpenDoor } from '../door.js';
import { mutated, mutations } from '../mutations.js';

const name = 'images-idx';

/** An IDX file of bytes, which count up from a number. */
export function idxFile(sides: readonly number[], first = 0, below = 256): Uint8Array {
  const size = sides.reduce((product, side) => product * side, 1);
  const head = new DataView(new ArrayBuffer(4 + 4 * sides.length));
  head.setUint32(0, 0x800 + sides.length);
  for (const [i, side] of sides.entries()) head.setUint32(4 + 4 * i, side);
  const values = Uint8Array.from({ length: size }, (_, i) => (first + i * 7) % below);
  return new Uint8Array(Buffer.concat([new Uint8Array(head.buffer), values]));
}

/** A second reading: sides and values, or undefined where the file is not what its header says. */
export function readIdx(bytes: Uint8Array): { sides: number[]; values: Uint8Array } | undefined {
  const buffer = Buffer.from(bytes);
  if (buffer.length < 4 || buffer[0] !== 0 || buffer[1] !== 0 || buffer[2] !== 8) return undefined;
  const start = 4 + 4 * buffer[3];
  if (buffer.length < start) return undefined;
  const sides = Array.from({ length: buffer[3] }, (_, i) => buffer.readUInt32BE(4 + 4 * i));
  const size = sides.reduce((product, side) => product * BigInt(side), 1n);
  return BigInt(buffer.length - start) === size ? { sides, values: new Uint8Array(buffer.subarray(start)) } : undefined;
}

/** Files of images and of labels, decoded in memory. */
export const openIdx: OpenDoor = () => {
  const attempts = fc
    .record({
      sides: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })),
      first: fc.nat(255),
      labels: fc.boolean(),
      changes: mutations,
    })
    .map(({ sides, first, labels, changes }): Attempt => {
      const bytes = mutated(labels ? idxFile([sides[0]], first, 10) : idxFile(sides, first), changes);
      return {
        files: new Map([[name, bytes]]),
        run: async () => {
          const found = await admitted<{ values: Uint8Array; sides: number[] }>(() => {
            if (labels) {
              const values = decodeIdxLabels(bytes, name, 10);
              return { values, sides: [values.length] };
            }
            const { images, count, height, width } = decodeIdxImages(bytes, name);
            return { values: images, sides: [count, height, width] };
          }, name);
          if (found === undefined) return 'refused';
          const expected = readIdx(bytes);
          if (expected === undefined) throw new Fault('read, and its size is not that of its header');
          mustEqual(found.value.sides, expected.sides, 'its sides');
          mustEqual(found.value.values, expected.values, 'its values');
          if (labels && found.value.values.some((label) => label > 9)) throw new Fault('a label above 9 was read');
          return 'accepted';
        },
      };
    });
  return { name: 'idx', what: 'IDX files of images and of labels', attempts };
};
