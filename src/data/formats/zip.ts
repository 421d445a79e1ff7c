import { inflateSync } from 'fflate';
import { InputError } from '../../networks/errors.js';
import { crc32 } from './crc32.js';
import { checkPromise, firstInflated } from './deflate.js';

/** A file in a zip archive, as the archive's directory describes it. */
export interface ZipEntry {
  readonly name: string;
  readonly deflated: boolean;
  readonly crc: number;
  /** Of the file, unpacked, as the directory says. */
  readonly size: number;
  /** As it lies in the archive. */
  readonly packed: Uint8Array;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
/** A number that stands in the entry's 64-bit extra field instead. */
const ELSEWHERE = 0xffffffff;

/*
 * Why not a library: fflate checks no CRC32 and no name, and unpacks whole files at once, while NumPy checks both, and what a header
 * promises has to be known before anything is unpacked. fflate inflates here all the same.
 */

/** What an archive is read as, for messages. */
export interface ZipKind {
  readonly expected: string;
  /** How its files may be packed. */
  readonly packed: string;
}

const npz: ZipKind = {
  expected: 'an .npz archive, which is a zip file',
  packed: 'stored or deflated, as np.savez and np.savez_compressed write it',
};

/**
 * The directory of a zip archive (PKWARE's APPNOTE 6.3), 64-bit sizes included. Nothing is unpacked.
 *
 * @param kind default: NumPy's
 * @throws InputError naming the file, what was expected and what was found
 */
export function readZip(bytes: Uint8Array, file: string, kind = npz): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return directoryOf(bytes, view, file, kind);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(`${file}: its directory points outside the file; it is truncated or damaged. Get it again.`);
  }
}

function directoryOf(bytes: Uint8Array, view: DataView, file: string, kind: ZipKind): ZipEntry[] {
  let end = bytes.length - 22;
  const earliest = Math.max(0, end - 65535);
  while (end >= earliest && view.getUint32(end, true) !== END) end--;
  if (end < earliest) {
    throw new InputError(
      `${file}: expected ${kind.expected}; found no directory at its end. It is another file, or truncated.`,
    );
  }
  let count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  let stop = end;
  if (end >= 20 && view.getUint32(end - 20, true) === LOCATOR_64) {
    const end64 = number64(view, end - 20 + 8);
    if (view.getUint32(end64, true) !== END_64) throw new RangeError('no 64-bit directory');
    count = number64(view, end64 + 32);
    at = number64(view, end64 + 48);
    stop = end64;
  }
  const entries: ZipEntry[] = [];
  for (let i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== CENTRAL) throw new RangeError('no entry');
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const method = view.getUint16(at + 10, true);
    const encrypted = (view.getUint16(at + 8, true) & 1) === 1;
    if (encrypted || (method !== 0 && method !== 8)) {
      throw new InputError(
        `${file}: ${name} is ${encrypted ? 'encrypted' : `compressed by method ${method}`}; expected it ${kind.packed}.`,
      );
    }
    const [size, packed, offset] = wideNumbers(view, at, nameLength, extraLength);
    if (view.getUint32(offset, true) !== LOCAL) throw new RangeError('no local header');
    const ownLength = view.getUint16(offset + 26, true);
    const own = new TextDecoder().decode(bytes.subarray(offset + 30, offset + 30 + ownLength));
    // Names have no checksum: under a damaged one an array would pass for another, or be left out.
    if (own !== name) {
      throw new InputError(
        `${file}: its directory lists ${name} where ${own.slice(0, 80)} lies; it is damaged. Get it again.`,
      );
    }
    const start = offset + 30 + ownLength + view.getUint16(offset + 28, true);
    if (start + packed > bytes.length) throw new RangeError('past the end');
    const content = bytes.subarray(start, start + packed);
    entries.push({ name, deflated: method === 8, crc: view.getUint32(at + 16, true), size, packed: content });
    at += 46 + nameLength + extraLength + view.getUint16(at + 32, true);
  }
  if (at !== stop) {
    throw new InputError(
      `${file}: its directory says that it holds ${count} files, and does not end after them; it is damaged. Get it again.`,
    );
  }
  return entries;
}

/** Size, packed size and offset of an entry, of which those that do not fit 32 bits stand in an extra field, in this order. */
function wideNumbers(view: DataView, at: number, nameLength: number, extraLength: number): number[] {
  const numbers = [24, 20, 42].map((field) => view.getUint32(at + field, true));
  const first = at + 46 + nameLength;
  for (let extra = first; extra + 4 <= first + extraLength; extra += 4 + view.getUint16(extra + 2, true)) {
    if (view.getUint16(extra, true) !== 1) continue;
    let next = extra + 4;
    for (let i = 0; i < 3; i++) {
      if (numbers[i] !== ELSEWHERE) continue;
      numbers[i] = number64(view, next);
      next += 8;
    }
  }
  return numbers;
}

/** @throws RangeError for what no file is as large as */
function number64(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw new RangeError('too large');
  return value;
}

/** The first bytes of a file in an archive, at least `limit` of them where it has as many. */
export function firstOfEntry({ deflated, packed, name }: ZipEntry, limit: number, file: string): Uint8Array {
  if (!deflated) return packed.subarray(0, limit);
  try {
    return firstInflated(packed, limit);
  } catch (error) {
    throw damaged(`${file}: ${name}`, (error as Error).message);
  }
}

/**
 * Unpacks a file of an archive into as many bytes as the directory says.
 *
 * @throws InputError when its checksum differs
 */
export function unpackEntry({ deflated, packed, name, size, crc }: ZipEntry, file: string): Uint8Array {
  let content = packed;
  if (deflated) {
    checkPromise(size, packed.length, `${file}: ${name}`);
    try {
      content = inflateSync(packed, { out: new Uint8Array(size) });
    } catch (error) {
      throw damaged(`${file}: ${name}`, (error as Error).message);
    }
  }
  if (content.length !== size) throw damaged(`${file}: ${name}`, `${content.length} bytes instead of ${size}`);
  const found = crc32(content);
  if (found !== crc) throw damaged(`${file}: ${name}`, `checksum ${found.toString(16)} instead of ${crc.toString(16)}`);
  return content;
}

const damaged = (what: string, why: string) =>
  new InputError(`${what} does not unpack as its archive says (${why}); it is damaged. Get it again.`);
