import { Inflate, Unzlib } from 'fflate';
import { InputError } from '../../networks/errors.js';

/** The most bytes that one byte of deflate can stand for: what promises more is damaged, or made to fill the memory. */
export const DEFLATE_LIMIT = 1032;

/**
 * That compressed bytes can hold what a header promises.
 *
 * @throws InputError naming the file, what was promised and what there is
 */
export function checkPromise(promised: number, compressed: number, file: string): void {
  if (promised > DEFLATE_LIMIT * compressed) {
    throw new InputError(
      `${file}: its header promises ${promised} bytes, which ${compressed} compressed bytes cannot hold; it is damaged, or made to fill the memory. Get it again.`,
    );
  }
}

/** Compressed bytes are given to the stream in pieces of this size, so that what a piece becomes fits a megabyte or two. */
const PIECE = 1024;

/** The first bytes of a deflated stream, at least `limit` of them where it has as many. */
export function firstInflated(compressed: Uint8Array, limit: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const stream = new Inflate((piece) => {
    pieces.push(piece);
    length += piece.length;
  });
  for (let at = 0; at < compressed.length && length < limit; at += PIECE) {
    stream.push(compressed.subarray(at, at + PIECE), at + PIECE >= compressed.length);
  }
  const all = new Uint8Array(length);
  let next = 0;
  for (const piece of pieces) {
    all.set(piece, next);
    next += piece.length;
  }
  return all;
}

/** How many bytes a zlib stream becomes; unpacking ends once they are more than `most`. @throws when it is damaged or cut off */
export function unzippedLength(pieces: readonly Uint8Array[], most: number): number {
  let length = 0;
  const stream = new Unzlib((piece) => {
    length += piece.length;
  });
  for (const bytes of pieces) {
    for (let at = 0; at < bytes.length && length <= most; at += PIECE) stream.push(bytes.subarray(at, at + PIECE));
  }
  if (length <= most) stream.push(new Uint8Array(0), true);
  return length;
}
