import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paretoFront } from './pareto.js';

describe('the Pareto front', () => {
  it('keeps what nothing beats, equals together', () => {
    const offers = [
      { cost: 0, quality: 1 },
      { cost: 0, quality: 2 },
      { cost: 1, quality: 2 },
      { cost: 1, quality: 3 },
      { cost: 1, quality: 3 },
      { cost: 5, quality: 2.5 },
      { cost: 5, quality: 4 },
    ];
    expect(paretoFront(offers)).toEqual([false, true, false, true, true, false, true]);
    expect(paretoFront([])).toEqual([]);
  });

  it('holds one that is as good as any other at its cost, for every offer', () => {
    const offer = fc.record({ cost: fc.integer({ min: 0, max: 5 }), quality: fc.integer({ min: 0, max: 5 }) });
    fc.assert(
      fc.property(fc.array(offer, { minLength: 1, maxLength: 12 }), (offers) => {
        const on = offers.filter((_, i) => paretoFront(offers)[i]);
        for (const one of offers) {
          expect(on.some(({ cost, quality }) => cost <= one.cost && quality >= one.quality)).toBe(true);
        }
        for (const a of on) {
          for (const b of on) expect(a.cost < b.cost && a.quality >= b.quality).toBe(false);
        }
      }),
    );
  });
});
