import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { philox4x32 } from './philox.js';
import { deriveSeed, labelHash, permutation, StreamReader, stream } from './stream.js';

const hex = (words: Uint32Array) => [...words].map((word) => word.toString(16).padStart(8, '0'));

describe('Philox4x32-10', () => {
  // Known answers of the Random123 distribution (kat_vectors, philox4x32 10).
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8'],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      ['408f276d', '41c83b0e', 'a20bc7c6', '6d5451fd'],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      ['d16cfe09', '94fdcceb', '5001e420', '24126ea1'],
    ],
  ])('counter %j and key %j give the published words', (counter, key, expected) => {
    const out = new Uint32Array(4);
    philox4x32(counter, key, out);
    expect(hex(out)).toEqual(expected);
  });
});

describe('streams', () => {
  it('below() is the exact multiply-shift for every bound', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 0xffffffff }), (seed, bound) => {
        const reader = new StreamReader(stream(seed, 'test'));
        const words = new StreamReader(stream(seed, 'test'));
        const value = reader.below(bound);
        const threshold = 0x100000000n % BigInt(bound);
        for (;;) {
          const product = BigInt(words.word()) * BigInt(bound);
          if ((product & 0xffffffffn) >= threshold) {
            expect(value).toBe(Number(product >> 32n));
            return;
          }
        }
      }),
    );
  });

  it('a permutation holds every place once and differs with the seed', () => {
    const one = permutation(1000, new StreamReader(stream(1, 'order')));
    const two = permutation(1000, new StreamReader(stream(2, 'order')));
    expect([...one].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(one).not.toEqual(two);
  });

  it('labels in use have different hashes', () => {
    const labels = [
      ...['init', 'order', 'split', 'trial', 'reinitialise', 'random-mask', 'strokes', 'bootstrap'],
      ...['dropout', 'augment', 'supermask', 'score'],
    ];
    expect(new Set(labels.map(labelHash)).size).toBe(labels.length);
  });

  it('derived seeds are safe integers and differ by label and index', () => {
    const seeds = [deriveSeed(1, 'a'), deriveSeed(1, 'b'), deriveSeed(1, 'a', 1), deriveSeed(2, 'a')];
    expect(new Set(seeds).size).toBe(4);
    for (const seed of seeds) expect(Number.isSafeInteger(seed)).toBe(true);
  });

  it('refuses a seed that is not a whole number and says what is expected', () => {
    expect(() => stream(1.5, 'init')).toThrow(/seed is 1.5; expected a whole number/);
  });
});
