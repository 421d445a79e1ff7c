/** A damaged or hostile file: whoever reads it says which one. */
export class BadBytes extends Error {}

/**
 * Unpacks Snappy's raw format: a length, then literals and copies of what came before. Never more than the length that is expected.
 *
 * @throws BadBytes when the bytes are not of that format, or become another number of bytes
 */
export function unpackSnappy(packed: Uint8Array, length: number): Uint8Array {
  let at = 0;
  const next = (count: number): number => {
    if (at + count > packed.length) throw new BadBytes('it ends too soon');
    let value = 0;
    for (let i = 0; i < count; i++) value += packed[at++] * 2 ** (8 * i);
    return value;
  };
  let stated = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = next(1);
    stated += (byte & 127) * 2 ** shift;
    if (byte < 128) break;
    if (shift > 28) throw new BadBytes('its length is too long');
  }
  // A copy of 64 bytes takes three.
  if (stated !== length || length > 32 * packed.length) throw new BadBytes('its length is another');
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (at < packed.length) {
    const tag = next(1);
    const kind = tag & 3;
    let size = (tag >> 2) + 1;
    let back = 0;
    if (kind === 0) {
      if (size > 60) size = next(size - 60) + 1;
      if (at + size > packed.length) throw new BadBytes('it ends too soon');
    } else if (kind === 1) {
      size = ((tag >> 2) & 7) + 4;
      back = next(1) + (tag >> 5) * 256;
    } else back = next(kind === 2 ? 2 : 4);
    if (filled + size > length || back > filled || (kind !== 0 && back === 0)) throw new BadBytes('it points outside');
    if (kind === 0) {
      bytes.set(packed.subarray(at, at + size), filled);
      at += size;
    } else for (let i = 0; i < size; i++) bytes[filled + i] = bytes[filled + i - back];
    filled += size;
  }
  if (filled !== length) throw new BadBytes('it ends too soon');
  return bytes;
}
