import { InputError } from '../../networks/errors.js';
import type { DataChoices } from '../choices.js';
import type { NumberArray, Numbers } from '../formats/numbers.js';

/** Pixels as they were stored, of one part of the data. */
export interface RawPixels {
  readonly kind: NumberArray['kind'];
  readonly values: Numbers;
  /** What errors call a value at a place. */
  readonly nameOf: (index: number) => string;
}

export type Pixels = Uint8Array | Float32Array;

/** The span of all pixels, and whether all of them are whole numbers. */
interface Span {
  readonly low: number;
  readonly high: number;
  readonly isWhole: boolean;
}

/** @throws InputError when a pixel is no number */
function spanOf(parts: readonly RawPixels[]): Span {
  let [low, high, isWhole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for (const { kind, values, nameOf } of parts) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value < low) low = value;
      if (value > high) high = value;
      if (kind !== 'float') continue;
      if (!Number.isFinite(value)) {
        throw new InputError(`${nameOf(i)} is ${value}; expected numbers in all pixels.`);
      }
      isWhole &&= value === Math.trunc(value);
    }
  }
  return { low, high, isWhole };
}

/**
 * Pixels as they are trained on. Those of all parts are judged together, so that they are treated alike: whole numbers from 0 to
 * 255 are bytes, and stay what they are; all others become floats of which 0 .. 1 is the usual range.
 *
 * @param onNote told what was done where anything was
 * @throws InputError saying what was found where only the person knows what it means
 */
export function scalePixels(
  parts: readonly RawPixels[],
  { range }: DataChoices,
  what: string,
  onNote: (text: string) => void,
): Pixels[] {
  if (range !== undefined) return inRange(parts, range, what);
  if (parts.every(({ kind }) => kind === 'bool')) {
    onNote(`${what}: pixels are true and false; they become 255 and 0.`);
    return parts.map(({ values }) => Uint8Array.from(values, (value) => value * 255));
  }
  const { low, high, isWhole } = spanOf(parts);
  const isFloat = parts.some(({ kind }) => kind === 'float');
  if (low >= 0 && high <= 1 && isFloat) {
    onNote(`${what}: pixels are scaled from 0..1, as floats.`);
    return parts.map(({ values }) => (values instanceof Float32Array ? values : Float32Array.from(values)));
  }
  // Fractions that end a little above 1 are neither of 0..1 nor, most likely, of 0..255.
  const isBetween = !isWhole && high < 2;
  if (low >= 0 && high <= 255 && !isBetween) {
    if (!isWhole) {
      onNote(`${what}: pixels are scaled from 0..255, as floats, since there are fractions among them.`);
      return parts.map(({ values }) => Float32Array.from(values, (value) => value / 255));
    }
    if (high <= 1) {
      onNote(`${what}: no pixel is above ${high} of 255; where 1 is white, set data.range: [0, 1].`);
    } else if (isFloat) {
      onNote(`${what}: pixels are floats that are all whole numbers up to 255; they are taken as bytes.`);
    }
    return parts.map(({ values }) => bytesOf(values));
  }
  throw new InputError(
    `${what}: pixels go from ${low} to ${high}, and what black and white are among them is not known. Set data.range to the smallest and the largest possible pixel, such as data.range: ${example(low, high)}.`,
  );
}

/** A range that somebody may have meant: of a number of bits, or what was found. */
function example(low: number, high: number): string {
  if (low >= 0 && high > 255 && high <= 65535) return '[0, 65535]';
  if (low >= -1 && low < 0 && high <= 1) return '[-1, 1]';
  return `[${low}, ${high}]`;
}

const bytesOf = (values: Numbers) => (values instanceof Uint8Array ? values : Uint8Array.from(values));

function inRange(parts: readonly RawPixels[], [low, high]: readonly [number, number], what: string): Pixels[] {
  if (!Number.isFinite(low) || !Number.isFinite(high) || low >= high) {
    throw new InputError(
      `data.range is [${low}, ${high}]; expected two numbers, the smaller first, such as [0, 65535].`,
    );
  }
  const span = spanOf(parts);
  if (span.low < low || span.high > high) {
    const beyond = (value: number) => value < low || value > high;
    const part = parts.find(({ values }) => values.some(beyond)) as RawPixels;
    const place = part.values.findIndex(beyond);
    throw new InputError(
      `${part.nameOf(place)} is ${part.values[place]}, and data.range says [${low}, ${high}]; pixels of ${what} go from ${span.low} to ${span.high}. Set data.range to what holds all of them.`,
    );
  }
  if (low === 0 && high === 255 && span.isWhole) return parts.map(({ values }) => bytesOf(values));
  return parts.map(({ values }) => Float32Array.from(values, (value) => (value - low) / (high - low)));
}
