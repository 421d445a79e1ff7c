import { describe, expect, it } from 'vitest';
import { coverages } from '../power/intervals.js';
import { nothing, quickstart, quickstartClaims, readPages } from '../power/pages.js';

// The short form of `npm run power`: the same numbers every time.
const SEED = 5;

describe('what the statistics promise, on data whose truth is known', () => {
  it('holds for 95% intervals', () => {
    for (const { what, trials, held } of coverages(SEED, 4000, [3, 6])) {
      expect(held, `${what}, ${trials} trials`).toBeGreaterThan(0.93);
      expect(held, `${what}, ${trials} trials`).toBeLessThan(0.97);
    }
  });

  it('holds for pages without an effect: at most 5% support any claim', () => {
    for (const [place, trials] of [3, 6].entries()) {
      const said = readPages(SEED, place, 300, nothing(trials, ['reinitialise']));
      // Three deviations above 5% of 300.
      expect(said.any('supported'), `${trials} trials`).toBeLessThan(0.088);
    }
  });

  it('finds in six trials what the quickstart is to show', () => {
    const said = readPages(SEED, 10, 100, quickstart(6));
    expect(said.supported(...quickstartClaims)).toBeGreaterThan(0.9);
  });
});
