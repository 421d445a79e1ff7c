import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantRate, halfCosine, learningRateAt, learningRates } from './schedule.js';
import type { LearningRateSchedule } from './types.js';

describe('our own cosine', () => {
  it('is that of the library to 1e-12', () => {
    for (let i = 0; i <= 10_000; i++) {
      expect(Math.abs(halfCosine(i / 10_000) - Math.cos((Math.PI * i) / 10_000))).toBeLessThan(1e-12);
    }
    expect([0, 0.5, 1].map(halfCosine)).toEqual([1, 0, -1]);
  });

  it('falls all the way, and mirrors about the middle', () => {
    for (let i = 1; i <= 1000; i++) expect(halfCosine(i / 1000)).toBeLessThan(halfCosine((i - 1) / 1000));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1024 }), (i) => halfCosine(i / 1024) === 0 - halfCosine(1 - i / 1024)),
    );
  });

  it('has these bits on every machine', () => {
    const view = new DataView(new ArrayBuffer(8));
    const bits = [0.1, 0.3, 1 / 3, 0.7, 0.95].map((share) => {
      view.setFloat64(0, halfCosine(share));
      return view.getBigUint64(0).toString(16);
    });
    expect(bits).toMatchInlineSnapshot(`
      [
        "3fee6f0e134454ff",
        "3fe2cf2304755a5e",
        "3fe0000000000000",
        "bfe2cf2304755a5d",
        "bfef9b24942fe45b",
      ]
    `);
  });
});

describe('a schedule', () => {
  const rates = (schedule: LearningRateSchedule, iterations: number, lr = 1) => [
    ...learningRates(schedule, lr, iterations),
  ];

  it('that is constant gives the rate itself, in single precision', () => {
    expect(rates(constantRate, 3, 0.1)).toEqual([0.1, 0.1, 0.1].map(Math.fround));
    expect(rates(constantRate, 0)).toEqual([]);
  });

  it('of steps falls at the iterations it names, and not before', () => {
    const steps = { warmup: 0, shape: { kind: 'steps', at: [2, 4], factor: 0.5 } } as const;
    expect(rates(steps, 6)).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25]);
  });

  it('of half a cosine goes from the whole rate to its floor, and stays there', () => {
    const cosine = { warmup: 0, shape: { kind: 'cosine', until: 4, floor: 0.2 } } as const;
    const found = rates(cosine, 7);
    [1, 0.2 + 0.4 * (1 + Math.SQRT1_2), 0.6, 0.2 + 0.4 * (1 - Math.SQRT1_2), 0.2, 0.2, 0.2].forEach((rate, i) => {
      expect(found[i]).toBeCloseTo(rate, 7);
    });
    expect(found[4]).toBe(Math.fround(0.2));
  });

  it('warms up in equal parts to the whole rate, whatever comes after', () => {
    expect(rates({ ...constantRate, warmup: 4 }, 6)).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
    // The paper's ResNet: the first drop comes where the warm-up ends.
    const paper = { warmup: 4, shape: { kind: 'steps', at: [4], factor: 0.1 } } as const;
    expect(rates(paper, 6)).toEqual([0.25, 0.5, 0.75, 1, 0.1, 0.1].map(Math.fround));
    const cosine = { warmup: 2, shape: { kind: 'cosine', until: 4, floor: 0 } } as const;
    expect(rates(cosine, 3)).toEqual([0.5, 0.5 + Math.SQRT1_2 / 2, 0.5].map(Math.fround));
  });

  it('does not depend on how long the run is, and is never more than the rate', () => {
    const shapes: readonly LearningRateSchedule['shape'][] = [
      { kind: 'constant' },
      { kind: 'steps', at: [3, 17], factor: 0.1 },
      { kind: 'cosine', until: 25, floor: 0.01 },
    ];
    fc.assert(
      fc.property(fc.constantFrom(...shapes), fc.nat(30), fc.nat(40), (shape, warmup, iterations) => {
        const short = learningRates({ warmup, shape }, 0.03, iterations);
        expect(learningRates({ warmup, shape }, 0.03, 40).subarray(0, iterations)).toEqual(short);
        short.forEach((rate, i) => {
          expect(rate).toBeGreaterThan(0);
          expect(rate).toBeLessThanOrEqual(Math.fround(0.03));
          expect(rate).toBe(Math.fround(learningRateAt({ warmup, shape }, 0.03, i)));
        });
      }),
    );
  });
});
