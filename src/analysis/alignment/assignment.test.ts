import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { permutation, StreamReader, stream } from '../../random/stream.js';
import { bestAssignment } from './assignment.js';

/** The largest sum there is, by trying every assignment. */
function byTrying(gains: Float64Array, size: number): number {
  const taken = new Array<boolean>(size).fill(false);
  const best = (row: number): number => {
    if (row === size) return 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < size; j++) {
      if (taken[j]) continue;
      taken[j] = true;
      most = Math.max(most, gains[row * size + j] + best(row + 1));
      taken[j] = false;
    }
    return most;
  };
  return best(0);
}

/** A square of numbers, among them many that are equal. */
const squares = (most: number) =>
  fc.integer({ min: 1, max: most }).chain((size) =>
    fc
      .array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -10, max: 10, noNaN: true })), {
        minLength: size * size,
        maxLength: size * size,
      })
      .map((values) => ({ size, gains: Float64Array.from(values) })),
  );

const isPermutation = (columns: Int32Array) =>
  [...columns].sort((a, b) => a - b).every((column, place) => column === place);

describe('the best assignment', () => {
  it('has the largest sum of all', () => {
    fc.assert(
      fc.property(squares(6), ({ size, gains }) => {
        const { columns, total } = bestAssignment(gains, size);
        expect(isPermutation(columns)).toBe(true);
        expect(total).toBeCloseTo(byTrying(gains, size), 9);
      }),
      { numRuns: 300 },
    );
  });

  it('has prices that prove it, of any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(), fc.boolean(), (size, seed, coarse) => {
        const reader = new StreamReader(stream(seed, 'gains'));
        const gains = Float64Array.from({ length: size * size }, () =>
          coarse ? reader.below(5) : reader.uniform() - 0.5,
        );
        const { columns, total, rowPrices, columnPrices } = bestAssignment(gains, size);
        expect(isPermutation(columns)).toBe(true);
        let prices = 0;
        for (let i = 0; i < size; i++) {
          prices += rowPrices[i] + columnPrices[i];
          for (let j = 0; j < size; j++) {
            expect(rowPrices[i] + columnPrices[j]).toBeGreaterThanOrEqual(gains[i * size + j] - 1e-9);
          }
        }
        expect(prices).toBeCloseTo(total, 8);
      }),
      { numRuns: 60 },
    );
  });

  it('is as good whatever the order of rows and columns, and the same where it is the only one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 25 }), fc.nat(), (size, seed) => {
        const reader = new StreamReader(stream(seed, 'gains'));
        const gains = Float64Array.from({ length: size * size }, () => reader.uniform());
        const rows = permutation(size, reader);
        const columns = permutation(size, reader);
        const moved = Float64Array.from(
          { length: size * size },
          (_, place) => gains[rows[Math.floor(place / size)] * size + columns[place % size]],
        );
        const straight = bestAssignment(gains, size);
        const turned = bestAssignment(moved, size);
        expect(turned.total).toBeCloseTo(straight.total, 9);
        turned.columns.forEach((column, row) => {
          expect(columns[column]).toBe(straight.columns[rows[row]]);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('leaves everything in its place where all gains are the same', () => {
    expect(bestAssignment(new Float64Array(25), 5).columns).toEqual(Int32Array.of(0, 1, 2, 3, 4));
  });

  it('refuses what is no square of finite numbers', () => {
    expect(() => bestAssignment(new Float64Array(6), 2)).toThrow('6 gains; expected 2 x 2.');
    expect(() => bestAssignment(Float64Array.of(1, Number.NaN, 0, 1), 2)).toThrow('gain 1 is NaN');
    expect(bestAssignment(new Float64Array(0), 0).total).toBe(0);
  });
});
