import { describe, expect, it } from 'vitest';
import type { Dataset } from './dataset.js';
import { datasetDigest } from './digest.js';
import { makeStrokes } from './strokes/index.js';
import { unitLength } from './unit-length.js';

const small = (images: Uint8Array | Float32Array): Dataset => {
  const split = { images, labels: Uint8Array.of(0, 1), count: 2 };
  const content = {
    name: 'two',
    shape: { channels: 2, height: 1, width: 1 },
    classes: 2,
    classNames: [],
    train: split,
    test: split,
  };
  return { ...content, digest: datasetDigest(content) };
};

describe('images of unit length', () => {
  it('are divided by the root of their sum of squares, over all channels; zeros stay zeros', () => {
    const found = unitLength(small(Uint8Array.of(30, 40, 0, 0)));
    expect([...found.train.images]).toEqual([...Float32Array.of(0.6, 0.8, 0, 0)]);
    expect(found.test.images).toEqual(found.train.images);
    expect(found.normalised).toBe('unit-length');
    // Whatever the range of the pixels.
    expect(unitLength(small(Float32Array.of(0.375, 0.5, 0, 0))).train.images).toEqual(found.train.images);
  });

  it('have a digest of their own, the same on every machine, and labels as before', () => {
    const strokes = makeStrokes({ train: 40, test: 10, seed: 1 });
    const found = unitLength(strokes);
    expect(found.digest).toBe(datasetDigest(found));
    expect(found.digest).not.toBe(strokes.digest);
    expect(found.digest.slice(0, 12)).toBe('5d6628a89579');
    expect(found.train.labels).toBe(strokes.train.labels);
    const images = found.train.images as Float32Array;
    for (let image = 0; image < 40; image++) {
      const square = images.subarray(image * 784, (image + 1) * 784).reduce((sum, v) => sum + v * v, 0);
      expect(square).toBeCloseTo(1, 5);
    }
  });
});
