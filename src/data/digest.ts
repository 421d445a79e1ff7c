import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Dataset } from './dataset.js';

/**
 * SHA-256 in hex of a data set's content: a line of text with shape, classes and counts, then images and labels of the
 * training set and of the test set. The name is not part of it.
 */
export function datasetDigest({ shape, classes, train, test }: Omit<Dataset, 'digest'>): string {
  const head = `lottery dataset 1 ${shape.channels} ${shape.height} ${shape.width} ${classes} ${train.count} ${test.count}\n`;
  const hash = sha256.create().update(utf8ToBytes(head));
  for (const split of [train, test]) hash.update(bytesOf(split.images)).update(bytesOf(split.labels));
  return bytesToHex(hash.digest());
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength);
