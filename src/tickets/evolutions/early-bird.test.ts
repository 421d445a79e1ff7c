import { beforeAll, describe, expect, it } from 'vitest';
import { adam, bitsOf, toyDataset, toyPlan } from '../../../test/fixtures/toy-plan.js';
import { FIRST, momentOf, runOf, SECOND, toy } from '../../../test/fixtures/watched-evolution.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { NetworkBuilder } from '../../networks/builder.js';
import { fullMask, type Mask, type Network, parametersOf, type Tensors } from '../../networks/network.js';
import { type TrainingPlan, train } from '../../training/index.js';
import { initialise } from '../initialisers/index.js';
import { applyMask } from '../mask.js';
import { prune } from '../prune.js';
import { type EarlyBirdSettings, evolutionOf, hasScaledChannels, maskDistance, relativeDistance } from './index.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const bitsAt = (size: number, set: readonly number[]) => Uint8Array.from({ length: size }, (_, i) => +set.includes(i));

describe('the distance of two masks, relative to what they can differ in', () => {
  it('is that of the bits that differ to 2 min(k, n - k), by hand', () => {
    const of = (set: readonly number[], size = 10): Mask => new Map([['w', bitsAt(size, set)]]);
    const group = (keep: number) => [{ tensors: ['w'], keep }];
    // Three of ten: nothing in common, one, two, all.
    expect(relativeDistance(of([0, 1, 2]), of([3, 4, 5]), group(3))).toBe(1);
    expect(relativeDistance(of([0, 1, 2]), of([2, 3, 4]), group(3))).toBe(4 / 6);
    expect(relativeDistance(of([0, 1, 2]), of([1, 2, 3]), group(3))).toBe(2 / 6);
    expect(relativeDistance(of([0, 1, 2]), of([0, 1, 2]), group(3))).toBe(0);
    // Seven of ten have at least four in common, and differ in six bits at most.
    expect(relativeDistance(of([0, 1, 2, 3, 4, 5, 6]), of([3, 4, 5, 6, 7, 8, 9]), group(7))).toBe(1);
    // At a density of one half it is the share of all bits, as in the authors' code.
    expect(relativeDistance(of([0, 1, 2, 3, 4]), of([4, 5, 6, 7, 8]), group(5))).toBe(
      maskDistance(of([0, 1, 2, 3, 4]), of([4, 5, 6, 7, 8])),
    );
    expect(relativeDistance(of([0, 1]), of([0, 1]), [])).toBe(0);
  });

  it('adds groups up, each by its own counts, and tensors of a group together', () => {
    const mask = (a: readonly number[], b: readonly number[]): Mask =>
      new Map([
        ['a', bitsAt(10, a)],
        ['b', bitsAt(4, b)],
      ]);
    const [one, other] = [mask([0, 1], [0, 1, 2]), mask([1, 2], [1, 2, 3])];
    // 2 + 2 bits of 2 x 2 + 2 x 1; together 5 of 14 may differ in 10.
    const apart = [
      { tensors: ['a'], keep: 2 },
      { tensors: ['b'], keep: 3 },
    ];
    expect(relativeDistance(one, other, apart)).toBe(4 / 6);
    expect(relativeDistance(one, other, [{ tensors: ['a', 'b'], keep: 5 }])).toBe(4 / 10);
  });

  it('may reach the threshold, over the last four draws', () => {
    const { network } = toyPlan(kernels, { ...toy, width: 5, hidden: [2] }, 'auto', 1);
    const groups = [{ tensors: [FIRST], keep: 10 }];
    const weights = (kept: readonly number[]): Tensors =>
      new Map([
        [FIRST, Float32Array.from({ length: 20 }, (_, i) => (kept.includes(i) ? 2 + i : -1))],
        [SECOND, new Float32Array(8).fill(1)],
      ]);
    // Ten of twenty: one that differs is 2 of 20 bits, 0.1; five of them 0.5.
    const far = weights([0, 1, 2, 3, 4, 15, 16, 17, 18, 19]);
    const near = weights([0, 1, 2, 3, 4, 5, 6, 7, 8, 19]);
    const settled = weights([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const stopOf = (given: Partial<EarlyBirdSettings>) => {
      const settings = { kind: 'early-bird', every: 5, score: 'magnitude', groups, memory: 4, ...given } as const;
      const evolution = evolutionOf(network, { ...settings, distance: 'relative' }, 1);
      const course = [far, near, settled, settled, settled, settled, settled];
      return 1 + course.findIndex((at, i) => evolution.change(momentOf(network, 5 * (i + 1), at)).kind === 'stop');
    };
    expect(stopOf({})).toBe(6);
    expect(stopOf({ threshold: 0.099 })).toBe(7);
    expect(stopOf({ threshold: 0.5 })).toBe(5);
  });

  it('stops at different draws at different densities, where the absolute one always stops at the first it can', async () => {
    const optimiser = { ...adam, lr: 0.003 };
    const plan = toyPlan(kernels, { ...toy, hidden: [32], seed: 9, optimiser, activation: 'relu' }, 'auto', 1000);
    const drawsAt = async (distance: 'relative' | 'absolute', memory: number) => {
      const draws: number[] = [];
      for (const density of [0.7, 0.1, 0.05, 0.02]) {
        const groups = [{ tensors: [FIRST, SECOND], keep: Math.round(768 * density) }];
        const settings = { kind: 'early-bird', every: 5, score: 'magnitude', groups, distance, memory } as const;
        const { result } = await runOf(kernels, plan, settings);
        draws.push(result.end.iteration / 5);
      }
      return draws;
    };
    const [densest, tenth, twentieth, thinnest] = await drawsAt('relative', 4);
    expect(new Set([densest, tenth, twentieth, thinnest]).size).toBe(4);
    expect(thinnest).toBeGreaterThan(tenth);
    // Two masks at 5% or less differ in at most 10% of all bits: the sixth draw, whatever is learned.
    expect((await drawsAt('absolute', 5)).slice(2)).toEqual([6, 6]);
  });
});

/** Two convolutions of four and six channels with batch normalisation. */
const chain = (): Network =>
  new NetworkBuilder({ channels: 1, height: 2, width: 10 })
    .convolution('conv1', 4, { bias: false })
    .normalisation('bn1')
    .relu()
    .convolution('conv2', 6, { bias: false })
    .normalisation('bn2')
    .relu()
    .flatten()
    .linear('fc', 4)
    .build('chain', 4);

const CONV1 = 'conv1.weight';
const CONV2 = 'conv2.weight';
const channels = (keep: number) =>
  ({
    kind: 'early-bird',
    every: 5,
    score: 'magnitude',
    groups: [{ tensors: [CONV1, CONV2], keep }],
    prunes: 'channels',
    memory: 4,
    distance: 'relative',
    afterwards: 'continue',
  }) as const satisfies EarlyBirdSettings;

/** Every tensor at one, but the scales that are given. */
const withScales = (network: Network, scales: Readonly<Record<string, readonly number[]>>): Tensors =>
  new Map(
    parametersOf(network).map(({ name, size }) => [
      name,
      scales[name] ? Float32Array.from(scales[name]) : new Float32Array(size).fill(1),
    ]),
  );

describe('channels', () => {
  it('go by the magnitude of the scale over them, over all layers together, with what comes in and goes out', () => {
    const network = chain();
    // Of ten channels five stay: 0.9, -0.8, 0.7 of the first four, -0.6 and 0.5 of the other six.
    const tensors = withScales(network, {
      'bn1.weight': [0.9, -0.8, 0.1, 0.7],
      'bn2.weight': [0.2, -0.6, 0.3, 0.5, -0.4, 0],
    });
    const evolution = evolutionOf(network, { ...channels(5), memory: 1 }, 1);
    expect(evolution.change(momentOf(network, 5, tensors))).toEqual({ kind: 'keep' });
    const change = evolution.change(momentOf(network, 10, tensors));
    if (change.kind !== 'change') throw new Error(change.kind);
    const kept1 = [1, 1, 0, 1];
    const kept2 = [0, 1, 0, 1, 0, 0];
    // Kernels of 3 x 3; maps of 2 x 10 before the last layer.
    const conv1 = kept1.flatMap((bit) => new Array(9).fill(bit));
    const conv2 = kept2.flatMap((out) => kept1.flatMap((bit) => new Array(9).fill(bit & out)));
    const fc = [0, 1, 2, 3].flatMap(() => kept2.flatMap((bit) => new Array(20).fill(bit)));
    expect([...change.mask].map(([name, bits]) => [name, [...bits]])).toEqual([
      [CONV1, conv1],
      [CONV2, conv2],
      ['fc.weight', fc],
    ]);
    expect(evolution.next(11)).toBe(Number.POSITIVE_INFINITY);
  });

  it('settle by channels, not by weights', () => {
    const network = chain();
    const settings = { ...channels(5), memory: 1, threshold: 0.2 };
    const scales = (last: number) =>
      withScales(network, { 'bn1.weight': [9, 8, 7, 1], 'bn2.weight': [2, 6, last, 0.1, 0.1, 0.1] });
    const stops = (threshold: number) => {
      const evolution = evolutionOf(network, { ...settings, threshold }, 1);
      evolution.change(momentOf(network, 5, scales(1.5)));
      // Channel 2 in place of channel 0 of the second layer: two of ten that may differ.
      return evolution.change(momentOf(network, 10, scales(2.5))).kind;
    };
    expect(stops(0.2)).toBe('change');
    expect(stops(0.199)).toBe('keep');
  });

  it('are counted together where layers share them, by their mean scale', () => {
    const builder = new NetworkBuilder({ channels: 1, height: 2, width: 10 })
      .convolution('conv1', 2, { bias: false })
      .normalisation('bn1')
      .relu('start')
      .convolution('conv2', 2, { bias: false })
      .normalisation('bn2')
      .addition('sum', 'start')
      .relu();
    const network = builder.globalAveragePool().linear('fc', 4).build('shared', 4);
    // Means 0.5 and 0.6: the second stays, though the first has the largest scale.
    const tensors = withScales(network, { 'bn1.weight': [0.9, 0.5], 'bn2.weight': [0.1, -0.7] });
    const groups = [{ tensors: [CONV1], keep: 1 }];
    const evolution = evolutionOf(network, { ...channels(1), groups, memory: 1 }, 1);
    evolution.change(momentOf(network, 5, tensors));
    const change = evolution.change(momentOf(network, 10, tensors));
    expect(change.kind === 'change' && [...(change.mask.get('fc.weight') as Uint8Array)]).toEqual([
      0, 1, 0, 1, 0, 1, 0, 1,
    ]);
  });

  it('are refused where no batch normalisation is over them', () => {
    const { network } = toyPlan(kernels, toy, 'auto', 1);
    expect([hasScaledChannels(network), hasScaledChannels(chain())]).toEqual([false, true]);
    const refused = (built: Network, tensors: string[], keep: number) =>
      expect(() => evolutionOf(built, { ...channels(1), groups: [{ tensors, keep }] }, 1));
    refused(network, [FIRST], 1).toThrow(
      /fc1.weight of toy has no channels with a batch normalisation.*expected a network with/,
    );
    refused(chain(), ['fc.weight'], 1).toThrow(
      /fc.weight of chain has no channels.*expected those of conv1.weight, conv2.weight/,
    );
    refused(chain(), [CONV1], 5).toThrow(/5 channels are to survive; expected a whole number from 0 to 4/);
  });
});

describe('a training that goes on', () => {
  const plan = (iterations: number): TrainingPlan => {
    const network = chain();
    return {
      ...toyPlan(kernels, { ...toy, optimiser: { ...adam, lr: 0.003 } }, 'auto', iterations),
      network,
      dataset: toyDataset(150, 10, 4, 8),
      start: initialise(network, 'he-normal', 1, kernels.sampler),
    };
  };

  it('keeps weights and their state where the mask settles, and ends where it would have', async () => {
    const given = { ...plan(100), snapshots: [99] };
    const { result, changes, iterations } = await runOf(kernels, given, channels(5));
    expect(changes.length).toBe(1);
    const [{ moment, after }] = changes;
    const at = moment.iteration;
    expect(at).toBeLessThan(100);
    // Looked at every five iterations until then, and at the end.
    expect(iterations).toEqual([...Array.from({ length: at / 5 }, (_, i) => 5 * (i + 1)), 100]);
    expect(result.end.iteration).toBe(100);
    expect(result.mask).toEqual(after);
    expect(result.earlyStop.iteration).toBeGreaterThanOrEqual(at);
    // The dense network, up to there.
    const dense = await train({ kernels, plan: { ...given, iterations: at, snapshots: [] } });
    const bits = (tensors: Tensors) => bitsOf(new Map([...tensors].filter(([name]) => fullMask(chain()).has(name))));
    expect(bits(moment.weights)).toEqual(bits(dense.finalWeights));
    expect(bits(applyMask(result.finalWeights, after))).toEqual(bits(result.finalWeights));
    expect(bits(result.finalWeights)).not.toEqual(bits(applyMask(dense.finalWeights, after)));
  });

  it('is pruned at its end where the mask never settles, weights too', async () => {
    const groups = [{ tensors: [CONV1, CONV2], keep: 40 }];
    const settings = { ...channels(1), prunes: 'weights', groups, threshold: 1e-9, memory: 50 } as const;
    const { result } = await runOf(kernels, plan(38), settings);
    expect(result.end.iteration).toBe(38);
    const dense = (await train({ kernels, plan: plan(38) })).finalWeights;
    expect(result.mask).toEqual(prune(fullMask(chain()), dense, 'magnitude', groups));
  });
});
