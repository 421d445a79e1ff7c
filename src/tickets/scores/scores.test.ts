import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Quantity } from '../measure.js';
import { type Score, type ScoreName, scoreNames, scores } from './index.js';

const measurements: Record<Quantity, Float64Array> = {
  gradient: Float64Array.of(0.5, -2, 4, 0.125, 9),
  'squared-gradient': Float64Array.of(2, 8, 16, 1, 9),
  'hessian-gradient': Float64Array.of(-1, 2, 0, 0.5, 9),
  'input-norm': Float64Array.of(3, 0, 2, 1, 9),
  flow: Float64Array.of(1, 6, 2, 4, 0),
};

/** Five weights before and after training, by hand; the last is pruned already. */
const context = {
  initial: Float32Array.of(0.5, -0.25, 1, -2, 3),
  trained: Float32Array.of(1, 0.5, -0.75, -2.5, 0),
  mask: Uint8Array.of(1, 1, 1, 1, 0),
  seed: 1,
  place: 0,
  measured: (quantity: Quantity) => measurements[quantity],
};

const least = Number.NEGATIVE_INFINITY;

/** Places with a mask of 1: what a pruned weight scores matters to nobody. */
const alive = (score: Score) => [...score.of(context)].slice(0, 4);

describe('scores of weights', () => {
  const expected: Partial<Record<ScoreName, number[]>> = {
    magnitude: [1, 0.5, 0.75, 2.5],
    'small-final': [-1, -0.5, -0.75, -2.5],
    'large-initial': [0.5, 0.25, 1, 2],
    'small-initial': [-0.5, -0.25, -1, -2],
    // Ranks before: 2 1 3 4 of 4; after: 3 1 2 4.
    'large-initial-large-final': [0.5, 0.25, 0.5, 1],
    // The other way round: 3 4 2 1 and 2 4 3 1.
    'small-initial-small-final': [0.5, 1, 0.5, 0.25],
    'magnitude-increase': [0.5, 0.25, -0.25, 0.5],
    movement: [0.5, 0.75, 1.75, 0.5],
    'magnitude-same-sign': [1, least, least, 2.5],
    'magnitude-increase-same-sign': [0.5, least, least, 0.5],
    'movement-same-sign': [0.5, least, least, 0.5],
    // Squares 1, 1/4, 9/16, 25/4; sums of what is no smaller: 7.25, 8.0625, 7.8125, 6.25.
    lamp: [1 / 7.25, 0.25 / 8.0625, 0.5625 / 7.8125, 1],
    'gradient-magnitude': [0.5, 2, 4, 0.125],
    taylor: [0.25, 1, 9, 0.09765625],
    fisher: [1, 1, 4.5, 3.125],
    snip: [0.5, 1, 3, 0.3125],
    grasp: [-1, 1, -0, -1.25],
    synflow: [1, 3, 1.5, 10],
    'activation-aware': [3, 0, 1.5, 2.5],
  };

  it.each(Object.entries(expected))('%s gives what is worked out by hand', (name, values) => {
    expect(alive(scores[name as ScoreName])).toEqual(values.map(Math.fround));
  });

  it('are pure, and take whatever values there are', () => {
    const value = fc.float({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value, fc.boolean()), { minLength: 1, maxLength: 30 }), (weights) => {
        const given = {
          initial: Float32Array.from(weights, ([before]) => before),
          trained: Float32Array.from(weights, ([, after]) => after),
          mask: Uint8Array.from(weights, ([, , kept]) => (kept ? 1 : 0)),
          seed: 3,
          place: 1,
        };
        const measured = () => Float64Array.from(weights, ([before]) => before / 3);
        const copy = structuredClone(given);
        for (const name of scoreNames) {
          const once = scores[name].of({ ...given, measured });
          expect(once).toEqual(scores[name].of({ ...given, measured }));
          expect(once.length).toBe(weights.length);
          expect(given).toEqual(copy);
          expect(
            once.every((score) => !Number.isNaN(score)),
            name,
          ).toBe(true);
        }
      }),
    );
  });

  it('say who proposed them', () => {
    for (const name of scoreNames) expect(scores[name].source).toMatch(/\d{4}/);
  });
});
