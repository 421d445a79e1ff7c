import { expect, test } from 'vitest';
import { histogramOf, reachOf } from './histogram.js';

test('every value is counted once, those beyond the range in the outermost bins', () => {
  const { from, counts } = histogramOf([Float32Array.of(-9, -1, 0, 0.999), Float32Array.of(1, 9)], 1);
  expect(from).toBe(-1);
  expect(counts.reduce((sum, count) => sum + count)).toBe(6);
  expect(counts[0]).toBe(2);
  expect(counts[20]).toBe(1);
  expect(counts.at(-1)).toBe(3);
});

test('the range holds all but a few outliers, and is never empty', () => {
  const values = Float32Array.from({ length: 1000 }, (_, index) =>
    index === 0 ? 50 : (index % 2 === 0 ? 1 : -1) * 0.001 * index,
  );
  expect(reachOf([values])).toBeCloseTo(0.998, 5);
  expect(reachOf([])).toBe(1);
  expect(reachOf([new Float32Array(4)])).toBe(1);
});
