import { sha256 as noble } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** SHA-256 of bytes, in hex. */
export type ByteHash = (bytes: Uint8Array) => string;

const everywhere: ByteHash = (bytes) => bytesToHex(noble(bytes));
let hash = everywhere;

/** SHA-256 in hex. */
export function sha256(bytes: Uint8Array): string {
  return hash(bytes);
}

/**
 * Has files checked by a faster SHA-256, where there is one: Node's own takes a tenth of the time.
 *
 * @throws Error when it is not SHA-256
 */
export function hashFilesWith(faster: ByteHash): void {
  for (const length of [0, 1, 63, 64, 1000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 7);
    if (faster(bytes) !== everywhere(bytes)) throw new Error('a hash that files are to be checked by is not SHA-256.');
  }
  hash = faster;
}
