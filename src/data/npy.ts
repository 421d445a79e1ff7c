import { InputError } from '../networks/errors.js';

/**
 * NumPy's `.npy` format: the magic bytes `\x93NUMPY`, a version, the length of a header, the header (a Python dictionary
 * with type, order and shape), then the values.
 */
export interface NpyArray {
  readonly shape: readonly number[];
  /** Values in C order; integers wider than 53 bits lose precision. */
  readonly values: Float32Array | Uint8Array | readonly number[];
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Encodes float32 values or bytes; the values begin at a multiple of 64. */
export function encodeNpy(shape: readonly number[], values: Float32Array | Uint8Array): Uint8Array {
  const type = values instanceof Float32Array ? '<f4' : '|u1';
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sides}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(length + values.byteLength);
  bytes.set([...MAGIC, 1, 0, (length - 10) & 255, (length - 10) >> 8]);
  bytes.set(new TextEncoder().encode(`${text.padEnd(length - 11)}\n`), 10);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), length);
  return bytes;
}

type Reader = readonly [bytes: number, read: (view: DataView, at: number) => number];

/** Types of number that are read, in NumPy's notation. */
const readers: Readonly<Record<string, Reader>> = {
  u1: [1, (view, at) => view.getUint8(at)],
  i1: [1, (view, at) => view.getInt8(at)],
  u2: [2, (view, at) => view.getUint16(at, true)],
  i2: [2, (view, at) => view.getInt16(at, true)],
  u4: [4, (view, at) => view.getUint32(at, true)],
  i4: [4, (view, at) => view.getInt32(at, true)],
  u8: [8, (view, at) => Number(view.getBigUint64(at, true))],
  i8: [8, (view, at) => Number(view.getBigInt64(at, true))],
  f4: [4, (view, at) => view.getFloat32(at, true)],
  f8: [8, (view, at) => view.getFloat64(at, true)],
};

/**
 * Decodes whole numbers and floats in C order, little-endian.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export function decodeNpy(bytes: Uint8Array, file: string): NpyArray {
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new InputError(`${file}: expected an array in NumPy's .npy format, found other bytes.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6] >= 2;
  const start = (wide ? 12 : 10) + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = new TextDecoder('latin1').decode(bytes.subarray(wide ? 12 : 10, start));
  const type = header.match(/'descr':\s*'([<>|=]?)([a-z]\d+)'/);
  const shape = header.match(/'shape':\s*\(([^)]*)\)/)?.[1];
  const reader = type ? readers[type[2]] : undefined;
  if (!type || shape === undefined || !reader || type[1] === '>' || /'fortran_order':\s*True/.test(header)) {
    throw new InputError(`${file}: expected little-endian numbers in C order, found ${header.trim()}.`);
  }
  const sides = shape.split(',').flatMap((side) => (side.trim() ? [Number(side)] : []));
  const count = sides.reduce((product, side) => product * side, 1);
  const [size, read] = reader;
  if (bytes.length - start !== count * size) {
    throw new InputError(
      `${file}: its header says ${count * size} bytes of values, found ${bytes.length - start}; it is truncated or damaged.`,
    );
  }
  if (type[2] === 'u1') return { shape: sides, values: bytes.subarray(start) };
  return { shape: sides, values: Array.from({ length: count }, (_, i) => read(view, start + i * size)) };
}
