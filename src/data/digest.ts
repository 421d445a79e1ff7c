import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Dataset } from './dataset.js';

/**
 * SHA-256 in hex of a data set's content: a line of text with shape, classes and counts, what of it is not bytes, and the
 * size of a validation set of its own; then images and labels of the training set and of the test set, little-endian. The
 * name is not part of it.
 */
export function datasetDigest({ shape, classes, train, test, ownValidation }: Omit<Dataset, 'digest'>): string {
  const head = [
    `lottery dataset 1 ${shape.channels} ${shape.height} ${shape.width} ${classes} ${train.count} ${test.count}`,
    ...(train.images instanceof Float32Array ? ['float32'] : []),
    ...(train.labels instanceof Uint16Array ? ['labels of 16 bits'] : []),
    ...(ownValidation === undefined ? [] : [`validation ${ownValidation}`]),
  ].join(' ');
  const hash = sha256.create().update(utf8ToBytes(`${head}\n`));
  for (const split of [train, test]) hash.update(bytesOf(split.images)).update(bytesOf(split.labels));
  return bytesToHex(hash.digest());
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength);
