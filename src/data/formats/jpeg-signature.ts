import type { Picture } from './picture.js';

/** Apart from the decoder, which is large and only loaded where there is a JPEG. */
export const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

/** Decodes a JPEG image. @throws InputError naming the file, what was expected and what was found */
export type JpegDecoder = (bytes: Uint8Array, file: string) => Promise<Picture>;
