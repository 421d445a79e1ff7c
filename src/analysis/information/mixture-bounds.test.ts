import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixtureTruth, normals, sampleOf } from '../../../test/fixtures/gaussians.js';
import { squaredDistances } from './distances.js';
import { labelEntropy } from './entropy.js';
import { mixtureInformation } from './mixture-bounds.js';

const bounds = (values: ArrayLike<number>, noise: number, labels?: ArrayLike<number>, units = 1) => {
  const distances = squaredDistances(sampleOf(values, units));
  return mixtureInformation(distances, labels ?? new Uint8Array(distances.count), noise);
};

describe('squared distances', () => {
  it('are those of every pair, row by row', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 13 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(1000),
        (count, units, seed) => {
          const sample = sampleOf(normals(count * units, seed), units);
          const { values } = squaredDistances(sample);
          expect(values.length).toBe((count * (count - 1)) / 2);
          for (let i = 0, place = 0; i < count; i++) {
            for (let j = 0; j < i; j++, place++) {
              let sum = 0;
              for (let unit = 0; unit < units; unit++) {
                sum += (sample.values[i * units + unit] - sample.values[j * units + unit]) ** 2;
              }
              expect(values[place]).toBe(sum);
            }
          }
        },
      ),
    );
  });
});

describe('bounds of a Gaussian mixture', () => {
  it('are log2 N for points far apart and 0 for points that coincide', () => {
    const apart = bounds(
      Array.from({ length: 64 }, (_, i) => 100 * i),
      1,
      Array.from({ length: 64 }, (_, i) => i % 4),
    );
    for (const { ofInput, ofLabel } of Object.values(apart)) {
      expect(ofInput).toBeCloseTo(6, 10);
      expect(ofLabel).toBeCloseTo(2, 10);
    }
    const together = bounds(
      new Float64Array(64).fill(3),
      1,
      Array.from({ length: 64 }, (_, i) => i % 4),
    );
    for (const { ofInput, ofLabel } of Object.values(together)) {
      expect(ofInput).toBeCloseTo(0, 10);
      expect(ofLabel).toBeCloseTo(0, 10);
    }
  });

  it('are exact for clusters of coinciding points that lie far apart', () => {
    // Eight clusters of different sizes, labels of half of them each.
    const values = Array.from({ length: 80 }, (_, i) => 50 * Math.floor(Math.sqrt(i)));
    const labels = values.map((value) => (value / 50) % 2);
    const counts = new Map<number, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    const truth = [...counts.values()].reduce((sum, n) => sum - (n / 80) * Math.log2(n / 80), 0);
    for (const { ofInput, ofLabel } of Object.values(bounds(values, 1, labels))) {
      expect(ofInput).toBeCloseTo(truth, 10);
      expect(ofLabel).toBeCloseTo(labelEntropy(labels), 10);
    }
  });

  it('hold the truth between them, as far apart as their description states', () => {
    const pair = bounds([0, 2], 1);
    expect(mixtureTruth([0, 2], 1)).toBeCloseTo(0.486, 3);
    expect(pair.upper.ofInput).toBeCloseTo(0.817, 3);
    expect(pair.lower.ofInput).toBeCloseTo(0.316, 3);
    const many = [...normals(200, 7)].map((value) => 3 * value);
    const found = bounds(many, 1);
    expect(mixtureTruth(many, 1)).toBeCloseTo(1.593, 3);
    expect(found.upper.ofInput).toBeCloseTo(2.225, 3);
    expect(found.lower.ofInput).toBeCloseTo(1.29, 3);
  });

  it('hold the truth between them for any points and noise', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 1, maxLength: 8 }),
        fc.double({ min: 0.05, max: 4, noNaN: true }),
        (centres, noise) => {
          const { upper, lower } = bounds(centres, noise);
          const truth = mixtureTruth(centres, noise);
          expect(lower.ofInput).toBeLessThanOrEqual(truth + 1e-6);
          expect(upper.ofInput).toBeGreaterThanOrEqual(truth - 1e-6);
          expect(upper.ofInput).toBeLessThanOrEqual(Math.log2(centres.length) + 1e-9);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('of a label lie near the truth where they are near it for the input', () => {
    // Two labels of a hundred points each around 0 and around 3, noise of 0.25: a mixture of 200 centres against one of 100.
    const centres = [...normals(200, 9)].map((value, i) => 0.5 * value + (i % 2) * 3);
    const labels = centres.map((_, i) => i % 2);
    const of = (label: number) => centres.filter((_, i) => i % 2 === label);
    const truth = mixtureTruth(centres, 0.25) - (mixtureTruth(of(0), 0.25) + mixtureTruth(of(1), 0.25)) / 2;
    const { upper, lower } = bounds(centres, 0.25, labels);
    expect(Math.abs(upper.ofLabel - truth)).toBeLessThan(0.07);
    expect(Math.abs(lower.ofLabel - truth)).toBeLessThan(0.12);
  });

  it('refuse noise that is none', () => {
    expect(() => bounds([1, 2], 0)).toThrow("the noise's variance is 0; expected a number above 0.");
  });
});
