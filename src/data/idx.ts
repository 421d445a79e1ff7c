import { InputError } from '../networks/errors.js';

/**
 * The IDX format of MNIST and Fashion-MNIST: a big-endian word `0x000008DD`, in which 08 says unsigned bytes and DD how
 * many dimensions there are; a word for each dimension; then the bytes.
 */
function decode(
  bytes: Uint8Array,
  file: string,
  dimensions: number,
  what: string,
): { sizes: number[]; data: Uint8Array } {
  const head = 4 + 4 * dimensions;
  if (bytes.length < head) {
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
  const expected = sizes.reduce((product, size) => product * size, 1);
  const found = bytes.length - head;
  if (found !== expected) {
    throw new InputError(
      `${file}: its header says ${sizes.join(' x ')}, which is ${expected} bytes of ${what}; found ${found}. The file is ${found < expected ? 'truncated' : 'longer than it says'}; get it again.`,
    );
  }
  return { sizes, data: bytes.subarray(head) };
}

/**
 * Decodes IDX3 images.
 *
 * @returns `[count][height][width]` bytes
 * @throws InputError naming the file, what was expected and what was found
 */
export function decodeIdxImages(bytes: Uint8Array, file: string) {
  const { sizes, data } = decode(bytes, file, 3, 'images');
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
  const { data } = decode(bytes, file, 1, 'labels');
  const wrong = data.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new InputError(`${file}: label ${wrong} is ${data[wrong]}; expected 0 to ${classes - 1}.`);
  }
  return data;
}
