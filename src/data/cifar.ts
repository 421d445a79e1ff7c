import { InputError } from '../networks/errors.js';
import type { ImageSplit } from './dataset.js';

/** Images of CIFAR: red, green and blue planes of 32 x 32. */
export const cifarShape = { channels: 3, height: 32, width: 32 } as const;
const IMAGE_BYTES = 3 * 32 * 32;

/**
 * Decodes files of CIFAR's binary form (Krizhevsky 2009) into one split. A record is its label bytes, of which the last is
 * the class (CIFAR-100 has the coarse label before the fine one), and 3,072 bytes of red, green and blue planes.
 *
 * @param files in their order, each with the path that errors name
 * @throws InputError when a file does not hold whole records, or a label is out of range
 */
export function decodeCifar(
  files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
  labelBytes: 1 | 2,
  classes: number,
): ImageSplit {
  const record = labelBytes + IMAGE_BYTES;
  for (const { path, bytes } of files) {
    if (bytes.length === 0 || bytes.length % record !== 0) {
      throw new InputError(`${path}: expected records of ${record} bytes each; found ${bytes.length} bytes in all.`);
    }
  }
  const count = files.reduce((sum, { bytes }) => sum + bytes.length / record, 0);
  const images = new Uint8Array(count * IMAGE_BYTES);
  const labels = new Uint8Array(count);
  let next = 0;
  for (const { path, bytes } of files) {
    for (let at = 0; at < bytes.length; at += record, next++) {
      const label = bytes[at + labelBytes - 1];
      if (label >= classes) {
        throw new InputError(`${path}: expected labels from 0 to ${classes - 1}; record ${at / record} has ${label}.`);
      }
      labels[next] = label;
      images.set(bytes.subarray(at + labelBytes, at + record), next * IMAGE_BYTES);
    }
  }
  return { images, labels, count };
}
