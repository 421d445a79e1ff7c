import { InputError } from '../../networks/errors.js';
import type { DataChoices } from '../choices.js';

/** An image file, decoded. */
export interface Picture {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Bits of a value: of 16 they are words. What has fewer than 8 is scaled to bytes. */
  readonly depth: 8 | 16;
  /** `[channel][row][column]`. */
  readonly values: Uint8Array | Uint16Array;
  /** How opaque each pixel is, `[row][column]`; absent where the file does not say. */
  readonly alpha?: Uint8Array | Uint16Array | undefined;
}

/** As many pixels as an image may have: no network here takes more, and a file that promises them may be made to fill the memory. */
export const MOST_PIXELS = 1 << 26;

/** @throws InputError when an image has more pixels than any may have, or none */
export function checkSize(width: number, height: number, file: string): void {
  if (width > 0 && height > 0 && width * height <= MOST_PIXELS) return;
  throw new InputError(
    `${file}: expected an image of 1 to ${MOST_PIXELS} pixels; its header says ${width} x ${height}.`,
  );
}

/**
 * A picture of values whose channels stand side by side.
 *
 * @param stride values a pixel
 * @param hasAlpha whether the last of them is how opaque it is
 */
export function pictureOf(
  data: Uint8Array | Uint8ClampedArray | Uint16Array,
  { width, height }: { readonly width: number; readonly height: number },
  stride: number,
  channels: number,
  hasAlpha: boolean,
): Picture {
  const area = width * height;
  const plane = (channel: number, into: Uint8Array | Uint16Array) => {
    for (let to = 0, from = channel; to < area; to++, from += stride) into[to] = data[from];
    return into;
  };
  const make = (length: number) => (data instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length));
  const values = make(area * channels);
  for (let channel = 0; channel < channels; channel++) {
    plane(channel, values.subarray(channel * area, (channel + 1) * area));
  }
  const alpha = hasAlpha ? plane(channels, make(area)) : undefined;
  return { channels, height, width, depth: data instanceof Uint16Array ? 16 : 8, values, alpha };
}

/**
 * A picture without transparency: what is opaque everywhere stays as it is, else the person decides.
 *
 * @throws InputError naming the setting that decides, where it is not set
 */
export function withoutAlpha(picture: Picture, { transparency }: DataChoices, file: string): Picture {
  const { alpha, values, depth, ...sides } = picture;
  const opaque = depth === 16 ? 65535 : 255;
  const place = alpha?.findIndex((value) => value !== opaque) ?? -1;
  if (alpha === undefined || place < 0 || transparency === 'ignore') return { ...sides, depth, values };
  if (transparency === undefined) {
    throw new InputError(
      `${file}: the pixel in row ${Math.floor(place / sides.width)}, column ${place % sides.width} is not opaque (alpha ${alpha[place]} of ${opaque}). Set data.transparency to ignore (colours as they are stored), black or white (what shows through), such as data.transparency: white.`,
    );
  }
  const behind = transparency === 'white' ? opaque : 0;
  const area = alpha.length;
  const seen = values.map((value, i) => {
    const share = alpha[i % area];
    return Math.floor((value * share + behind * (opaque - share)) / opaque + 0.5);
  });
  return { ...sides, depth, values: seen };
}
