import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleOf } from '../../../test/fixtures/gaussians.js';
import { NeighbourTree } from './neighbour-tree.js';

/** Few different values, so that many points tie or coincide. */
const samples = fc
  .tuple(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 4 }))
  .chain(([count, units]) =>
    fc
      .array(fc.integer({ min: -6, max: 6 }), { minLength: count * units, maxLength: count * units })
      .map((values) => sampleOf(values, units)),
  );

describe('a tree of neighbours', () => {
  it('says what looking at every point says', () => {
    fc.assert(
      fc.property(
        samples,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 4 }),
        fc.nat(),
        (sample, k, radius, some) => {
          const { values, count, units } = sample;
          const point = some % count;
          const distances = Array.from({ length: count }, (_, j) =>
            Math.max(
              ...Array.from({ length: units }, (_, u) => Math.abs(values[point * units + u] - values[j * units + u])),
            ),
          );
          const tree = new NeighbourTree(sample);
          const others = distances.filter((_, j) => j !== point).sort((a, b) => a - b);
          expect(tree.kth(point, k)).toBe(others[k - 1] ?? Number.POSITIVE_INFINITY);
          expect(tree.within(point, radius)).toBe(distances.filter((d) => d <= radius).length);
          expect(tree.within(point, radius, true)).toBe(distances.filter((d) => d < radius).length);
          const even = Array.from({ length: count }, (_, j) => j).filter((j) => j % 2 === 0);
          const half = new NeighbourTree(sample, even);
          expect(half.within(point, radius)).toBe(even.filter((j) => distances[j] <= radius).length);
          const nearest = even.filter((j) => j !== point).map((j) => distances[j]);
          expect(half.kth(point, 1)).toBe(Math.min(...nearest));
        },
      ),
    );
  });
});
