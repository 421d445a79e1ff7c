import { describe, expect, it } from 'vitest';
import { mixtureTruth, normals, sampleOf } from '../../../test/fixtures/gaussians.js';
import { mean } from '../intervals.js';
import { digamma } from './digamma.js';
import { kraskovInformation, labelInformation, neighbourEntropy, noisyInputInformation } from './neighbours.js';

const over = (seeds: number, f: (seed: number) => number) => mean(Array.from({ length: seeds }, (_, seed) => f(seed)));

describe('digamma', () => {
  it('has its known values', () => {
    const euler = 0.5772156649015329;
    expect(digamma(1)).toBeCloseTo(-euler, 12);
    expect(digamma(0.5)).toBeCloseTo(-euler - 2 * Math.LN2, 12);
    expect(digamma(4)).toBeCloseTo(1 + 1 / 2 + 1 / 3 - euler, 12);
    expect(digamma(1000)).toBeCloseTo(Math.log(1000) - 1 / 2000 - 1 / 12e6, 12);
    expect(() => digamma(0)).toThrow('expected a number above 0');
  });
});

/** Pairs of Gaussians, as many of them as dimensions, each pair of one correlation. */
function correlated(seed: number, correlation: number, count = 1000, dimensions = 1) {
  const a = normals(count * dimensions, 2 * seed);
  const other = normals(count * dimensions, 2 * seed + 1);
  const b = a.map((value, i) => correlation * value + Math.sqrt(1 - correlation ** 2) * other[i]);
  return kraskovInformation(sampleOf(a, dimensions), sampleOf(b, dimensions));
}

describe('Kraskov’s estimator', () => {
  it('finds the information of two Gaussians within 0.02 bits', () => {
    for (const correlation of [0, 0.5, 0.9]) {
      const truth = -0.5 * Math.log2(1 - correlation ** 2);
      expect(Math.abs(over(5, (seed) => correlated(seed, correlation)) - truth)).toBeLessThan(0.02);
    }
  });

  it('has the bias in ten dimensions that its description states', () => {
    expect(5 * -Math.log2(1 - 0.25)).toBeCloseTo(2.08, 2);
    expect(correlated(1, 0.5, 1000, 10) - 2.08).toBeCloseTo(-1.25, 0.5);
  });

  it('does not depend on how either side is scaled, up to the neighbours’ choice of distance', () => {
    const a = normals(500, 1);
    const b = normals(500, 2).map((value, i) => value + a[i]);
    const plain = kraskovInformation(sampleOf(a), sampleOf(b));
    expect(kraskovInformation(sampleOf(a.map((v) => 8 * v)), sampleOf(b.map((v) => 8 * v)))).toBeCloseTo(plain, 6);
    expect(Math.abs(kraskovInformation(sampleOf(a.map((v) => 100 * v)), sampleOf(b)) - plain)).toBeLessThan(0.25);
  });

  it('breaks ties the same way every time', () => {
    const a = Float64Array.from({ length: 1000 }, (_, i) => i % 4);
    const b = Float64Array.from({ length: 1000 }, (_, i) => (i % 8) >> 2);
    const found = kraskovInformation(sampleOf(a), sampleOf(b));
    expect(kraskovInformation(sampleOf(a), sampleOf(b))).toBe(found);
    // Independent by construction, and constant sides tell nothing of each other.
    expect(Math.abs(found)).toBeLessThan(0.15);
    expect(Math.abs(kraskovInformation(sampleOf(a), sampleOf(new Float64Array(1000))))).toBeLessThan(0.15);
  });

  it('refuses what does not fit', () => {
    expect(() => kraskovInformation(sampleOf([1, 2, 3]), sampleOf([1, 2, 3]), 3)).toThrow('from 1 to 2');
    expect(() => kraskovInformation(sampleOf([1, 2, 3]), sampleOf([1, 2]))).toThrow('3 and 2 examples');
  });
});

/** Two labels whose Gaussians of deviation 1 lie so far apart along one of the dimensions. */
function labelled(seed: number, distance: number, dimensions = 1, count = 1000) {
  const values = normals(count * dimensions, seed + 50);
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  for (let i = 0; i < count; i++) values[i * dimensions] += labels[i] * distance;
  return labelInformation(sampleOf(values, dimensions), labels);
}

describe('Ross’s estimator', () => {
  it('finds what a value tells of its label within 0.03 bits', () => {
    for (const distance of [0, 2, 6]) {
      const truth = mixtureTruth([0, distance], 1);
      expect(Math.abs(over(4, (seed) => labelled(seed, distance)) - truth)).toBeLessThan(0.03);
    }
  });

  it('has the bias of more dimensions that its description states', () => {
    const truth = mixtureTruth([0, 2], 1);
    expect(over(3, (seed) => labelled(seed, 2, 10)) - truth).toBeCloseTo(-0.03, 1);
    expect(labelled(0, 2, 100) - truth).toBeCloseTo(-0.29, 1);
  });

  it('is the labels’ entropy where they are plain to see, few or many of each', () => {
    const labels = Array.from({ length: 300 }, (_, i) => (i % 10 === 0 ? 1 : 0));
    const values = normals(300, 3).map((value, i) => value + 1000 * labels[i]);
    expect(labelInformation(sampleOf(values), labels)).toBeCloseTo(0.469, 1);
  });

  it('takes the neighbours that a small label has, and leaves a single example out', () => {
    const values = [0, 0.1, 0.2, 0.3, 9, 9.1, 50];
    expect(labelInformation(sampleOf(values), [0, 0, 0, 0, 1, 1, 2])).toBeGreaterThan(0.5);
    expect(labelInformation(sampleOf([1, 2]), [0, 1], 1)).toBeNaN();
  });
});

describe('entropy by nearest neighbours', () => {
  it('is that of a Gaussian within 0.05 bits up to three dimensions', () => {
    for (const dimensions of [1, 2, 3]) {
      const truth = (dimensions / 2) * Math.log2(2 * Math.PI * Math.E);
      const found = over(4, (seed) => neighbourEntropy(sampleOf(normals(1000 * dimensions, seed + 90), dimensions)));
      expect(Math.abs(found - truth)).toBeLessThan(0.1);
    }
  });

  it('of a noisy layer has the bias that its description states', () => {
    const error = (dimensions: number) => {
      const values = normals(1000 * dimensions, 90).map((value) => value * Math.sqrt(1.1));
      return noisyInputInformation(sampleOf(values, dimensions), 0.1) - (dimensions / 2) * Math.log2(11);
    };
    expect(Math.abs(error(1))).toBeLessThan(0.15);
    expect(Math.abs(error(5))).toBeLessThan(0.2);
    expect(error(10)).toBeGreaterThan(0.1);
    expect(error(10)).toBeLessThan(0.6);
    expect(error(20)).toBeGreaterThan(2);
  });

  it('is 0 of a layer that says nothing, and may exceed log2 N', () => {
    const noise = normals(500 * 2, 4).map((value) => value * 0.1);
    expect(Math.abs(noisyInputInformation(sampleOf(noise, 2), 0.01))).toBeLessThan(0.15);
    const spread = normals(500 * 3, 5).map((value) => value * 1000);
    expect(noisyInputInformation(sampleOf(spread, 3), 0.01)).toBeGreaterThan(Math.log2(500));
  });
});
