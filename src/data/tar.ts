import { InputError } from '../networks/errors.js';

const BLOCK = 512;

const text = (bytes: Uint8Array): string => {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
};

/**
 * The plain files of a tar archive (POSIX ustar) by name, as views into it.
 *
 * @param path what errors call the archive
 * @throws InputError when a header's checksum is wrong, or the archive ends inside a file
 */
export function readTar(archive: Uint8Array, path: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return files;
    const stated = Number.parseInt(text(header.subarray(148, 156)), 8);
    // The checksum counts itself as spaces.
    let sum = 8 * 32;
    header.forEach((byte, i) => {
      if (i < 148 || i >= 156) sum += byte;
    });
    if (sum !== stated) {
      throw new InputError(
        `${path}: expected a tar archive; the header at byte ${at} has checksum ${stated}, which should be ${sum}.`,
      );
    }
    const size = Number.parseInt(text(header.subarray(124, 136)), 8);
    const prefix = text(header.subarray(345, 500));
    const name = (prefix ? `${prefix}/` : '') + text(header.subarray(0, 100));
    at += BLOCK;
    if (!Number.isSafeInteger(size) || size < 0 || at + size > archive.length) {
      throw new InputError(`${path}: the archive ends inside ${name}: expected ${size} bytes from ${at} on.`);
    }
    const type = header[156];
    if (type === 0 || type === 0x30) files.set(name, archive.subarray(at, at + size));
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
