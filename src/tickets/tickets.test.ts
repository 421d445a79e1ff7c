import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sampler } from '../kernels/kernels.js';
import { type Layer, type Network, prunableParameters } from '../networks/network.js';
import { buildStack, namedStacks } from '../networks/stack.js';
import { StreamReader } from '../random/stream.js';
import { randomMask } from './controls.js';
import { maskDigest, tensorsDigest } from './digest.js';
import { initialise } from './initialisers/index.js';
import { inputDegree } from './input-degree.js';
import { applyMask, densityOf, fullMask, keptCounts } from './mask.js';
import { prune } from './prune.js';
import { keepAt, ladderOf } from './scopes/index.js';

const mnist = { channels: 1, height: 28, width: 28 };
const lenet = buildStack('lenet-300-100', namedStacks['lenet-300-100'], mnist, 10);

/** Roughly normal numbers, for tests that need no kernels. */
const sampler: Sampler = {
  normal: (stream, count) => {
    const reader = new StreamReader(stream);
    return Float32Array.from({ length: count }, () => {
      let sum = -6;
      for (let k = 0; k < 12; k++) sum += reader.uniform();
      return sum;
    });
  },
  uniform: (stream, count) => {
    const reader = new StreamReader(stream);
    return Float32Array.from({ length: count }, () => reader.uniform());
  },
};

describe('the ladder', () => {
  it('of LeNet-300-100 is the paper’s to two decimals', () => {
    const rungs = ladderOf(lenet, { scope: 'layer', rate: 0.2, outputRate: 0.1 }, 19);
    expect(rungs.map(({ density }) => (density * 100).toFixed(2))).toEqual(
      '100.00 80.04 64.06 51.28 41.05 32.87 26.32 21.07 16.88 13.52 10.83 8.68 6.95 5.57 4.47 3.58 2.87 2.31 1.85'.split(
        ' ',
      ),
    );
  });

  it('of a global scope counts the output layer out of N', () => {
    const [group, ...others] = keepAt(lenet, { scope: 'global', rate: 0.2, outputRate: 0.1 }, 1);
    expect(others).toEqual([]);
    expect(group.tensors).toEqual(['fc1.weight', 'fc2.weight']);
    expect(group.keep).toBe(265_200 * 0.8);
  });
});

const small = buildStack('small', { hidden: [5, 4], activation: 'relu' }, { channels: 1, height: 2, width: 3 }, 3);

describe('pruning', () => {
  it('goes by the absolute value: a large negative weight survives', () => {
    const mask = new Map([['w', Uint8Array.of(1, 1, 1, 1)]]);
    const trained = new Map([['w', Float32Array.of(-9, 0.1, -0.2, 5)]]);
    expect([...(prune(mask, trained, 'magnitude', [{ tensors: ['w'], keep: 2 }]).get('w') as Uint8Array)]).toEqual([
      1, 0, 0, 1,
    ]);
  });

  it('breaks ties by place: exactly N go, the first of equals first', () => {
    const mask = new Map([['w', new Uint8Array(6).fill(1)]]);
    const trained = new Map([['w', Float32Array.of(1, -1, 1, -1, 1, 2)]]);
    expect([...(prune(mask, trained, 'magnitude', [{ tensors: ['w'], keep: 3 }]).get('w') as Uint8Array)]).toEqual([
      0, 0, 0, 1, 1, 1,
    ]);
  });

  it('keeps exact counts, nests, and repeats itself, whatever the values', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.constantFrom('layer' as const, 'global' as const),
        fc.boolean(),
        (seed, rate, scope, coarse) => {
          const rates = { scope, rate, outputRate: rate / 2 };
          let mask = fullMask(small);
          for (let level = 1; level <= 4; level++) {
            // Coarse values make many ties.
            const trained = initialise(small, 'he-normal', seed + level, sampler);
            if (coarse) for (const values of trained.values()) values.set(values.map(Math.round));
            const groups = keepAt(small, rates, level);
            const next = prune(mask, trained, 'magnitude', groups);
            expect(maskDigest(prune(mask, trained, 'magnitude', groups))).toBe(maskDigest(next));
            for (const { tensors, keep } of groups) {
              const kept = tensors.reduce(
                (sum, name) => sum + (next.get(name) as Uint8Array).reduce((a, b) => a + b, 0),
                0,
              );
              expect(kept).toBe(keep);
            }
            for (const [name, bits] of next) {
              const before = mask.get(name) as Uint8Array;
              expect(bits.every((bit, i) => bit <= before[i])).toBe(true);
            }
            mask = next;
          }
        },
      ),
    );
  });

  it('leaves a tensor in no group alone', () => {
    const mask = fullMask(small);
    const trained = initialise(small, 'glorot-normal', 1, sampler);
    const next = prune(mask, trained, 'magnitude', keepAt(small, { scope: 'global', rate: 0.5, outputRate: 0.1 }, 1));
    expect((next.get('fc3.weight') as Uint8Array).every((bit) => bit === 1)).toBe(true);
  });

  it('refuses scores that are no numbers, by name', () => {
    const mask = new Map([['fc1.weight', Uint8Array.of(1, 1)]]);
    const trained = new Map([['fc1.weight', Float32Array.of(1, Number.NaN)]]);
    expect(() => prune(mask, trained, 'magnitude', [{ tensors: ['fc1.weight'], keep: 1 }])).toThrow(
      /fc1.weight: the magnitude score of weight 1/,
    );
  });
});

describe('controls', () => {
  it('a random mask has the same count in each layer and other places', () => {
    const trained = initialise(lenet, 'glorot-normal', 3, sampler);
    const mask = prune(
      fullMask(lenet),
      trained,
      'magnitude',
      keepAt(lenet, { scope: 'layer', rate: 0.2, outputRate: 0.1 }, 7),
    );
    const control = randomMask(mask, 5);
    expect(keptCounts(lenet, control)).toEqual(keptCounts(lenet, mask));
    for (const [name, bits] of mask) expect(control.get(name)).not.toEqual(bits);
    expect(maskDigest(randomMask(mask, 5))).toBe(maskDigest(control));
    expect(maskDigest(randomMask(mask, 6))).not.toBe(maskDigest(control));
    // Overlap is what chance gives, not more: the shuffle really shuffles.
    const bits = mask.get('fc1.weight') as Uint8Array;
    const other = control.get('fc1.weight') as Uint8Array;
    const kept = bits.reduce((a, b) => a + b, 0);
    const both = bits.reduce((sum, bit, i) => sum + (bit & other[i]), 0);
    expect(both / kept).toBeCloseTo(kept / bits.length, 1.7);
  });

  it('a re-initialisation is another draw', () => {
    const one = initialise(lenet, 'glorot-normal', 1, sampler);
    const two = initialise(lenet, 'glorot-normal', 2, sampler);
    expect(tensorsDigest(one)).not.toBe(tensorsDigest(two));
  });
});

describe('initialisation', () => {
  it.each([
    ['glorot-normal', Math.sqrt(2 / 1084)],
    ['he-normal', Math.sqrt(2 / 784)],
  ] as const)('%s has its deviation, and biases are zero', (name, deviation) => {
    const values = initialise(lenet, name, 1, sampler);
    const weights = values.get('fc1.weight') as Float32Array;
    const measured = Math.sqrt(weights.reduce((sum, v) => sum + v * v, 0) / weights.length);
    expect(measured / deviation).toBeCloseTo(1, 2);
    expect((values.get('fc1.bias') as Float32Array).every((v) => Object.is(v, 0))).toBe(true);
  });
});

describe('the random score', () => {
  const rates = { scope: 'layer', rate: 0.5, outputRate: 0.5 } as const;
  const trained = initialise(lenet, 'glorot-normal', 3, sampler);
  const pruned = (level: number, seed: number, weights = trained, before = fullMask(lenet)) =>
    prune(before, weights, 'random', keepAt(lenet, rates, level), { seed });

  it('knows the seed and nothing of the weights', () => {
    const other = initialise(lenet, 'glorot-normal', 4, sampler);
    expect(maskDigest(pruned(2, 1, other))).toBe(maskDigest(pruned(2, 1)));
    expect(maskDigest(pruned(2, 2))).not.toBe(maskDigest(pruned(2, 1)));
  });

  it('keeps the counts of the ladder, and another part of each layer', () => {
    const counts = keptCounts(lenet, pruned(2, 1));
    expect(counts.map(({ kept }) => kept)).toEqual([58_800, 7500, 250]);
    const one = [...(pruned(2, 1).get('fc1.weight') as Uint8Array).subarray(0, 1000)];
    const two = [...(pruned(2, 1).get('fc2.weight') as Uint8Array).subarray(0, 1000)];
    expect(one).not.toEqual(two);
  });

  it('comes to the same mask round by round and at once', () => {
    expect(maskDigest(pruned(2, 1, trained, pruned(1, 1)))).toBe(maskDigest(pruned(2, 1)));
  });
});

describe('networks with convolutions', () => {
  const maps: Network = {
    name: 'maps',
    input: { channels: 2, height: 3, width: 3 },
    classes: 2,
    layers: [
      {
        kind: 'convolution',
        name: 'conv1',
        inputs: 2,
        outputs: 3,
        kernel: [3, 3],
        stride: 1,
        padding: 1,
        bias: false,
      },
      { kind: 'batch-normalisation', name: 'bn1', channels: 3 },
      { kind: 'global-average-pool' },
      { kind: 'linear', name: 'fc', inputs: 3, outputs: 2 },
    ],
  };

  it('start batch normalisation where it changes nothing but the spread', () => {
    const start = initialise(maps, 'he-normal', 1, sampler);
    expect([...start.keys()]).toEqual([
      'conv1.weight',
      'bn1.weight',
      'bn1.bias',
      'bn1.running_mean',
      'bn1.running_var',
      'fc.weight',
      'fc.bias',
    ]);
    const of = (name: string) => [...(start.get(`bn1.${name}`) as Float32Array)];
    expect(['weight', 'bias', 'running_mean', 'running_var'].map(of)).toEqual([
      [1, 1, 1],
      [0, 0, 0],
      [0, 0, 0],
      [1, 1, 1],
    ]);
  });

  it('lose convolution and linear weights, and nothing of batch normalisation', () => {
    const start = initialise(maps, 'he-normal', 1, sampler);
    const groups = keepAt(maps, { scope: 'layer', rate: 0.5, outputRate: 0.5 }, 1);
    const mask = prune(fullMask(maps), start, 'magnitude', groups);
    expect([...mask.keys()]).toEqual(['conv1.weight', 'fc.weight']);
    const masked = applyMask(start, mask);
    for (const [name, values] of start) {
      expect(masked.get(name), name).toEqual(mask.has(name) ? expect.anything() : values);
    }
    expect((masked.get('conv1.weight') as Float32Array).filter((value) => value !== 0)).toHaveLength(27);
  });

  it('count at each pixel the weights whose window passes over it', () => {
    // Three outputs; a corner is read through four places of the window, an edge through six, the middle through nine.
    const channel = [12, 18, 12, 18, 27, 18, 12, 18, 12];
    expect(inputDegree(maps, null)).toEqual([...channel, ...channel]);
    const mask = fullMask(maps);
    const bits = mask.get('conv1.weight') as Uint8Array;
    bits.fill(0);
    // The first row's middle place, second channel, of one output: it reads the two upper rows of that channel.
    bits[2 * 18 + 9 + 1] = 1;
    expect(inputDegree(maps, mask)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0]);
    const [first, ...rest] = maps.layers;
    const strided: Network = { ...maps, layers: [{ ...first, stride: 2 } as Layer, ...rest] };
    // Windows about the corners: every pixel is read by those that lie at its corners.
    expect(inputDegree(strided, null).slice(0, 9)).toEqual([3, 6, 3, 6, 12, 6, 3, 6, 3]);
  });
});

describe('masks', () => {
  it('set pruned places to +0, and leave biases be', () => {
    const tensors = new Map([
      ['w', Float32Array.of(-1, 2)],
      ['b', Float32Array.of(3)],
    ]);
    const masked = applyMask(tensors, new Map([['w', Uint8Array.of(0, 1)]]));
    expect(Object.is(masked.get('w')?.[0], 0)).toBe(true);
    expect(masked.get('b')).toEqual(Float32Array.of(3));
  });

  it('count what reads each input', () => {
    const mask = fullMask(small);
    (mask.get('fc1.weight') as Uint8Array).set([0, 1, 0, 0, 0, 0]);
    expect(inputDegree(small, mask)).toEqual([4, 5, 4, 4, 4, 4]);
    expect(inputDegree(small, null)).toEqual([5, 5, 5, 5, 5, 5]);
    expect(densityOf(keptCounts(small, mask))).toBeCloseTo((62 - 5) / 62);
    expect(prunableParameters(small).map(({ size }) => size)).toEqual([30, 20, 12]);
  });
});
