import decode, { init } from '@jsquash/jpeg/decode.js';
import { InputError } from '../../networks/errors.js';
import type { JpegDecoder } from './jpeg-signature.js';
import { checkSize, pictureOf } from './picture.js';

/**
 * A decoder of JPEG images: libjpeg compiled to WebAssembly, so that the same file becomes the same values everywhere, those of
 * libjpeg-turbo among them, which Pillow uses.
 *
 * @param module of `@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm`
 */
export async function jpegDecoder(module: WebAssembly.Module): Promise<JpegDecoder> {
  // What libjpeg says of a file that is not as it should be, where it goes on with what it has.
  let complaints: string[] = [];
  const options = { printErr: (text: string) => void complaints.push(text) };
  await (init as (module: WebAssembly.Module, options: object) => Promise<void>)(module, options);
  return async (bytes, file) => {
    const { width, height, components } = frameOf(bytes, file);
    checkSize(width, height, file);
    if (components !== 1 && components !== 3) {
      throw new InputError(
        `${file}: expected a grey or RGB image; found ${components} channels, such as CMYK. Convert it.`,
      );
    }
    complaints = [];
    let image: ImageData | undefined;
    try {
      image = await decode(bytes as unknown as ArrayBuffer);
    } catch (error) {
      if (complaints.length === 0) complaints.push((error as Error).message);
    }
    if (image === undefined || complaints.length > 0) throw unreadable(file, complaints.join('; '));
    return pictureOf(image.data, image, 4, components, false);
  };
}

const unreadable = (file: string, why: string) =>
  new InputError(`${file}: expected a JPEG image, could not be read (${why}). Get it or save it again.`);

/** Size and number of channels, from the segment that begins the frame. */
function frameOf(bytes: Uint8Array, file: string) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 10 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1];
    // Any number of bytes FF may stand before a marker.
    if (marker === 0xff) at++;
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), components: bytes[at + 9] };
    } else at += 2 + view.getUint16(at + 2);
  }
  throw unreadable(file, 'it has no frame');
}
