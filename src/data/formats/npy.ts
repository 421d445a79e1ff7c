import { InputError } from '../../networks/errors.js';
import { type NumberArray, type NumberLayout, numberLayout, readNumbers } from './numbers.js';

/*
 * NumPy's `.npy` format: the magic bytes `\x93NUMPY`, a version, the length of a header, the header (a Python dictionary
 * with type, order and shape), then the values.
 */

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

/** What an `.npy` file says that it holds. */
export interface NpyHeader extends NumberLayout {
  /** Where the values begin. */
  readonly start: number;
}

/** As many bytes as any header that is read has. NumPy itself refuses longer ones. */
export const NPY_HEADER_LIMIT = 12 + 10_000;

/**
 * Reads the header of an `.npy` file.
 *
 * @param bytes the file's first ones, `NPY_HEADER_LIMIT` of them or the whole file
 * @throws InputError naming the file, what was expected and what was found
 */
export function readNpyHeader(bytes: Uint8Array, file: string): NpyHeader {
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new InputError(`${file}: expected an array in NumPy's .npy format, found other bytes.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6] >= 2;
  const start = (wide ? 12 : 10) + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (bytes[6] < 1 || bytes[6] > 3 || bytes[7] !== 0 || start > bytes.length) {
    throw new InputError(
      `${file}: expected a header of .npy version 1, 2 or 3, whole; found version ${bytes[6]}.${bytes[7]} and a header of ${start} bytes.`,
    );
  }
  const text = new TextDecoder('latin1').decode(bytes.subarray(wide ? 12 : 10, start));
  const { descr, fortran_order: fortran, shape, ...others } = fieldsOf(text);
  if (typeof shape === 'string') {
    throw new InputError(`${file}: expected a shape of whole numbers; found ${shape.slice(0, 200)}.`);
  }
  const isWhole = typeof descr === 'string' && typeof fortran === 'boolean' && Array.isArray(shape);
  if (!isWhole || Object.keys(others).length > 0) {
    throw new InputError(
      `${file}: expected a header such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 2)}; found ${text.trim().slice(0, 200)}.`,
    );
  }
  return { ...numberLayout(descr, shape, fortran, file), start };
}

/**
 * A field of the header's dictionary: a name, and a string, a truth value, or something in brackets; then a comma, perhaps. White space
 * is what Python takes for it.
 */
const FIELD =
  /[ \t\f\r\n]*(?:'(\w+)'|"(\w+)")[ \t\f\r\n]*:[ \t\f\r\n]*(?:'([^']*)'|"([^"]*)"|(True|False)|\(([^()]*)\))[ \t\f\r\n]*(?:,[ \t\f\r\n]*|$)/y;

/** Fields of a header; an empty object where it is not written as NumPy writes it. */
function fieldsOf(text: string): Record<string, string | boolean | number[]> {
  const inner = /^[ \t\f\r\n]*\{(.*)\}[ \t\f\r\n]*$/s.exec(text)?.[1];
  // Of no class, since a file may call a field `__proto__`.
  const fields: Record<string, string | boolean | number[]> = Object.create(null);
  if (inner === undefined) return fields;
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < inner.length) {
    const match = FIELD.exec(inner);
    if (match === null) return {};
    const [, name = match[2], , word = match[4], , truth, sides] = match;
    // NumPy writes each once; of two, one may be nothing that it reads.
    if (Object.hasOwn(fields, name)) return {};
    if (word !== undefined) fields[name] = word;
    else if (truth !== undefined) fields[name] = truth === 'True';
    else fields[name] = shapeOf(sides) ?? `(${sides.trim()})`;
  }
  return fields;
}

/**
 * The sides in brackets, a tuple of whole numbers as Python writes it: a comma after each but the last of several, and Python 2 wrote an
 * L after some.
 *
 * @returns undefined where they are no such tuple
 */
function shapeOf(text: string): number[] | undefined {
  const sides = text.split(',').map((side) => side.replace(/^[ \t\f\r\n]+|[ \t\f\r\n]+$/g, ''));
  if (sides.length === 1) return sides[0] === '' ? [] : undefined;
  if (sides.at(-1) === '') sides.pop();
  return sides.every((side) => /^(0|[1-9]\d*)L?$/.test(side))
    ? sides.map((side) => Number.parseInt(side, 10))
    : undefined;
}

/**
 * Decodes an `.npy` file of numbers of any type and order.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export function decodeNpy(bytes: Uint8Array, file: string): NumberArray {
  const header = readNpyHeader(bytes, file);
  const found = bytes.length - header.start;
  if (found !== header.size) {
    throw new InputError(
      `${file}: its header says ${header.size} bytes of values, found ${found}; it is truncated or damaged.`,
    );
  }
  return readNumbers(header, bytes.subarray(header.start));
}
