import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Mask, Tensors } from '../networks/network.js';

/**
 * SHA-256 in hex over named arrays, independent of any file format: for each, in the order of the map, its name, a zero
 * byte, its length in bytes as 32-bit little-endian, and its bytes, floats little-endian.
 */
function arraysDigest(arrays: Iterable<readonly [string, Float32Array | Uint8Array]>): string {
  const hash = sha256.create();
  for (const [name, values] of arrays) {
    hash.update(utf8ToBytes(name));
    const head = new Uint8Array(5);
    new DataView(head.buffer).setUint32(1, values.byteLength, true);
    hash.update(head);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return bytesToHex(hash.digest());
}

export const tensorsDigest = (tensors: Tensors): string => arraysDigest(tensors);

export const maskDigest = (mask: Mask): string => arraysDigest(mask);
