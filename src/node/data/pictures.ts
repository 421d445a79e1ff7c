import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isJpeg, type JpegDecoder } from '../../data/formats/jpeg-signature.js';
import type { Picture } from '../../data/formats/picture.js';
import { decodePng, isPng } from '../../data/formats/png.js';
import { InputError } from '../../networks/errors.js';

let decoder: Promise<JpegDecoder> | undefined;

/** The decoder of JPEG images, compiled when the first one is met. */
function decodeJpegs(): Promise<JpegDecoder> {
  decoder ??= (async () => {
    const path = createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm');
    const { jpegDecoder } = await import('../../data/formats/jpeg.js');
    return jpegDecoder(new WebAssembly.Module(readFileSync(path)));
  })();
  return decoder;
}

/** Whether a file is read, by its name. */
export const isPictureName = (name: string): boolean => /\.(png|jpe?g)$/i.test(name);

/**
 * Reads an image file, by what it begins with, whatever its name ends in.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export async function readPicture(path: string): Promise<Picture> {
  const bytes = readFileSync(path);
  if (isPng(bytes)) return decodePng(bytes, path);
  if (isJpeg(bytes)) return (await decodeJpegs())(bytes, path);
  throw new InputError(`${path}: expected a PNG or JPEG image, could not be read as either. Get it or save it again.`);
}
