import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallNetworks } from '../../../test/fixtures/small-networks.js';
import type { Dataset } from '../../data/dataset.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { channelsOf } from '../../networks/channels.js';
import { namedNetworks } from '../../networks/named.js';
import { fullMask, type Layer, type Network, parametersOf, type Tensors } from '../../networks/network.js';
import { sizeOf } from '../../networks/shapes.js';
import { StreamReader, stream } from '../../random/stream.js';
import { initialise, randomMask, tensorsDigest } from '../../tickets/index.js';
import { Trainer } from '../../training/trainer.js';
import {
  drawPermutations,
  inversePermutations,
  type Matchable,
  matchableTensors,
  matchChannels,
  type Permutations,
  permuteMask,
  permuteTensors,
} from './index.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const named = (name: string, side?: number): Network => {
  const { build, input } = namedNetworks[name];
  return build(side === undefined ? input : { ...input, height: side, width: side }, 10);
};

/** First values with biases, scales and statistics that are all at work. */
function drawn(network: Network, seed: number): Map<string, Float32Array> {
  const weights = initialise(network, 'he-normal', seed, kernels.sampler, { bias: 'uniform' });
  return new Map(
    parametersOf(network).map(({ name, size, role }, index): [string, Float32Array] => {
      const values = weights.get(name) as Float32Array;
      if (role === 'weight' || role === 'bias') return [name, values];
      const normal = kernels.sampler.normal(stream(seed, 'drawn', index), size);
      const isPositive = role === 'variance' || role === 'scale';
      return [name, normal.map((value) => (isPositive ? 0.5 + Math.abs(value) : 0.3 * value))];
    }),
  );
}

function lossOf(network: Network, weights: Tensors) {
  const reader = new StreamReader(stream(1, 'pictures'));
  const split = (count: number) => ({
    images: Uint8Array.from({ length: count * sizeOf(network.input) }, () => reader.below(256)),
    labels: Uint8Array.from({ length: count }, () => reader.below(network.classes)),
    count,
  });
  const { channels, height, width } = network.input;
  const dataset: Dataset = {
    name: 'pictures',
    shape: { channels, height, width },
    classes: network.classes,
    classNames: [],
    train: split(32),
    test: split(40),
    digest: JSON.stringify([network.input, network.classes]),
  };
  const trainer = new Trainer(kernels, {
    network,
    dataset,
    normalisation: { mean: new Array(channels).fill(0.5), deviation: new Array(channels).fill(0.25) },
    trainIndices: Int32Array.from({ length: 16 }, (_, i) => i),
    validationIndices: Int32Array.from({ length: 16 }, (_, i) => 16 + i),
    start: weights,
    optimiser: { name: 'sgd', lr: 0.1, momentum: 0, nesterov: false, weightDecay: 0 },
    batch: 16,
    iterations: 1,
    evaluateEvery: 1,
    orderSeed: 0,
    firstIteration: 0,
    snapshots: [],
    testCurve: false,
    storage: 'dense',
  });
  return trainer.test().loss;
}

const plain = (permutations: Permutations) => [...permutations].map(([name, order]) => [name, [...order]]);

describe('permuted hidden units', () => {
  it('compute the same function, and go back where they came from', () => {
    fc.assert(
      fc.property(smallNetworks, fc.nat(1000), (network, seed) => {
        const weights = drawn(network, seed);
        const permutations = drawPermutations(network, seed + 1);
        const permuted = permuteTensors(network, weights, permutations);
        const loss = lossOf(network, weights);
        expect(Math.abs(lossOf(network, permuted) / loss - 1)).toBeLessThan(1e-5);
        expect(tensorsDigest(permuteTensors(network, permuted, inversePermutations(permutations)))).toBe(
          tensorsDigest(weights),
        );
        // What a mask keeps are the same weights before and after.
        const mask = randomMask(fullMask(network), seed);
        const pruned = new Map([...mask].map(([name, bits]) => [name, bits.map((_, i) => i % 2)] as const));
        const values = (tensors: Tensors, bits: ReadonlyMap<string, Uint8Array>) =>
          [...bits].map(([name, kept]) =>
            [...(tensors.get(name) as Float32Array)].filter((_, i) => kept[i] !== 0).sort(),
          );
        expect(values(permuted, permuteMask(network, pruned, permutations))).toEqual(values(weights, pruned));
      }),
      { numRuns: 60 },
    );
  });

  it.each(['lenet-300-100', 'conv-4', 'resnet-20'])('of %s compute the same function', (name) => {
    const network = named(name);
    const weights = drawn(network, 3);
    const permuted = permuteTensors(network, weights, drawPermutations(network, 4));
    const first = parametersOf(network)[0].name;
    const moves = (permuted.get(first) as Float32Array).some((value, i) => value !== weights.get(first)?.[i]);
    expect(moves).toBe(true);
    expect(Math.abs(lossOf(network, permuted) / lossOf(network, weights) - 1)).toBeLessThan(1e-5);
  });

  it('are refused in no order of theirs', () => {
    const network = named('lenet-300-100', 4);
    const weights = drawn(network, 3);
    const order = Int32Array.from({ length: 100 }, () => 1);
    expect(() => permuteTensors(network, weights, new Map([['fc2', order]]))).toThrow(
      'the order of fc2 is not a permutation of its 100 channels.',
    );
    expect(() => permuteTensors(network, weights, new Map([['fc3', order]]))).toThrow('fc3 is not a group of channels');
    expect(() => permuteTensors(network, new Map([['fc1.bias', order as never]]), new Map())).toThrow(RangeError);
  });
});

describe('weight matching', () => {
  it.each(['lenet-300-100', 'conv-4', 'resnet-20'])('finds the order that the units of %s were put into', (name) => {
    const network = named(name);
    const weights = drawn(network, 5);
    const planted = drawPermutations(network, 6);
    const moved = permuteTensors(network, weights, planted);
    const { permutations, before, after, sweeps } = matchChannels(
      network,
      matchableTensors(network, weights),
      matchableTensors(network, moved),
      7,
    );
    expect(plain(permutations)).toEqual(plain(inversePermutations(planted)));
    expect(tensorsDigest(permuteTensors(network, moved, permutations))).toBe(tensorsDigest(weights));
    expect(after).toBeGreaterThan(before);
    expect(sweeps).toBeGreaterThan(1);
  });

  it('finds it on masks alone, and on pruned weights', () => {
    const network = named('lenet-300-100');
    const weights = drawn(network, 5);
    const planted = drawPermutations(network, 6);
    const sparse = new Map(
      [...fullMask(network)].map(([name, bits]): [string, Uint8Array] => [name, bits.fill(0, bits.length / 5)]),
    );
    const mask = randomMask(sparse, 1);
    const moved = permuteMask(network, mask, planted);
    const inverse = plain(inversePermutations(planted));
    const found = matchChannels(network, mask, moved, 8);
    expect(plain(found.permutations)).toEqual(inverse);
    const kept = [...mask.values()].reduce((sum, bits) => sum + bits.reduce((a, b) => a + b, 0), 0);
    expect(found.after).toBe(kept);
    const pruned = new Map(
      [...mask].map(([name, bits]): [string, Float32Array] => [
        name,
        (weights.get(name) as Float32Array).map((value, i) => value * bits[i]),
      ]),
    );
    expect(plain(matchChannels(network, pruned, permuteTensors(network, pruned, planted), 8).permutations)).toEqual(
      inverse,
    );
  });

  it('never makes two networks less alike, counts masks as it would their numbers, and is decided by its seed', () => {
    fc.assert(
      fc.property(smallNetworks, fc.nat(1000), (network, seed) => {
        const masks = [0, 1].map((k) =>
          randomMask(
            new Map(
              [...fullMask(network)].map(([name, bits]): [string, Uint8Array] => [
                name,
                bits.fill(0, bits.length >> 1),
              ]),
            ),
            2 * seed + k,
          ),
        );
        const floats = masks.map(
          (mask): Matchable => new Map([...mask].map(([name, bits]) => [name, Float32Array.from(bits)])),
        );
        const byBits = matchChannels(network, masks[0], masks[1], seed);
        const byFloats = matchChannels(network, floats[0], floats[1], seed);
        expect(plain(byBits.permutations)).toEqual(plain(byFloats.permutations));
        expect(byBits.after).toBeGreaterThanOrEqual(byBits.before);
        let common = 0;
        for (const [name, bits] of permuteMask(network, masks[1], byBits.permutations)) {
          const mine = masks[0].get(name) as Uint8Array;
          for (let i = 0; i < bits.length; i++) common += bits[i] & mine[i];
        }
        expect(byBits.after).toBe(common);
        expect(matchChannels(network, masks[0], masks[1], seed)).toEqual(byBits);
      }),
      { numRuns: 100 },
    );
  });

  it('is a local optimum: no single group could be ordered better', () => {
    fc.assert(
      fc.property(smallNetworks, fc.nat(1000), (network, seed) => {
        const reference = matchableTensors(network, drawn(network, seed));
        const other = matchableTensors(network, drawn(network, seed + 1));
        const { permutations, after } = matchChannels(network, reference, other, seed);
        // Exchanging any two channels of a group makes nothing better.
        for (const { name, size } of channelsOf(network).groups) {
          for (let i = 1; i < size; i++) {
            const order = (permutations.get(name) as Int32Array).slice();
            [order[0], order[i]] = [order[i], order[0]];
            const exchanged = permuteTensors(network, other, new Map([...permutations, [name, order]]));
            let sum = 0;
            for (const [tensor, values] of exchanged) {
              const mine = reference.get(tensor) as Float32Array;
              for (let k = 0; k < values.length; k++) sum += values[k] * mine[k];
            }
            expect(sum).toBeLessThanOrEqual(after + 1e-9 * Math.abs(after));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('rises also where both sides of a tensor are the same units', () => {
    const linear = (name: string, inputs: number, outputs: number): Layer => ({
      kind: 'linear',
      name,
      inputs,
      outputs,
    });
    const network: Network = {
      name: 'loop',
      input: { channels: 1, height: 2, width: 2 },
      classes: 2,
      layers: [
        linear('in', 4, 12),
        linear('loop', 12, 12),
        { kind: 'addition', name: 'sum', from: ['in', 'loop'] },
        linear('out', 12, 2),
      ],
    };
    const [group] = channelsOf(network).groups;
    expect(group.rows.some(({ tensor }) => group.columns.some((span) => span.tensor === tensor))).toBe(true);
    for (let seed = 0; seed < 20; seed++) {
      const weights = drawn(network, seed);
      const planted = permuteTensors(network, weights, drawPermutations(network, seed));
      const found = matchChannels(network, weights, planted, seed);
      expect(found.after).toBeGreaterThan(found.before);
      const { before, after } = matchChannels(network, weights, drawn(network, seed + 100), seed);
      expect(after).toBeGreaterThanOrEqual(before);
    }
  });

  it('refuses networks that do not hold the same tensors', () => {
    const network = named('lenet-300-100', 4);
    const weights = matchableTensors(network, drawn(network, 3));
    const others = new Map([...weights].filter(([name]) => name !== 'fc2.bias'));
    expect(() => matchChannels(network, weights, others, 0)).toThrow('fc2.bias has 100 and no values');
  });
});
