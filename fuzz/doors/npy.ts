import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { decodeNpy } from '../../src/data/formats/npy.js';
import { mustBeRead } from '../compare.js';
import { type Attempt, admitted, Fault, type OpenDoor } from '../door.js';
import { hostileNumbers, mutated, mutations } from '../mutations.js';

const name = 'an-array.npy';
const types = ['|b1', '|u1', '|i1', '<u2', '>i2', '<u4', '>i4', '<u8', '>i8', '<f2', '>f4', '<f4', '<f8', '>f8'];

/** An `.npy` file of whatever is said of it. */
export function npyFile(header: string, version: number, content: Uint8Array): Uint8Array {
  const text = Buffer.from(`${header}\n`, 'latin1');
  const head = Buffer.alloc(version === 1 ? 10 : 12);
  head.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  if (version === 1) head.writeUInt16LE(text.length & 0xffff, 8);
  else head.writeUInt32LE(text.length, 8);
  return new Uint8Array(Buffer.concat([head, text, content]));
}

const side = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 5 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom(...hostileNumbers).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('-1', '2.5', '1e1', '0x10', '3L', 'nan', 'True', '00', '1_0', ' ', '+2', '- 1'),
  },
);

/** Headers as NumPy writes them, and as nobody does. */
export const npyHeader = fc
  .record({
    descr: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...types) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'O',
          '<c8',
          '<U3',
          '|S4',
          '<f16',
          'f4',
          'u1',
          '=i4',
          '<M8[D]',
          '|f4',
          '<<f4',
          '>u1',
          '',
        ),
      },
    ),
    fortran: fc.constantFrom('True', 'False', 'False', '0', 'None'),
    sides: fc.array(side, { maxLength: 4 }),
    quote: fc.constantFrom("'", "'", '"'),
    more: fc.constantFrom('', '', '', ", 'shape': (1,)", ", 'other': (1,)", ',,', '}'),
  })
  .map(({ descr, fortran, sides, quote: q, more }) => {
    const shape = sides.length === 1 ? `${sides[0]},` : sides.join(', ');
    return {
      descr,
      sides,
      text: `{${q}descr${q}: ${q}${descr}${q}, ${q}fortran_order${q}: ${fortran}, ${q}shape${q}: (${shape})${more}, }`,
    };
  });

/** Files that are what they say, or nearly. */
export const npyBytes: fc.Arbitrary<Uint8Array> = fc
  .record({
    header: npyHeader,
    version: fc.constantFrom(1, 1, 1, 2, 3, 0, 4),
    spaces: fc.nat(20),
    off: fc.constantFrom(0, 0, 0, 0, 0, 1, -1),
    seed: fc.nat(255),
  })
  .map(({ header: { descr, sides, text }, version, spaces, off, seed }) => {
    const count = sides.reduce((product, one) => product * Number(one), 1);
    const size = count * Number(descr.replace(/\D/g, '') || 1) + off;
    const length = size >= 0 && size <= 100_000 ? size : 8;
    const content = Uint8Array.from({ length }, (_, i) => (seed + i * 37) & 255);
    return npyFile(text + ' '.repeat(spaces), version, content);
  });

/** Arrays of NumPy, decoded in memory; what is read is what NumPy reads, where it is there. */
export const openNpy: OpenDoor = ({ folder, reference }) => {
  const path = join(folder, 'array.npy');
  const attempts = fc
    .record({ bytes: npyBytes, changes: fc.oneof(fc.constant([]), mutations) })
    .map(({ bytes, changes }): Attempt => {
      const hostile = mutated(bytes, changes);
      return {
        files: new Map([[name, hostile]]),
        run: async () => {
          const found = await admitted(() => decodeNpy(hostile, name), name);
          if (found === undefined) return 'refused';
          const { shape, values } = found.value;
          if (shape.reduce((product, one) => product * one, 1) !== values.length) {
            throw new Fault(`shape (${shape}) and ${values.length} values`);
          }
          if (reference !== undefined) {
            writeFileSync(path, hostile);
            mustBeRead(new Map([['', found.value]]), await reference.read('npy', path));
          }
          return 'accepted';
        },
      };
    });
  return { name: 'npy', what: 'arrays of NumPy', attempts };
};
