import { describe, expect, it } from 'vitest';
import { normals, sampleOf } from '../../../test/fixtures/gaussians.js';
import { estimateLayer, estimatorDefaults, estimatorNames, estimatorOf, type LayerView } from './estimators.js';

const view = (values: ArrayLike<number>, units: number, labels: ArrayLike<number>): Omit<LayerView, 'bounds'> => ({
  sample: sampleOf(values, units),
  labels,
  range: [-1, 1],
  draws: normals(values.length, 5),
});

describe('estimators of a layer', () => {
  it('agree on what is plain: four clusters far apart, two of each label', () => {
    const labels = Array.from({ length: 400 }, (_, i) => (i % 4) % 2);
    const values = labels.flatMap((_, i) => [(i % 4 < 2 ? -1 : 1) * 0.99, (i % 2 === 0 ? -1 : 1) * 0.99]);
    const settings = { ...estimatorDefaults, noise: 1e-3 };
    const found = estimateLayer(estimatorNames, settings, view(values, 2, labels));
    expect([...found.keys()]).toEqual(estimatorNames);
    for (const [name, estimate] of found) {
      expect(Math.abs((estimate?.ofInput ?? 0) - 2), name).toBeLessThan(0.2);
      expect(Math.abs((estimate?.ofLabel ?? 0) - 1), name).toBeLessThan(0.03);
    }
  });

  it('say nothing of a layer that is too wide for nearest neighbours, or not finite', () => {
    const labels = Array.from({ length: 40 }, (_, i) => i % 2);
    const wide = estimateLayer(estimatorNames, estimatorDefaults, view(normals(40 * 13, 1), 13, labels));
    expect(wide.get('nearest-neighbours')).toBeNull();
    expect(wide.get('binning')?.alone).toBeGreaterThan(0.9);
    const broken = normals(80, 1).fill(Number.NaN, 7, 8);
    for (const estimate of estimateLayer(estimatorNames, estimatorDefaults, view(broken, 2, labels)).values()) {
      expect(estimate).toBeNull();
    }
  });

  it('say what they assume', () => {
    for (const name of estimatorNames) {
      for (const bounded of [true, false]) {
        const text = estimatorOf(name).choice(estimatorDefaults, bounded);
        expect(text, name).toMatch(/30 bins|noise of variance 0\.1/);
      }
    }
    expect(estimatorOf('binning').choice(estimatorDefaults, true)).toContain('tanh over −1 to 1');
    expect(estimatorOf('binning').choice(estimatorDefaults, false)).toContain('lowest to its highest value');
  });
});
