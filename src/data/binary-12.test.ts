import { describe, expect, it } from 'vitest';
import { labelEntropy } from '../analysis/information/entropy.js';
import { BINARY_TEST, BINARY_TRAIN, binaryFunction, makeBinary12 } from './binary-12.js';

const patterns = Array.from({ length: 4096 }, (_, pattern) => pattern);
const bitsOf = (pattern: number) => [...pattern.toString(2)].filter((bit) => bit === '1').length;

/** Corner i's coordinates, in the order that the module documents. */
const golden = (1 + Math.sqrt(5)) / 2;
const corners = [1, -1].flatMap((a) =>
  [1, -1].flatMap((b) => [
    [0, a, b * golden],
    [a, b * golden, 0],
    [b * golden, 0, a],
  ]),
);

describe('the 12-bit task', () => {
  it('takes the number of bits and the length of their sum on the sphere', () => {
    for (const pattern of patterns) {
      const sum = [0, 0, 0];
      corners.forEach((corner, i) => {
        if ((pattern >> i) & 1) for (const axis of [0, 1, 2]) sum[axis] += corner[axis] / Math.sqrt(1 + golden ** 2);
      });
      expect(Math.abs(binaryFunction(pattern) - bitsOf(pattern) - Math.hypot(...sum))).toBeLessThan(1e-6);
    }
  });

  it('has the same value for a pattern rotated around an axis of the icosahedron', () => {
    // A rotation by 120 degrees around (1, 1, 1) takes x to y to z.
    const rotated = corners.map(([x, y, z]) => corners.findIndex(([a, b, c]) => a === z && b === x && c === y));
    expect(new Set(rotated).size).toBe(12);
    for (const pattern of patterns) {
      const other = rotated.reduce((sum, to, from) => sum + (((pattern >> from) & 1) << to), 0);
      expect(binaryFunction(other)).toBe(binaryFunction(pattern));
    }
  });

  it('keeps its values away from the threshold, so that rounding decides nothing', () => {
    const values = patterns.map(binaryFunction);
    expect(Math.max(...values.filter((value) => value < 7.63))).toBeCloseTo(7.563, 3);
    expect(Math.min(...values.filter((value) => value > 7.63))).toBeCloseTo(7.701, 3);
  });

  it('labels as many patterns of each number of bits as the published set does', () => {
    const { train, test } = makeBinary12();
    const shares = Array.from({ length: 13 }, () => [0, 0]);
    for (const split of [train, test]) {
      for (let example = 0; example < split.count; example++) {
        const set = split.images.subarray(example * 12, example * 12 + 12).filter((pixel) => pixel === 255).length;
        shares[set][0]++;
        shares[set][1] += split.labels[example];
      }
    }
    const percentages = shares.map(([all, ones]) => (100 * ones) / all);
    [0, 0, 0, 0, 0, 7.575757575757576, 57.57575757575758, 92.42424242424242, 100, 100, 100, 100, 100].forEach(
      (published, bits) => {
        expect(percentages[bits]).toBeCloseTo(published, 10);
      },
    );
    expect(labelEntropy([...train.labels, ...test.labels])).toBeCloseTo(0.9992, 3);
  });

  it('shares the patterns out, each once, by the seed', () => {
    const { train, test, shape, digest } = makeBinary12();
    expect([train.count, test.count, shape]).toEqual([3482, 614, { channels: 1, height: 1, width: 12 }]);
    expect(BINARY_TRAIN + BINARY_TEST).toBe(4096);
    const all = [train, test].flatMap(({ images, count }) =>
      Array.from({ length: count }, (_, i) => images.subarray(i * 12, i * 12 + 12).join()),
    );
    expect(new Set(all).size).toBe(4096);
    expect(makeBinary12({ seed: 2 }).digest).not.toBe(digest);
    const small = makeBinary12({ train: 100, test: 50 });
    expect(small.train.images).toEqual(train.images.slice(0, 1200));
    expect(small.test.labels).toEqual(test.labels.slice(0, 50));
    expect(() => makeBinary12({ train: 4000 })).toThrow('4000 training examples are asked for; binary-12 has 3482.');
  });

  it('is the same bytes everywhere', () => {
    expect(makeBinary12().digest).toBe('8a60e97cc79210f376edf21570de2b8b454c94d51e9e394d36cc95394f11c297');
  });
});
