import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { checkPromise } from '../../data/formats/deflate.js';
import { InputError } from '../../networks/errors.js';

/** The bytes of a file as they come, unpacked where it is compressed. @throws InputError where it does not unpack */
export async function* contentOf(path: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path);
  if (!path.endsWith('.gz')) {
    yield* file;
    return;
  }
  const unpacked = createGunzip();
  file.on('error', (error) => unpacked.destroy(error));
  try {
    yield* file.pipe(unpacked);
  } catch (error) {
    throw new InputError(
      `${path}: expected a gzip file, but it does not decompress (${(error as Error).message}). Get it again.`,
    );
  } finally {
    file.destroy();
    unpacked.destroy();
  }
}

/** The first bytes of a file, unpacked: `length` of them, or as many as there are. */
export async function firstBytes(path: string, length: number): Promise<Uint8Array> {
  const head = new Uint8Array(length);
  let filled = 0;
  for await (const chunk of contentOf(path)) {
    const piece = chunk.subarray(0, length - filled);
    head.set(piece, filled);
    filled += piece.length;
    if (filled === length) break;
  }
  return head.subarray(0, filled);
}

/**
 * The bytes of a file, unpacked, as many as it promises and no more: one beyond them ends the reading.
 *
 * @param promised how many bytes its header says there are
 * @returns the bytes; one more than promised where there are more
 * @throws InputError where so many cannot be in the file
 */
export async function readPromised(path: string, promised: number): Promise<Uint8Array> {
  const { size } = statSync(path);
  if (path.endsWith('.gz')) checkPromise(promised, size, path);
  const bytes = new Uint8Array(path.endsWith('.gz') ? promised + 1 : Math.min(promised + 1, size));
  let filled = 0;
  for await (const chunk of contentOf(path)) {
    const piece = chunk.subarray(0, bytes.length - filled);
    bytes.set(piece, filled);
    filled += piece.length;
    if (filled > promised) break;
  }
  return bytes.subarray(0, filled);
}

/** How many bytes a compressed file says at its end that it becomes; the size of one that is not compressed. */
export function sizeOf(path: string): number {
  const { size } = statSync(path);
  if (!path.endsWith('.gz') || size < 18) return size;
  const file = openSync(path, 'r');
  try {
    const last = Buffer.alloc(4);
    readSync(file, last, 0, 4, size - 4);
    return last.readUInt32LE();
  } finally {
    closeSync(file);
  }
}
