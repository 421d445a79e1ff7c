import { InputError } from '../../networks/errors.js';
import { joined } from '../arrays/assemble.js';
import type { ImageSplit } from '../dataset.js';
import { PickledArray, readPickle } from './pickle.js';

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

/**
 * Decodes files of CIFAR for Python: pickles of a dictionary with the images' bytes, in the same order as in the binary form, and
 * a list of their labels.
 *
 * @param files in their order, each with the path that errors name
 * @param labels the key of the labels
 * @throws InputError when a file holds something else, or a label is out of range
 */
export function decodePickledCifar(
  files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
  labels: string,
  classes: number,
): ImageSplit {
  const parts = files.map(({ path, bytes }) => {
    const content = readPickle(bytes, path);
    const pixels = content instanceof Map ? content.get('data') : undefined;
    const list = content instanceof Map ? content.get(labels) : undefined;
    const array = pixels instanceof PickledArray ? pixels.read() : undefined;
    if (!Array.isArray(list) || array === undefined || array.shape.length !== 2 || array.shape[1] !== IMAGE_BYTES) {
      const keys = content instanceof Map ? [...content.keys()].join(', ') : 'no dictionary';
      throw new InputError(
        `${path}: expected a dictionary with data, n x ${IMAGE_BYTES} bytes, and a list ${labels}; found ${keys || 'an empty one'}${array === undefined ? '' : `, data of shape ${array.shape.join(' x ')}`}.`,
      );
    }
    if (!(array.values instanceof Uint8Array) || list.length !== array.shape[0] || list.length === 0) {
      throw new InputError(
        `${path}: expected as many ${labels} as images of bytes, and some; found ${list.length} and ${array.shape[0]}.`,
      );
    }
    const wrong = list.findIndex(
      (label) => !(Number.isInteger(label) && (label as number) >= 0 && (label as number) < classes),
    );
    if (wrong >= 0) {
      throw new InputError(
        `${path}: expected ${labels} from 0 to ${classes - 1}; number ${wrong} is ${String(list[wrong])}.`,
      );
    }
    return { images: array.values, labels: Uint8Array.from(list as number[]) };
  });
  const joinedLabels = joined(parts.map((part) => part.labels));
  return { images: joined(parts.map((part) => part.images)), labels: joinedLabels, count: joinedLabels.length };
}
