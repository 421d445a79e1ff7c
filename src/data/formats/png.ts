import { type DecodedPng, decode } from 'fast-png';
import { InputError } from '../../networks/errors.js';
import { crc32 } from './crc32.js';
import { unzippedLength } from './deflate.js';
import { checkSize, type Picture, pictureOf } from './picture.js';

/** The chunks that an image is made of; others are left out, once their checksums tell that this is what they are. */
const NEEDED = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'];

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export const isPng = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, i) => bytes[i] === byte);

/** Values a pixel, by colour type: grey, colour, palette, grey and colour with alpha. */
const strides: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** The colour type of images whose pixels are places in a palette. */
const PALETTE = 3;

/** Where the seven passes of an interlaced image begin and how far their pixels are apart: column, row, columns, rows. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * Decodes a PNG image of any kind: grey or colour of 1 to 16 bits, with a palette (which becomes red, green and blue), with alpha.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export function decodePng(bytes: Uint8Array, file: string): Picture {
  const needed = neededOf(bytes, file);
  let image: DecodedPng;
  try {
    image = decode(needed, { checkCrc: true });
  } catch (error) {
    throw unreadable(file, (error as Error).message);
  }
  const { palette, transparency, channels, depth } = image;
  if (palette !== undefined) return fromPalette(image, palette, file);
  if (needed[25] === PALETTE) throw unreadable(file, 'it has no palette');
  const data = depth < 8 ? unpacked(image) : image.data;
  const colours = channels <= 2 ? 1 : 3;
  const picture = pictureOf(data as Uint8Array | Uint16Array, image, channels, colours, channels !== colours);
  const scaled =
    depth < 8 ? { ...picture, values: picture.values.map((value) => value * (255 / (2 ** depth - 1))) } : picture;
  if (transparency === undefined) return scaled;
  // One colour is transparent, all others are opaque.
  const area = image.width * image.height;
  const opaque = depth === 16 ? 65535 : 255;
  const isClear = (pixel: number) =>
    transparency.every((value, channel) => picture.values[channel * area + pixel] === value);
  const alpha = Uint16Array.from({ length: area }, (_, pixel) => (isClear(pixel) ? 0 : opaque));
  return { ...scaled, alpha };
}

const unreadable = (file: string, why: string) =>
  new InputError(`${file}: expected a PNG image, could not be read (${why}). Get it or save it again.`);

/** The file without what is not needed, once its header is known to be kept. */
function neededOf(bytes: Uint8Array, file: string): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isPng(bytes)) throw unreadable(file, 'it does not begin as one');
  const kept = [bytes.subarray(0, 8)];
  const data: Uint8Array[] = [];
  let expected = 0;
  let ended = false;
  for (let at = 8; !ended; ) {
    const length = at + 12 <= bytes.length ? view.getUint32(at) : Number.POSITIVE_INFINITY;
    if (at + 12 + length > bytes.length) throw unreadable(file, 'it is truncated');
    const name = new TextDecoder('latin1').decode(bytes.subarray(at + 4, at + 8));
    if (at === 8) {
      if (name !== 'IHDR' || length !== 13) throw unreadable(file, 'its header is missing');
      expected = unpackedLength(view, at + 8, file);
    }
    // A damaged name would have a chunk that is needed pass for one that is not.
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) {
      throw unreadable(file, `wrong checksum of chunk ${name}`);
    }
    // Of an image that is not made of its colours, a palette is advice to old screens.
    const isUsed = name !== 'PLTE' || bytes[25] === PALETTE;
    if (NEEDED.includes(name)) kept.push(...(isUsed ? [bytes.subarray(at, at + 12 + length)] : []));
    else if (/^[^a-z]/.test(name)) throw unreadable(file, `chunk ${name}, which is not known and needed to show it`);
    if (name === 'IDAT') data.push(bytes.subarray(at + 8, at + 8 + length));
    ended = name === 'IEND';
    at += 12 + length;
  }
  let found: number;
  try {
    found = unzippedLength(data, expected);
  } catch (error) {
    throw unreadable(file, (error as Error).message);
  }
  if (found !== expected) {
    throw unreadable(file, `its header promises ${expected} bytes, it has ${found > expected ? 'more' : found}`);
  }
  const all = new Uint8Array(kept.reduce((sum, piece) => sum + piece.length, 0));
  let next = 0;
  for (const piece of kept) {
    all.set(piece, next);
    next += piece.length;
  }
  return all;
}

/** How many bytes the rows of an image are, each with its filter. */
function unpackedLength(view: DataView, at: number, file: string): number {
  const [width, height] = [view.getUint32(at), view.getUint32(at + 4)];
  checkSize(width, height, file);
  const [depth, colour, interlaced] = [view.getUint8(at + 8), view.getUint8(at + 9), view.getUint8(at + 12)];
  if (strides[colour] === undefined) throw unreadable(file, `colour type ${colour}`);
  const rows = (columns: number, count: number) =>
    columns <= 0 || count <= 0 ? 0 : count * (1 + Math.ceil((columns * strides[colour] * depth) / 8));
  if (interlaced === 0) return rows(width, height);
  if (depth < 8) {
    throw new InputError(
      `${file}: interlaced, of ${depth} bits; expected 8 or 16 bits, or no interlacing. Save it without.`,
    );
  }
  const side = (length: number, first: number, step: number) => Math.ceil((length - first) / step);
  return PASSES.reduce((sum, [x, y, columns, lines]) => sum + rows(side(width, x, columns), side(height, y, lines)), 0);
}

/** Values of 1, 2 or 4 bits, of which a byte holds several; each row begins with a byte. */
function unpacked({ data, width, height, channels, depth }: DecodedPng): Uint8Array {
  const values = new Uint8Array(width * height * channels);
  const line = Math.ceil((width * channels * depth) / 8);
  for (let row = 0; row < height; row++) {
    for (let i = 0; i < width * channels; i++) {
      const bit = i * depth;
      const shift = 8 - depth - (bit & 7);
      values[row * width * channels + i] = (data[row * line + (bit >> 3)] >> shift) & (2 ** depth - 1);
    }
  }
  return values;
}

function fromPalette(image: DecodedPng, palette: readonly number[][], file: string): Picture {
  const places = image.depth < 8 ? unpacked(image) : image.data;
  const hasAlpha = palette[0]?.length === 4;
  const stride = hasAlpha ? 4 : 3;
  const colours = new Uint8Array(places.length * stride);
  for (let i = 0; i < places.length; i++) {
    const colour = palette[places[i]];
    if (colour === undefined) throw unreadable(file, `a pixel has colour ${places[i]} of ${palette.length}`);
    colours.set(colour, i * stride);
  }
  return pictureOf(colours, image, stride, 3, hasAlpha);
}
