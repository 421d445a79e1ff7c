import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { decodeNpz, encodeNpz, openNpz } from '../../src/data/formats/npz.js';
import type { NumberArray } from '../../src/data/formats/numbers.js';
import { datasetFromNpz } from '../../src/data/from-npz.js';
import { InputError } from '../../src/networks/errors.js';
import { mustBeRead } from '../compare.js';
import { type Attempt, admitted, mustEqual, type OpenDoor } from '../door.js';
import { mutated, mutations } from '../mutations.js';
import { fixture } from '../places.js';
import { npyBytes } from './npy.js';

const name = 'some.npz';

/** Every array that is read. */
function arraysOf(bytes: Uint8Array): Map<string, NumberArray> {
  const archive = openNpz(bytes, name);
  const found = new Map<string, NumberArray>();
  for (const array of archive.names) {
    try {
      found.set(array, archive.read(array));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
  return found;
}

/** A data set of a few images, as `np.savez` writes it. */
const made = encodeNpz(
  new Map(
    Object.entries({ train: 4, val: 2, test: 3 }).flatMap(([part, count]) => [
      [`x_${part}`, { shape: [count, 3, 2], values: Uint8Array.from({ length: count * 6 }, (_, i) => (i * 41) & 255) }],
      [`y_${part}`, { shape: [count], values: Uint8Array.from({ length: count }, (_, i) => i % 2) }],
    ]),
  ),
);

/**
 * Data sets in one archive. Damage to the archive must be found, since all its content has checksums; an archive that is whole may
 * hold any arrays, and those that are read are what NumPy reads.
 */
export const openNpzDoor: OpenDoor = ({ folder, reference }) => {
  const path = join(folder, 'some.npz');
  const bases = [made, ...['medmnist', 'bytes', 'floats', 'halves', 'bool'].map((file) => fixture(`${file}.npz`))];
  const wholes = bases.map((bytes) => datasetFromNpz(bytes, name));
  const damaged = fc
    .record({ which: fc.nat(bases.length - 1), changes: mutations })
    .map(({ which, changes }): Attempt => {
      const bytes = mutated(bases[which], changes);
      return {
        files: new Map([[name, bytes]]),
        run: async () => {
          const found = await admitted(() => datasetFromNpz(bytes, name), name);
          if (found === undefined) return 'refused';
          mustEqual(found.value.digest, wholes[which].digest, 'the data set of a damaged archive');
          return 'accepted';
        },
      };
    });
  const arrays = ['x_train', 'y_train', 'x_test', 'y_test', 'x_val', 'y_val'] as const;
  const whole = fc
    .record({
      deflated: fc.boolean(),
      files: fc.record(Object.fromEntries(arrays.map((array) => [array, npyBytes])), {
        requiredKeys: ['x_train', 'y_train'],
      }),
      extra: fc.option(fc.string({ maxLength: 8, unit: 'binary' }), { nil: undefined }),
      valid: fc.oneof({ weight: 3, arbitrary: fc.constant([...arrays]) }, fc.subarray([...arrays])),
      changes: fc.option(fc.record({ array: fc.constantFrom(...arrays), list: mutations }), { nil: undefined }),
    })
    .map(({ deflated, files, extra, valid, changes }): Attempt => {
      const parts = decodeNpz(made, name);
      const content = new Map<string, Uint8Array>(Object.entries(files as Record<string, Uint8Array>));
      for (const array of valid) {
        const { shape, values } = parts.get(array) as NumberArray;
        content.set(array, encodeNpyOf(shape, values as Uint8Array));
      }
      const target = changes && content.get(changes.array);
      if (changes && target) content.set(changes.array, mutated(target, changes.list));
      if (extra !== undefined) content.set(extra, new Uint8Array(3));
      const bytes = zipSync(Object.fromEntries([...content].map(([array, inner]) => [`${array}.npy`, inner])), {
        level: deflated ? 6 : 0,
      });
      return {
        files: new Map([[name, bytes]]),
        run: async () => {
          const found = await admitted(() => datasetFromNpz(bytes, name), name);
          if (reference !== undefined) {
            writeFileSync(path, bytes);
            const read = await admitted(() => arraysOf(bytes), name);
            if (read !== undefined) mustBeRead(read.value, await reference.read('npz', path));
          }
          return found === undefined ? 'refused' : 'accepted';
        },
      };
    });
  return { name: 'npz', what: 'data sets of NumPy arrays', attempts: fc.oneof(damaged, whole) };
};

const encodeNpyOf = (shape: readonly number[], values: Uint8Array): Uint8Array => {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${sides}), }\n`;
  return new Uint8Array(
    Buffer.concat([Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length, 0]), Buffer.from(text), values]),
  );
};
