import { InputError } from '../../networks/errors.js';

export type Numbers =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** An array as NumPy knows it. */
export interface NumberArray {
  readonly shape: readonly number[];
  readonly kind: 'bool' | 'integer' | 'float';
  /** In C order: the last index runs fastest. Integers of 64 bits are given as doubles, exact up to 2^53; bools as 0 and 1. */
  readonly values: Numbers;
}

interface NumberType {
  readonly kind: NumberArray['kind'];
  readonly size: number;
  readonly make: (count: number) => Numbers;
  readonly read: (view: DataView, at: number, little: boolean) => number;
}

const type = (kind: NumberArray['kind'], size: number, make: NumberType['make'], read: NumberType['read']) => ({
  kind,
  size,
  make,
  read,
});

/** Types of number that are read, in NumPy's notation. */
const types: Readonly<Record<string, NumberType>> = {
  b1: type(
    'bool',
    1,
    (n) => new Uint8Array(n),
    (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
  ),
  u1: type(
    'integer',
    1,
    (n) => new Uint8Array(n),
    (view, at) => view.getUint8(at),
  ),
  i1: type(
    'integer',
    1,
    (n) => new Int8Array(n),
    (view, at) => view.getInt8(at),
  ),
  u2: type(
    'integer',
    2,
    (n) => new Uint16Array(n),
    (view, at, little) => view.getUint16(at, little),
  ),
  i2: type(
    'integer',
    2,
    (n) => new Int16Array(n),
    (view, at, little) => view.getInt16(at, little),
  ),
  u4: type(
    'integer',
    4,
    (n) => new Uint32Array(n),
    (view, at, little) => view.getUint32(at, little),
  ),
  i4: type(
    'integer',
    4,
    (n) => new Int32Array(n),
    (view, at, little) => view.getInt32(at, little),
  ),
  u8: type(
    'integer',
    8,
    (n) => new Float64Array(n),
    (view, at, little) => Number(view.getBigUint64(at, little)),
  ),
  i8: type(
    'integer',
    8,
    (n) => new Float64Array(n),
    (view, at, little) => Number(view.getBigInt64(at, little)),
  ),
  f2: type(
    'float',
    2,
    (n) => new Float32Array(n),
    (view, at, little) => half(view.getUint16(at, little)),
  ),
  f4: type(
    'float',
    4,
    (n) => new Float32Array(n),
    (view, at, little) => view.getFloat32(at, little),
  ),
  f8: type(
    'float',
    8,
    (n) => new Float64Array(n),
    (view, at, little) => view.getFloat64(at, little),
  ),
};

/** IEEE 754's 16-bit float: a sign, five bits of exponent, ten of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction / 2 ** 24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** How an array of numbers lies in bytes. */
export interface NumberLayout {
  readonly shape: readonly number[];
  /** NumPy's notation, such as `<f4`. */
  readonly descr: string;
  readonly fortran: boolean;
  /** Bytes in all. */
  readonly size: number;
}

/**
 * How many bytes an array takes, and that it is one that is read.
 *
 * @throws InputError naming the file, what was found and what was expected
 */
export function numberLayout(descr: string, shape: readonly number[], fortran: boolean, file: string): NumberLayout {
  const known = types[descr.replace(/^[<>|=]/, '')];
  if (known === undefined) {
    const what = descr.includes('O') ? 'Python objects' : `type ${descr}`;
    throw new InputError(
      `${file}: expected numbers (bool, integers, or floats of 16, 32 or 64 bits); found ${what}. Convert them with astype, and save again.`,
    );
  }
  const size = shape.reduce((product, side) => product * side, known.size);
  if (shape.some((side) => !Number.isSafeInteger(side) || side < 0) || !Number.isSafeInteger(size)) {
    throw new InputError(`${file}: expected a shape of whole numbers; found (${shape.join(', ')}).`);
  }
  return { shape, descr, fortran, size };
}

/** Numbers from the bytes they lie in, of which there must be as many as the layout says. Bytes in C order are not copied. */
export function readNumbers({ shape, descr, fortran }: NumberLayout, bytes: Uint8Array): NumberArray {
  const { kind, size, make, read } = types[descr.replace(/^[<>|=]/, '')];
  if (kind === 'integer' && size === 1 && descr.endsWith('u1') && !fortran) return { shape, kind, values: bytes };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = make(bytes.length / size);
  const little = !descr.startsWith('>');
  for (let i = 0; i < values.length; i++) values[i] = read(view, i * size, little);
  return { shape, kind, values: fortran ? lastIndexFastest(values, shape) : values };
}

/** Values whose first index runs fastest (Fortran), so that the last one does (C). */
function lastIndexFastest(values: Numbers, shape: readonly number[]): Numbers {
  const sorted = values.slice();
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((product, side) => product * side, 1));
  const place = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < sorted.length; to++) {
    sorted[to] = values[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++place[axis] < shape[axis]) break;
      from -= steps[axis] * shape[axis];
      place[axis] = 0;
    }
  }
  return sorted;
}
