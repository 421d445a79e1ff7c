import { describe, expect, it } from 'vitest';
import { cutAxis, evenTicks } from './cut-axis.js';

describe('axes', () => {
  it('are cut above what lies far below the rest, and only then', () => {
    expect(cutAxis([97, 97.5, 98, 11.35]).isCut).toBe(true);
    expect(cutAxis([97, 97.5, 98, 11.35]).low).toBeCloseTo(97 - 0.08, 9);
    expect(cutAxis([97, 97.5, 98, 11.35], { isWhole: true }).isCut).toBe(false);
    expect(cutAxis([60, 70, 80, 90]).isCut).toBe(false);
    expect(cutAxis([98]).isCut).toBe(false);
    // Ends of intervals are on the axis up to half its length on each side.
    expect(cutAxis([10, 12], { ends: [9.5, 20] })).toEqual({ low: 9.5 - 0.16, high: 13 + 0.16, isCut: false });
  });

  it('have round ticks', () => {
    expect(evenTicks(0.4, 5.2)).toEqual([1, 2, 3, 4, 5]);
    expect(evenTicks(96.3, 98.6)).toEqual([96.5, 97, 97.5, 98, 98.5]);
    expect(evenTicks(96.5, 98.1)).toHaveLength(4);
    expect(evenTicks(-300, 4000)[0]).toBe(0);
  });
});
