import fc from 'fast-check';

/** Studies of rewinds of any size, with any share of what they train missing or diverged. */
export const anyRewinds = fc
  .record({
    trials: fc.integer({ min: 1, max: 4 }),
    rewinds: fc.uniqueArray(fc.nat(3000), { minLength: 1, maxLength: 4 }),
    densities: fc.constantFrom([0.5], [0.2, 0.05]),
    lost: fc.double({ min: 0, max: 1, noNaN: true }),
    broken: fc.double({ min: 0, max: 1, noNaN: true }),
    seed: fc.nat(1000),
  })
  .map(({ trials, rewinds, densities, lost, broken, seed }) => {
    let state = seed;
    const chance = (probability: number): boolean => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state / 2147483648 < probability;
    };
    return {
      trials,
      rewinds: [...rewinds].sort((a, b) => a - b),
      densities,
      missing: () => chance(lost),
      diverged: () => chance(broken),
    };
  });
