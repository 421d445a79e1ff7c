import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlap, placeLabels, spreadApart, textWidth } from './place-labels.js';

describe('labels beside one another', () => {
  it('move neighbours apart, no more than needed', () => {
    expect(spreadApart([1, 5, 9], 2)).toEqual([1, 5, 9]);
    expect(spreadApart([5, 5], 2)).toEqual([4, 6]);
    expect(spreadApart([5, 5, 5, 100], 2)).toEqual([3, 5, 7, 100]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 12 }), (values) => {
        const moved = [...spreadApart(values, 3)].sort((a, b) => a - b);
        for (let i = 1; i < moved.length; i++) expect(moved[i] - moved[i - 1]).toBeGreaterThan(3 - 1e-9);
      }),
    );
  });
});

describe('labels', () => {
  it('find free places inside their bounds, wherever a dozen points lie', () => {
    const bounds = { left: 0, top: 0, right: 620, bottom: 230 };
    const place = fc.record({ x: fc.integer({ min: 10, max: 610 }), y: fc.integer({ min: 10, max: 220 }) });
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 12 }), (places) => {
        const labels = placeLabels(
          places.map(({ x, y }, i) => ({ x, y, text: `a scheme, no ${i}`, radius: 5 })),
          bounds,
        );
        labels.forEach(({ box, text }, i) => {
          expect(box.right - box.left).toBeCloseTo(textWidth(text), 9);
          expect(box.left >= 0 && box.right <= 620 && box.top >= 0 && box.bottom <= 230).toBe(true);
          for (const other of labels.slice(i + 1)) expect(overlap(box, other.box)).toBe(0);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('begin at the left where nothing fits', () => {
    const [label] = placeLabels([{ x: 5, y: 5, text: 'far too long', radius: 4 }], {
      left: 0,
      top: 0,
      right: 20,
      bottom: 40,
    });
    expect(label.box.left).toBe(0);
  });
});
