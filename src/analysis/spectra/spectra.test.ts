import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapAtOnce } from '../../experiments/at-once.js';
import { StreamReader, stream } from '../../random/stream.js';
import { addGram, symmetricEigenvalues } from './gram.js';
import { hutchinson } from './hutchinson.js';
import { lanczos, type SymmetricProduct } from './lanczos.js';
import { survivorsOf } from './survivors.js';

/** A symmetric matrix of known eigenvalues: their diagonal between a few Householder reflections. */
function withSpectrum(
  eigenvalues: readonly number[],
  seed: number,
): { product: SymmetricProduct; entries: number[][] } {
  const size = eigenvalues.length;
  const reader = new StreamReader(stream(seed, 'reflections'));
  const reflections = Array.from({ length: 3 }, () => {
    const vector = Array.from({ length: size }, () => 2 * reader.uniform() - 1);
    const length = Math.hypot(...vector) || 1;
    return vector.map((value) => value / length);
  });
  const reflect = (values: number[], by: number[]) => {
    const along = values.reduce((sum, value, i) => sum + value * by[i], 0);
    return values.map((value, i) => value - 2 * along * by[i]);
  };
  const apply = (vector: ArrayLike<number>) => {
    const turned = reflections.reduce(reflect, Array.from(vector));
    const scaled = turned.map((value, i) => value * eigenvalues[i]);
    return [...reflections].reverse().reduce(reflect, scaled);
  };
  const entries = eigenvalues.map((_, row) => apply(eigenvalues.map((__, i) => (i === row ? 1 : 0))));
  return { product: apply, entries };
}

const sorted = (values: readonly number[]) => [...values].sort((a, b) => b - a);

describe('lanczos', () => {
  it('finds every eigenvalue, as often as it occurs, in as many steps as there are rows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 20 }),
        fc.nat(99),
        async (values, seed) => {
          const { product } = withSpectrum(values, seed);
          const found = (await lanczos(product, values.length, 1000, stream(seed, 'start'))) ?? [];
          expect(found).toHaveLength(values.length);
          for (const [i, value] of sorted(values).entries()) expect(found[i].value).toBeCloseTo(value, 9);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds the ends first, and no eigenvalue lies further from the nearest than its bound says', async () => {
    const values = Array.from({ length: 300 }, (_, i) => (i < 3 ? 40 - 9 * i : (i % 97) / 97 - 0.5));
    const { product } = withSpectrum(values, 7);
    const found = (await lanczos(product, 300, 25, stream(1, 'start'))) ?? [];
    expect(found).toHaveLength(25);
    expect(found.slice(0, 3).map(({ value }) => value)).toEqual([
      expect.closeTo(40, 8),
      expect.closeTo(31, 8),
      expect.closeTo(22, 8),
    ]);
    for (const { value, bound } of found) {
      const nearest = Math.min(...values.map((own) => Math.abs(own - value)));
      expect(nearest).toBeLessThanOrEqual(bound + 1e-9);
    }
    // What has not converged says so.
    expect(found[12].bound).toBeGreaterThan(1e-3);
    expect(found[0].bound).toBeLessThan(1e-6);
  });

  it('is the same every time, and another start gives the same ends', async () => {
    const values = Array.from({ length: 50 }, (_, i) => i * i);
    const { product } = withSpectrum(values, 3);
    const once = await lanczos(product, 50, 20, stream(5, 'start'));
    expect(await lanczos(product, 50, 20, stream(5, 'start'))).toEqual(once);
    const other = (await lanczos(product, 50, 20, stream(6, 'start'))) ?? [];
    expect(other).not.toEqual(once);
    expect(other[0].value).toBeCloseTo(2401, 4);
  });

  it('is nothing of nothing, zeros of a matrix of zeros, and null where a number is not finite', async () => {
    expect(await lanczos(() => [], 0, 5, stream(0, 'start'))).toEqual([]);
    const zeros = (await lanczos((vector) => new Float64Array(vector.length), 4, 3, stream(0, 'start'))) ?? [];
    expect(zeros.map(({ value, bound }) => value === 0 && bound === 0)).toEqual([true, true, true]);
    expect(await lanczos((vector) => vector.map(() => Number.NaN), 4, 3, stream(0, 'start'))).toBeNull();
    expect(await lanczos((vector) => vector.map(() => Number.POSITIVE_INFINITY), 4, 3, stream(0, 'start'))).toBeNull();
  });
});

describe('hutchinson', () => {
  it('is exact without spread where nothing stands off the diagonal', async () => {
    const product = (vector: Float64Array) => vector.map((value, i) => value * (i + 1));
    expect(await hutchinson(product, 100, 3, 8)).toEqual({ trace: 5050, error: 0 });
    expect(await hutchinson(product, 100, 1, 8)).toEqual({ trace: 5050, error: null });
  });

  it('is as far off as its standard error says, over many matrices', async () => {
    const off = await mapAtOnce(
      [...new Array(200).keys()],
      async (seed) => {
        const values = Array.from({ length: 40 }, (__, i) => ((i * 7) % 11) - 3);
        const { product } = withSpectrum(values, seed);
        const { trace, error } = (await hutchinson(product, 40, 12, seed)) ?? { trace: Number.NaN, error: Number.NaN };
        return (trace - values.reduce((a, b) => a + b)) / (error as number);
      },
      1,
    );
    // Student's t with 11 degrees of freedom has a variance of 11 / 9.
    const square = off.reduce((sum, t) => sum + t * t, 0) / off.length;
    expect(square).toBeGreaterThan(0.9);
    expect(square).toBeLessThan(1.6);
    expect(Math.abs(off.reduce((sum, t) => sum + t, 0) / off.length)).toBeLessThan(0.25);
  });

  it('has the variance that its paper gives: twice the squares off the diagonal', async () => {
    const { product, entries } = withSpectrum([5, 1, -2, 3, 0, 0, 7, -1], 2);
    const squares = entries.flatMap((row, a) => row.filter((_, b) => a !== b).map((value) => value * value));
    const expected = Math.sqrt((2 * squares.reduce((a, b) => a + b)) / 4000);
    const { error } = (await hutchinson(product, 8, 4000, 1)) ?? {};
    expect((error as number) / expected).toBeCloseTo(1, 1);
  });

  it('is null where a product is not finite', async () => {
    expect(await hutchinson((vector) => vector.map(() => Number.NaN), 4, 2, 0)).toBeNull();
  });
});

describe('the Gram matrix and its eigenvalues', () => {
  it('are those of the rows, however long', () => {
    const rows = [0, 1, 2].map((row) => Float32Array.from({ length: 5000 }, (_, i) => ((i * (row + 3)) % 17) / 4 - 2));
    const sums = new Float64Array(9).fill(1);
    addGram(rows, sums);
    for (const [a, b] of [
      [0, 0],
      [1, 0],
      [2, 1],
      [2, 2],
    ]) {
      const expected = rows[a].reduce((sum, value, i) => sum + value * rows[b][i], 0);
      expect(sums[a * 3 + b]).toBeCloseTo(1 + expected, 6);
    }
    expect(sums[1]).toBe(1);
    expect(symmetricEigenvalues(Float64Array.of(2, 99, 1, 2), 2)).toEqual([
      expect.closeTo(3, 12),
      expect.closeTo(1, 12),
    ]);
    expect(symmetricEigenvalues(Float64Array.of(Number.NaN), 1)).toBeNull();
    expect(symmetricEigenvalues(new Float64Array(), 0)).toEqual([]);
  });
});

describe('survivors', () => {
  it('go into one vector and back, whole or a stretch of them', () => {
    const survivors = survivorsOf(
      new Map([
        ['a.weight', Uint8Array.of(1, 0, 1)],
        ['b.weight', Uint8Array.of(0, 0)],
        ['c.weight', Uint8Array.of(0, 1, 1, 1)],
      ]),
    );
    const tensors = new Map([
      ['a.weight', [1, 2, 3]],
      ['a.bias', [9]],
      ['b.weight', [4, 5]],
      ['c.weight', [6, 7, 8, 9]],
    ]);
    const vector = survivors.pack(tensors);
    expect([survivors.size, ...vector]).toEqual([5, 1, 3, 7, 8, 9]);
    for (let from = 0; from <= 5; from++) {
      for (let to = from; to <= 5; to++) {
        expect([...survivors.packRange(tensors, from, to)]).toEqual([...vector].slice(from, to));
      }
    }
    expect([...survivors.unpack(vector)].map(([name, values]) => [name, [...values]])).toEqual([
      ['a.weight', [1, 0, 3]],
      ['b.weight', [0, 0]],
      ['c.weight', [0, 7, 8, 9]],
    ]);
  });
});
