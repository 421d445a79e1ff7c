import { describe, expect, it } from 'vitest';
import { rewindAxis } from './axis.js';

describe('the axis of rewinds', () => {
  it('is logarithmic, and has a place of its own for the initialisation', () => {
    const { place, domain } = rewindAxis([0, 100, 1000, 10_000]);
    expect(place(1000) - place(100)).toBeCloseTo(1, 12);
    expect(place(10_000) - place(1000)).toBeCloseTo(1, 12);
    expect(place(0)).toBeLessThan(place(100));
    expect(domain[0]).toBeLessThan(place(0));
    expect(domain[1]).toBeGreaterThan(place(10_000));
    const alone = rewindAxis([0]);
    expect(Number.isFinite(alone.place(0))).toBe(true);
  });
});
