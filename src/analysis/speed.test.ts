import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lossArea, timeToLoss } from './speed.js';

const curve = { iteration: [0, 100, 200, 400], validationLoss: [2, 1, 0.4, 0.6] };

/** Falling or not, at rising iterations. */
const curves = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0.01, max: 5, noNaN: true })), {
    minLength: 2,
    maxLength: 30,
  })
  .map((rows) => {
    let at = 0;
    return {
      iteration: rows.map(([step]) => {
        at += step;
        return at;
      }),
      validationLoss: rows.map(([, loss]) => loss),
    };
  });

describe('the time to a validation loss', () => {
  it('is interpolated linearly between evaluations', () => {
    expect(timeToLoss(curve, 1.5)).toEqual({ iterations: 50, reached: true });
    expect(timeToLoss(curve, 0.7)).toEqual({ iterations: expect.closeTo(150, 9), reached: true });
    expect(timeToLoss(curve, 1)).toEqual({ iterations: 100, reached: true });
    expect(timeToLoss(curve, 3)).toEqual({ iterations: 0, reached: true });
  });
  it('is censored at the end of training where it is never reached', () => {
    expect(timeToLoss(curve, 0.39)).toEqual({ iterations: 400, reached: false });
    expect(timeToLoss({ iteration: [], validationLoss: [] }, 1)).toBeNull();
    expect(timeToLoss({ iteration: [0, 10], validationLoss: [Number.NaN, Number.NaN] }, 1)).toEqual({
      iterations: 10,
      reached: false,
    });
    expect(timeToLoss({ iteration: [0, 10], validationLoss: [Number.NaN, 0.5] }, 1)).toEqual({
      iterations: 10,
      reached: true,
    });
  });
  it('is never sooner for a lower loss, and lies within the training', () => {
    fc.assert(
      fc.property(
        curves,
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (one, loss, share) => {
          const [high, low] = [timeToLoss(one, loss)!, timeToLoss(one, loss * share)!];
          expect(low.iterations).toBeGreaterThanOrEqual(high.iterations);
          expect(high.iterations).toBeGreaterThanOrEqual(one.iteration[0]);
          expect(low.iterations).toBeLessThanOrEqual(one.iteration.at(-1)!);
          expect(low.reached && !high.reached).toBe(false);
        },
      ),
    );
  });
});

describe('the area under the validation loss', () => {
  it('is the mean loss over the iterations, by the trapezoid rule', () => {
    expect(lossArea(curve)).toBeCloseTo((1.5 * 100 + 0.7 * 100 + 0.5 * 200) / 400, 12);
    expect(lossArea(curve, 50)).toBeCloseTo((1.25 * 50 + 0.7 * 100 + 0.5 * 200) / 350, 12);
    expect(lossArea(curve, 200)).toBeCloseTo(0.5, 12);
    expect(lossArea(curve, 400)).toBeNull();
    expect(lossArea({ iteration: [0], validationLoss: [1] })).toBeNull();
    expect(lossArea({ iteration: [0, 10], validationLoss: [1, Number.NaN] })).toBeNaN();
  });
  it('lies between the least and the greatest loss, and scales with it', () => {
    fc.assert(
      fc.property(curves, (one) => {
        const area = lossArea(one)!;
        expect(area).toBeGreaterThanOrEqual(Math.min(...one.validationLoss) * (1 - 1e-12));
        expect(area).toBeLessThanOrEqual(Math.max(...one.validationLoss) * (1 + 1e-12));
        const twice = { ...one, validationLoss: one.validationLoss.map((loss) => 2 * loss) };
        expect(lossArea(twice)!).toBeCloseTo(2 * area, 9);
      }),
    );
  });
});
