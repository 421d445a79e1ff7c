import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fisherCdf, fisherQuantile, intraclass } from './intraclass.js';

/** Six targets, four judges each: the example of Shrout and Fleiss (1979), table 2. */
const targets = [
  [9, 2, 5, 8],
  [6, 1, 3, 2],
  [8, 4, 6, 8],
  [7, 1, 2, 6],
  [10, 5, 6, 9],
  [6, 2, 4, 7],
];

describe('the intraclass correlation', () => {
  it('is that of Shrout and Fleiss, with the interval and p of scipy', () => {
    const found = intraclass([targets])!;
    // They give 0.17.
    expect(found.share).toBeCloseTo(0.16574176840547544, 10);
    expect(found.interval.low).toBeCloseTo(-0.13293232487475098, 8);
    expect(found.interval.high).toBeCloseTo(0.722560062328121, 8);
    expect(found.p).toBeCloseTo(0.16476880834463953, 8);
    expect(found).toMatchObject({ things: 6, times: 4 });
  });
  it('rests on the F distribution', () => {
    expect(fisherQuantile(0.975, 5, 18)).toBeCloseTo(3.381967805875243, 8);
    expect(fisherQuantile(0.95, 3, 10)).toBeCloseTo(3.7082648190468435, 8);
    expect(fisherQuantile(0.025, 2, 7)).toBeCloseTo(0.02540959938020058, 8);
    expect(fisherCdf(0, 2, 3)).toBe(0);
  });
  it('does not see what blocks have in common', () => {
    const blocks = [targets.slice(0, 3), targets.slice(3)];
    const moved = [blocks[0], blocks[1].map((values) => values.map((value) => value + 100))];
    expect(intraclass(moved)!.share).toBeCloseTo(intraclass(blocks)!.share, 9);
  });
  it('says nothing of too little, of NaN and of no spread', () => {
    for (const blocks of [
      [],
      [[]],
      [[[1, 2]]],
      [[[1], [2]]],
      [
        [
          [1, 1],
          [1, 1],
        ],
      ],
      [
        [
          [1, Number.NaN],
          [2, 3],
        ],
      ],
    ]) {
      expect(intraclass(blocks)).toBeNull();
    }
    expect(() => intraclass([[[1, 2], [1]]])).toThrow(RangeError);
    expect(
      intraclass([
        [
          [1, 1],
          [2, 2],
        ],
      ]),
    ).toMatchObject({ share: 1, p: 0 });
  });
  it('lies within its interval, which lies within what it can be', () => {
    const values = fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
      { minLength: 3, maxLength: 12 },
    );
    fc.assert(
      fc.property(values, (things) => {
        const found = intraclass([things]);
        if (found === null) return;
        expect(found.interval.low).toBeLessThanOrEqual(found.share + 1e-12);
        expect(found.interval.high).toBeGreaterThanOrEqual(found.share - 1e-12);
        expect(found.interval.low).toBeGreaterThanOrEqual(-1 - 1e-12);
        expect(found.interval.high).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });
});
