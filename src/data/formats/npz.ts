import { type Zippable, zipSync } from 'fflate';
import { InputError } from '../../networks/errors.js';
import { decodeNpy, encodeNpy, NPY_HEADER_LIMIT, readNpyHeader } from './npy.js';
import type { NumberArray } from './numbers.js';
import { firstOfEntry, readZip, unpackEntry } from './zip.js';

/** Archives carry this date, so that the same tensors give the same bytes. */
const DATE = '1980-01-01T00:00:00';

/** NumPy's `.npz`: a zip archive with an `.npy` file for each array. */
export function encodeNpz(
  tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array | Uint8Array }>,
): Uint8Array {
  const files: Zippable = {};
  for (const [name, { shape, values }] of tensors) files[`${name}.npy`] = encodeNpy(shape, values);
  return zipSync(files, { mtime: DATE, level: 6 });
}

/** An archive whose arrays are unpacked when they are asked for: others may hold anything. */
export interface Npz {
  readonly names: readonly string[];
  /** @throws InputError naming the file and the array, what was expected and what was found */
  read(name: string): NumberArray;
}

/** @throws InputError naming the file, what was expected and what was found */
export function openNpz(bytes: Uint8Array, file: string): Npz {
  const entries = new Map(readZip(bytes, file).map((entry) => [entry.name.replace(/\.npy$/, ''), entry]));
  return {
    names: [...entries.keys()],
    read(name) {
      const entry = entries.get(name);
      if (entry === undefined) throw new InputError(`${file}: expected an array ${name}; found none.`);
      const what = `${file}: ${name}`;
      const { start, size } = readNpyHeader(firstOfEntry(entry, NPY_HEADER_LIMIT, file), what);
      if (entry.size !== start + size) {
        throw new InputError(
          `${what}: its header says ${size} bytes of values, the archive ${entry.size - start}; it is truncated or damaged.`,
        );
      }
      return decodeNpy(unpackEntry(entry, file), what);
    },
  };
}

/**
 * All arrays of an archive.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export function decodeNpz(bytes: Uint8Array, file: string): Map<string, NumberArray> {
  const archive = openNpz(bytes, file);
  return new Map(archive.names.map((name) => [name, archive.read(name)]));
}
