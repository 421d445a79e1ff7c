/** Colours as numbers, for scales from one to another and for text that stays readable on them. */

export type Colour = readonly [red: number, green: number, blue: number];

/** A colour between two, by a share from 0 to 1. */
export const mix = (a: Colour, b: Colour, share: number): Colour => {
  const channel = (i: 0 | 1 | 2) => Math.round(a[i] + (b[i] - a[i]) * Math.min(1, Math.max(0, share)));
  return [channel(0), channel(1), channel(2)];
};

export const css = (colour: Colour) => `rgb(${colour.join(',')})`;

/** Relative luminance after the Web Content Accessibility Guidelines, 0 for black, 1 for white. */
export function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Black or white, whichever contrasts more with the ground. */
export const inkOn = (ground: Colour) => (luminance(ground) > 0.179 ? '#111' : '#fff');

export const WHITE: Colour = [255, 255, 255];
export const BLUE: Colour = [8, 64, 129];
export const ORANGE: Colour = [166, 74, 0];
export const PALE: Colour = [240, 246, 252];
