import { describe, expect, it } from 'vitest';
import { decodeIdxImages, decodeIdxLabels } from './formats/idx.js';
import { splitIndices } from './split.js';
import { makeStrokes } from './strokes/index.js';

const word = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const images = (...rest: number[]) => Uint8Array.from([...word(0x803), ...word(2), ...word(1), ...word(2), ...rest]);

describe('IDX', () => {
  it('decodes images and labels', () => {
    expect(decodeIdxImages(images(1, 2, 3, 4), 'a')).toMatchObject({ count: 2, height: 1, width: 2 });
    expect([...decodeIdxLabels(Uint8Array.from([...word(0x801), ...word(2), 7, 9]), 'b', 10)]).toEqual([7, 9]);
  });

  it.each([
    [
      'truncated',
      images(1, 2, 3),
      /some.idx: its header says 2 x 1 x 2, which is 4 bytes of images; found 3. The file is truncated/,
    ],
    ['too long', images(1, 2, 3, 4, 5), /found more. The file is longer than it says/],
    [
      'of another kind',
      Uint8Array.from([...word(0x801), ...word(2), 1, 2, 0, 0, 0, 0, 0, 0]),
      /expected images .* found 00000801/,
    ],
    ['empty', new Uint8Array(3), /found a file of 3 bytes, shorter than its header/],
  ])('refuses a file that is %s', (_what, bytes, message) => {
    expect(() => decodeIdxImages(bytes, 'some.idx')).toThrow(message);
  });

  it('refuses a label beyond the classes, and says which', () => {
    const bytes = Uint8Array.from([...word(0x801), ...word(3), 1, 12, 2]);
    expect(() => decodeIdxLabels(bytes, 'labels', 10)).toThrow(/labels: label 1 is 12; expected 0 to 9/);
  });
});

describe('the validation split', () => {
  it('shares the set out, each example once, by the seed', () => {
    const { train, validation } = splitIndices(100, 30, 4);
    expect([...train, ...validation].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(validation).toEqual(splitIndices(100, 30, 4).validation);
    expect(validation).not.toEqual(splitIndices(100, 30, 5).validation);
  });

  it('refuses to leave nothing to train on', () => {
    expect(() => splitIndices(100, 100, 1)).toThrow(/validation is 100 examples; expected a whole number from 1 to 99/);
  });
});

describe('strokes', () => {
  it('are the same bytes everywhere', () => {
    expect(makeStrokes({ train: 100, test: 50, seed: 1 }).digest).toBe(
      'dd117b4a760ac6fde69bca5235e63873b2e63b5b9d3e26c8a792861a729b655c',
    );
  });

  it('begin with a smaller set of the same seed, hold each class alike, and differ with the seed', () => {
    const small = makeStrokes({ train: 20, test: 10, seed: 3 });
    const large = makeStrokes({ train: 50, test: 10, seed: 3 });
    expect(large.train.images.subarray(0, 20 * 784)).toEqual(small.train.images);
    expect(Array.from({ length: 10 }, (_, c) => large.train.labels.filter((l) => l === c).length)).toEqual(
      new Array(10).fill(5),
    );
    expect(makeStrokes({ train: 20, test: 10, seed: 4 }).digest).not.toBe(small.digest);
    expect(small.train.images).not.toEqual(small.test.images);
  });
});
