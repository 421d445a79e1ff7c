import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixtureTruth, normals, sampleOf } from '../../../test/fixtures/gaussians.js';
import { StreamReader, stream } from '../../random/stream.js';
import { mean } from '../intervals.js';
import { type BinRule, binnedCells, binnedInformation } from './binning.js';
import { entropyOfCounts, labelEntropy } from './entropy.js';

const even = (low: number, high: number, bins: number): BinRule => ({ kind: 'even', low, high, bins });
const over = (of: 'layer' | 'unit', bins: number): BinRule => ({ kind: 'quantiles', of, bins });

describe('entropy of counts', () => {
  it('is that of fair and of certain outcomes', () => {
    expect(entropyOfCounts([5, 5, 0, 5, 5])).toBeCloseTo(2, 12);
    expect(entropyOfCounts([7])).toBe(0);
    expect(entropyOfCounts([])).toBe(0);
    expect(labelEntropy(Uint8Array.of(0, 1, 1, 1))).toBeCloseTo(0.811278, 6);
  });

  it('gains by Miller and Madow what counting few draws loses', () => {
    // 16 equally likely values, 200 draws: the plain estimate is too low by 15 / 400 nats, 0.054 bits.
    const errors = (correction: 'none' | 'miller-madow') =>
      Array.from({ length: 200 }, (_, seed) => {
        const reader = new StreamReader(stream(seed, 'draws'));
        const counts = new Array<number>(16).fill(0);
        for (let i = 0; i < 200; i++) counts[reader.below(16)]++;
        return entropyOfCounts(counts, correction) - 4;
      });
    expect(mean(errors('none'))).toBeCloseTo(-0.054, 2);
    expect(Math.abs(mean(errors('miller-madow')))).toBeLessThan(0.004);
  });
});

describe('binning', () => {
  it('is exact for a discrete layer whose examples are all there are', () => {
    // All patterns of three bits; the layer tells the first two, the label is their exclusive or.
    const patterns = Array.from({ length: 8 }, (_, i) => [i & 1, (i >> 1) & 1, (i >> 2) & 1]);
    const layer = sampleOf(
      patterns.flatMap(([a, b]) => [a * 2 - 1, b * 2 - 1]),
      2,
    );
    const labels = patterns.map(([a, b]) => a ^ b);
    for (const rule of [even(-1, 1, 30), over('layer', 4), over('unit', 4)]) {
      const found = binnedInformation(layer, labels, rule);
      expect(found).toEqual({ ofInput: 2, ofLabel: 1, cells: 4, alone: 0 });
    }
    // The third bit tells nothing of the label.
    const third = sampleOf(patterns.map(([, , c]) => c));
    expect(binnedInformation(third, labels, even(0, 1, 2))).toMatchObject({ ofInput: 1, ofLabel: 0 });
  });

  it('puts what lies beyond the range into the outermost bins, and the upper end into the last', () => {
    const { of } = binnedCells(sampleOf([-5, -1, -0.01, 0, 0.99, 1, 7]), even(-1, 1, 2));
    expect([...of]).toEqual([0, 0, 0, 1, 1, 1, 1]);
  });

  it('shares quantile bins equally, and keeps equal values together', () => {
    const { of, cells } = binnedCells(sampleOf(Array.from({ length: 12 }, (_, i) => (i * 5) % 12)), over('layer', 4));
    expect(cells).toBe(4);
    expect([0, 1, 2, 3].map((cell) => of.filter((other) => other === cell).length)).toEqual([3, 3, 3, 3]);
    // A rectifier's zeros are one bin, however many quantiles fall among them.
    expect(
      binnedCells(sampleOf([0, 0, 0, 0, 0, 0, 1, 2]), over('layer', 4))
        .of.slice(0, 6)
        .every((c) => c === 0),
    ).toBe(true);
    expect(binnedCells(sampleOf([3, 3, 3]), over('unit', 10)).cells).toBe(1);
  });

  it('by quantiles of a unit does not depend on the units’ scales, by quantiles of the layer it does', () => {
    const values = normals(400, 1);
    const scaled = values.map((value, i) => (i % 2 === 0 ? value : value / 1000));
    const cells = (given: Float64Array, of: 'layer' | 'unit') => binnedCells(sampleOf(given, 2), over(of, 5)).cells;
    expect(cells(scaled, 'unit')).toBe(cells(values, 'unit'));
    expect(cells(scaled, 'layer')).toBeLessThan(cells(values, 'layer'));
  });

  it('finds the entropy of a Gaussian in narrow bins', () => {
    const values = sampleOf(normals(100_000, 2));
    const labels = new Uint8Array(values.count);
    // A density is curved within a wide bin, which adds w^2 / 24 nats.
    for (const [bins, within] of [
      [20, 0.07],
      [80, 0.01],
    ]) {
      const width = 20 / bins;
      const truth = 0.5 * Math.log2(2 * Math.PI * Math.E) - Math.log2(width);
      expect(Math.abs(binnedInformation(values, labels, even(-10, 10, bins)).ofInput - truth)).toBeLessThan(within);
    }
  });

  it('has the bias that its description states, and less with the correction', () => {
    // 16 values of which each label has half of its own for sure: H = 4 bits, I(T;Y) = 1 bit; and 16 values free of the label.
    const errors = (correction: 'none' | 'miller-madow') =>
      Array.from({ length: 100 }, (_, seed) => {
        const reader = new StreamReader(stream(seed, 'draws'));
        const values = Array.from({ length: 500 }, () => reader.below(16));
        const labels = Array.from({ length: 500 }, () => reader.below(2));
        const found = binnedInformation(sampleOf(values), labels, even(0, 16, 16), correction);
        return { ofInput: found.ofInput - 4, ofLabel: found.ofLabel };
      });
    const plain = errors('none');
    expect(mean(plain.map(({ ofInput }) => ofInput))).toBeCloseTo(-0.0216, 2);
    expect(mean(plain.map(({ ofLabel }) => ofLabel))).toBeCloseTo(0.0216, 2);
    const corrected = errors('miller-madow');
    expect(Math.abs(mean(corrected.map(({ ofInput }) => ofInput)))).toBeLessThan(0.003);
    expect(Math.abs(mean(corrected.map(({ ofLabel }) => ofLabel)))).toBeLessThan(0.003);
  });

  it('finds what a Gaussian with a label tells of it', () => {
    const count = 20_000;
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
    const values = normals(count, 3).map((value, i) => value + 2 * labels[i]);
    const { ofLabel } = binnedInformation(sampleOf(values), labels, even(-5, 7, 60), 'miller-madow');
    expect(Math.abs(ofLabel - mixtureTruth([0, 2], 1))).toBeLessThan(0.01);
  });

  it('is saturated at log2 N where every example has a tuple of its own, whatever the layer says', () => {
    const wide = sampleOf(normals(256 * 50, 4), 50);
    const labels = Uint8Array.from({ length: 256 }, (_, i) => i % 4);
    const found = binnedInformation(wide, labels, even(-3, 3, 30));
    expect(found).toEqual({ ofInput: 8, ofLabel: 2, cells: 256, alone: 1 });
  });

  it('is never less than 0, more than log2 N, or more of the label than of the input', () => {
    const layers = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 4 })).chain(([count, units]) =>
      fc.record({
        values: fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
          minLength: count * units,
          maxLength: count * units,
        }),
        labels: fc.array(fc.nat(3), { minLength: count, maxLength: count }),
        units: fc.constant(units),
        rule: fc.constantFrom(even(-1, 1, 5), over('layer', 6), over('unit', 3)),
      }),
    );
    fc.assert(
      fc.property(layers, ({ values, labels, units, rule }) => {
        const found = binnedInformation(sampleOf(values, units), labels, rule);
        expect(found.ofLabel).toBeGreaterThan(-1e-12);
        expect(found.ofLabel).toBeLessThanOrEqual(Math.min(found.ofInput, labelEntropy(labels)) + 1e-12);
        expect(found.ofInput).toBeLessThanOrEqual(Math.log2(labels.length) + 1e-12);
      }),
    );
  });

  it('refuses what is no number of bins and what does not fit', () => {
    expect(() => binnedCells(sampleOf([1, 2]), even(0, 1, 1))).toThrow('expected a whole number from 2 to 1000');
    expect(() => binnedInformation(sampleOf([1, 2]), [0], even(0, 1, 2))).toThrow('1 labels for 2 examples');
    expect(() => binnedCells({ values: new Float32Array(3), count: 2, units: 2 }, even(0, 1, 2))).toThrow('expected 2');
  });
});
