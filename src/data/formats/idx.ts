import { InputError } from '../../networks/errors.js';

/** What an IDX file says that it holds. */
export interface IdxHeader {
  readonly sizes: readonly number[];
  /** Where the values begin. */
  readonly start: number;
  /** Bytes in all, the header among them. */
  readonly length: number;
}

const dimensionsOf = { images: 3, labels: 1 } as const;

/** As many bytes as the header of images takes. */
export const IDX_HEADER = 16;

/**
 * Reads the header of the IDX format of MNIST and Fashion-MNIST: a big-endian word `0x000008DD`, in which 08 says unsigned bytes and
 * DD how many dimensions there are; then a word for each dimension.
 *
 * @param bytes the file's first ones, or all
 * @throws InputError naming the file, what was expected and what was found
 */
export function readIdxHeader(bytes: Uint8Array, file: string, what: 'images' | 'labels'): IdxHeader {
  const dimensions = dimensionsOf[what];
  const start = 4 + 4 * dimensions;
  if (bytes.length < start) {
    throw new InputError(
      `${file}: expected ${what} in IDX format, found a file of ${bytes.length} bytes, shorter than its header.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  if (magic !== 0x800 + dimensions) {
    const found = magic.toString(16).padStart(8, '0');
    throw new InputError(
      `${file}: expected ${what} in IDX format, which begin with 0000080${dimensions}; found ${found}. Is it another file, or still compressed?`,
    );
  }
  const sizes = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const size = sizes.reduce((product, side) => product * side, 1);
  if (size === 0) {
    throw new InputError(`${file}: its header says ${sizes.join(' x ')}, so that it is empty; expected ${what} in it.`);
  }
  return { sizes, start, length: start + size };
}

function decode(bytes: Uint8Array, file: string, what: 'images' | 'labels') {
  const { sizes, start, length } = readIdxHeader(bytes, file, what);
  if (bytes.length !== length) {
    const found =
      bytes.length < length
        ? `found ${bytes.length - start}. The file is truncated`
        : 'found more. The file is longer than it says';
    throw new InputError(
      `${file}: its header says ${sizes.join(' x ')}, which is ${length - start} bytes of ${what}; ${found}; get it again.`,
    );
  }
  return { sizes, data: bytes.subarray(start) };
}

/**
 * Decodes IDX3 images.
 *
 * @returns `[count][height][width]` bytes
 * @throws InputError naming the file, what was expected and what was found
 */
export function decodeIdxImages(bytes: Uint8Array, file: string) {
  const { sizes, data } = decode(bytes, file, 'images');
  const [count, height, width] = sizes;
  return { count, height, width, images: data };
}

/**
 * Decodes IDX1 labels.
 *
 * @param classes every label must lie below
 * @throws InputError naming the file, what was expected and what was found
 */
export function decodeIdxLabels(bytes: Uint8Array, file: string, classes: number): Uint8Array {
  const { data } = decode(bytes, file, 'labels');
  const wrong = data.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new InputError(`${file}: label ${wrong} is ${data[wrong]}; expected 0 to ${classes - 1}.`);
  }
  return data;
}
