import { describe, expect, it } from 'vitest';
import type { Sampler } from '../../kernels/kernels.js';
import type { Tensors } from '../../networks/network.js';
import { type Stream, StreamReader } from '../../random/stream.js';
import { tensorsDigest } from '../digest.js';
import { type Start, type StartName, startNames, starts, startValues } from './index.js';

/** Numbers between -1 and 1, for tests that need no kernels. */
const between = (stream: Stream, count: number) => {
  const reader = new StreamReader(stream);
  return Float32Array.from({ length: count }, () => 2 * reader.uniform() - 1);
};
const sampler: Sampler = { normal: between, uniform: between };

const initial = new Map([
  ['fc1.weight', Float32Array.of(3, -1, 2, -4, 0.5, 7)],
  ['fc1.bias', Float32Array.of(0.25, -0.5)],
  ['fc2.weight', Float32Array.of(-8, 6)],
]);
const redrawn = new Map([
  ['fc1.weight', Float32Array.of(-0.125, 0.25, -0.5, 1, 9, 9)],
  ['fc1.bias', Float32Array.of(9, 9)],
  ['fc2.weight', Float32Array.of(-5, -3)],
]);
const mask = new Map([
  ['fc1.weight', Uint8Array.of(1, 1, 1, 1, 0, 0)],
  ['fc2.weight', Uint8Array.of(1, 1)],
]);

const made = (name: StartName, over: Partial<Parameters<typeof startValues>[1]> = {}) =>
  startValues(name, { initial, redrawn, mask, seed: 1, amount: 0.5, sampler, ...over });
const of = (tensors: Tensors, name = 'fc1.weight') => [...(tensors.get(name) as Float32Array)];

/** A wide layer, a third of it pruned, for what only many weights show. */
const wide = {
  initial: new Map([['w', Float32Array.from({ length: 3000 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (1 + i))]]),
  redrawn: new Map([['w', Float32Array.from({ length: 3000 }, (_, i) => -0.5 - i)]]),
  mask: new Map([['w', Uint8Array.from({ length: 3000 }, (_, i) => (i % 3 === 0 ? 0 : 1))]]),
};
const alive = (tensors: Tensors) => of(tensors, 'w').filter((_, i) => i % 3 !== 0);

describe('starts', () => {
  it.each(startNames)('%s leaves biases alone, sets pruned places to +0, and changes nothing it is given', (name) => {
    const before = structuredClone({ initial, redrawn, mask });
    const values = made(name);
    expect([...values.keys()]).toEqual([...initial.keys()]);
    expect(values.get('fc1.bias')).toEqual(initial.get('fc1.bias'));
    for (const place of [4, 5]) expect(Object.is(of(values)[place], 0)).toBe(true);
    expect(of(values).slice(0, 4)).not.toEqual(of(initial).slice(0, 4));
    expect({ initial, redrawn, mask }).toEqual(before);
    expect(starts[name].source).toMatch(/\d{4}/);
  });

  it.each(startNames)('%s gives the same bits for one seed, and others for another where it draws', (name) => {
    const digest = (seed: number) => tensorsDigest(made(name, { seed, ...wide }));
    expect(digest(1)).toBe(digest(1));
    // A fresh draw's magnitudes come from that draw, whatever the seed.
    const drawsItself = (starts[name] as Start).draws === true && name !== 'redraw-magnitude';
    expect(digest(2) !== digest(1)).toBe(drawsItself);
  });

  it('draw something else for another layer', () => {
    const twice = {
      initial: new Map([...wide.initial, ['v', wide.initial.get('w') as Float32Array]]),
      redrawn: new Map([...wide.redrawn, ['v', wide.redrawn.get('w') as Float32Array]]),
      mask: new Map([...wide.mask, ['v', wide.mask.get('w') as Uint8Array]]),
    };
    for (const name of ['own-distribution', 'reshuffle', 'random-sign', 'noise'] as const) {
      const values = made(name, twice);
      expect(of(values, 'w'), name).not.toEqual(of(values, 'v'));
    }
  });

  it('of layers that are pruned whole, or not at all, are what they should be', () => {
    for (const name of startNames) {
      const none = new Map([...mask, ['fc2.weight', Uint8Array.of(0, 0)]]);
      expect(of(made(name, { mask: none }), 'fc2.weight')).toEqual([0, 0]);
    }
    expect(of(made('sign-flipped'), 'fc2.weight')).toEqual([8, -6]);
  });
});

describe('by hand', () => {
  it('own-distribution draws with replacement from the values of the survivors alone', () => {
    const values = alive(made('own-distribution', wide));
    const survivors = new Set(alive(wide.initial));
    expect(values.every((value) => survivors.has(value))).toBe(true);
    // Of 2000 draws from 2000 values, 1 - 1/e are different ones.
    expect(new Set(values).size / values.length).toBeCloseTo(1 - Math.exp(-1), 1);
  });

  it('reshuffle keeps each survivor’s value, once, and moves nearly all of them', () => {
    expect(of(made('reshuffle')).slice(0, 4).sort()).toEqual([3, -1, 2, -4].sort());
    const [before, after] = [alive(wide.initial), alive(made('reshuffle', wide))];
    const sorted = (values: number[]) => [...values].sort((a, b) => a - b);
    expect(sorted(after)).toEqual(sorted(before));
    expect(after.filter((value, i) => value === before[i]).length).toBeLessThan(10);
  });

  it('signed-constant is the deviation of the whole layer before pruning, with the initial sign', () => {
    // 3, -1, 2, -4, 0.5, 7: mean 1.25, squares of differences 3.0625 + 5.0625 + 0.5625 + 27.5625 + 0.5625 + 33.0625 = 69.875.
    const size = Math.fround(Math.sqrt(69.875 / 6));
    expect(of(made('signed-constant'))).toEqual([size, -size, size, -size, 0, 0]);
    // -8 and 6: mean -1, deviation 7.
    expect(of(made('signed-constant'), 'fc2.weight')).toEqual([-7, 7]);
  });

  it('redraw-magnitude takes the size of a fresh draw and the initial sign', () => {
    expect(of(made('redraw-magnitude'))).toEqual([0.125, -0.25, 0.5, -1, 0, 0]);
    expect(of(made('redraw-magnitude'), 'fc2.weight')).toEqual([-5, 3]);
  });

  it('sign-flipped changes every sign', () => {
    expect(of(made('sign-flipped'))).toEqual([-3, 1, -2, 4, 0, 0]);
  });

  it('random-sign keeps every size, and half of the signs', () => {
    const [before, after] = [alive(wide.initial), alive(made('random-sign', wide))];
    expect(after.map(Math.abs)).toEqual(before.map(Math.abs));
    const same = after.filter((value, i) => value === before[i]).length / after.length;
    expect(same).toBeGreaterThan(0.45);
    expect(same).toBeLessThan(0.55);
  });

  it('noise adds normal draws of so many deviations of the layer', () => {
    const numbers = Float32Array.of(1, -1, 0.5, 2, 1, 1);
    const normal = (_: Stream, count: number) => numbers.slice(0, count);
    const values = made('noise', { amount: 2, sampler: { normal, uniform: between } });
    // -8 and 6 deviate by 7, so that two deviations are 14.
    expect(of(values, 'fc2.weight')).toEqual([-8 + 14, 6 - 14]);
    expect(of(made('noise', { amount: 0 })).slice(0, 4)).toEqual([3, -1, 2, -4]);
    const size = Math.fround(2 * Math.fround(Math.sqrt(69.875 / 6)));
    expect(of(values).slice(0, 4)).toEqual(
      [3, -1, 2, -4].map((value, i) => Math.fround(value + Math.fround(size * numbers[i]))),
    );
  });
});
