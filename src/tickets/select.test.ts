import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamReader, stream } from '../random/stream.js';
import { nthLowest } from './select.js';

describe('the number at a place', () => {
  it('is what sorting finds, whatever the numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 60 }), fc.nat(), (values, draw) => {
        // Repeated often enough that counting, not sorting, does the work.
        const many = Float64Array.from({ length: 1500 }, (_, i) => values[i % values.length]);
        const place = draw % many.length;
        const copy = many.slice();
        expect(nthLowest(many, place)).toBe(copy.slice().sort()[place]);
        expect(many).toEqual(copy);
      }),
    );
  });

  it('is found among numbers that differ in their last bits, and in a view into a longer array', () => {
    const reader = new StreamReader(stream(1, 'close'));
    const long = Float64Array.from({ length: 5001 }, () => -1 - reader.below(4000) * 2 ** -52);
    const values = long.subarray(1);
    const sorted = values.slice().sort();
    for (const place of [0, 1, 17, 2500, 4998, 4999]) expect(nthLowest(values, place)).toBe(sorted[place]);
  });

  it('takes infinities and both zeros in their order', () => {
    const kinds = [Number.NEGATIVE_INFINITY, -1, -0, 0, 5e-324, Number.POSITIVE_INFINITY];
    const values = Float64Array.from({ length: 6000 }, (_, i) => kinds[i % 6]);
    expect([0, 1000, 2000, 3000, 4000, 5000].map((place) => nthLowest(values, place))).toEqual(kinds);
  });
});
