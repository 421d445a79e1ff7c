import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundsTo } from './ladder.js';

describe('rounds on the way to densities', () => {
  it('are of equal shares, as many as the rate asks for, by hand', () => {
    // 0.5 lasts to 0.25 in two rounds, exactly.
    expect(roundsTo([0.25], 0.5)).toEqual([0.5, 0.25]);
    expect(roundsTo([0.5, 0.25], 0.5)).toEqual([0.5, 0.25]);
    expect(roundsTo([0.9], 0.5)).toEqual([0.9]);
    // Between 0.5 and 0.09, 0.18 of it: three rounds, of its cube root each.
    const three = roundsTo([0.5, 0.09], 0.5);
    expect(three).toHaveLength(4);
    expect(three[1]).toBeCloseTo(0.5 * Math.cbrt(0.18), 9);
    expect(three[2]).toBeCloseTo(0.5 * Math.cbrt(0.18) ** 2, 9);
    // 0.8 to the power of 8 is 0.168, of 7 0.210.
    expect(roundsTo([0.2], 0.2)).toHaveLength(8);
  });

  it('fall, lose no more than the rate in any, and end at exactly what is asked', () => {
    const shares = fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shares, fc.integer({ min: 5, max: 95 }), (thousandths, percent) => {
        const asked = thousandths.sort((a, b) => b - a).map((share) => share / 1000);
        const rate = percent / 100;
        const rounds = roundsTo(asked, rate);
        expect(rounds.at(-1)).toBe(asked.at(-1));
        expect(asked.every((density) => rounds.includes(density))).toBe(true);
        [1, ...rounds].slice(0, -1).forEach((before, i) => {
          expect(rounds[i]).toBeLessThan(before);
          expect(rounds[i]).toBeGreaterThanOrEqual(before * (1 - rate) * (1 - 1e-8));
        });
      }),
    );
  });
});
