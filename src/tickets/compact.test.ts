import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallClasses, smallNetworks, smallShape } from '../../test/fixtures/small-networks.js';
import type { Dataset } from '../data/dataset.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { channelsOf } from '../networks/channels.js';
import { namedNetworks } from '../networks/named.js';
import { type ImageShape, type Mask, type Network, parametersOf, type Tensors } from '../networks/network.js';
import { nodesOf, sizeOf } from '../networks/shapes.js';
import { weightCount } from '../networks/widths.js';
import { StreamReader, stream } from '../random/stream.js';
import { train } from '../training/train.js';
import { Trainer } from '../training/trainer.js';
import type { TrainingPlan } from '../training/types.js';
import { compactNetwork } from './compact.js';
import { maskDigest, tensorsDigest } from './digest.js';
import { applyMask, fullMask } from './mask.js';
import { keepAt } from './scopes/index.js';
import { pruneByStructure } from './structures/index.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

function pictures(shape: ImageShape, classes: number): Dataset {
  const reader = new StreamReader(stream(1, 'pictures'));
  const split = (count: number) => ({
    images: Uint8Array.from({ length: count * sizeOf(shape) }, () => reader.below(256)),
    labels: Uint8Array.from({ length: count }, () => reader.below(classes)),
    count,
  });
  const { channels, height, width } = shape;
  return {
    name: 'pictures',
    shape: { channels, height, width },
    classes,
    classNames: [],
    train: split(50),
    test: split(19),
    digest: JSON.stringify([shape, classes]),
  };
}

/** Weights, biases, scales and statistics that are all at work. */
function drawn(network: Network, seed: number): Map<string, Float32Array> {
  return new Map(
    parametersOf(network).map(({ name, size, role, fanIn }, index): [string, Float32Array] => {
      const values = kernels.sampler.normal(stream(seed, 'drawn', index), size);
      const scale = role === 'weight' ? 1 / Math.sqrt(fanIn) : 0.5;
      const positive = role === 'variance' || role === 'scale';
      return [name, values.map((value) => (positive ? 0.5 + Math.abs(value) : value * scale))];
    }),
  );
}

function plan(network: Network, start: Tensors, mask: Mask): TrainingPlan {
  const dataset = pictures(network.input, network.classes);
  const { channels } = network.input;
  return {
    network,
    dataset,
    normalisation: { mean: new Array(channels).fill(0.5), deviation: new Array(channels).fill(0.25) },
    trainIndices: Int32Array.from({ length: 35 }, (_, i) => i),
    validationIndices: Int32Array.from({ length: 15 }, (_, i) => 35 + i),
    start,
    mask,
    optimiser: { name: 'sgd', lr: 0.05, momentum: 0.9, nesterov: false, weightDecay: 0.001 },
    batch: 16,
    iterations: 5,
    evaluateEvery: 5,
    orderSeed: 3,
    firstIteration: 0,
    snapshots: [],
    testCurve: false,
    storage: 'auto',
  };
}

const evaluated = (network: Network, start: Tensors, mask: Mask) => {
  const trainer = new Trainer(kernels, plan(network, start, mask));
  return [trainer.validate(), trainer.test()];
};

/** Units by a third in each group, or ranked over all, then single weights. */
function prunedMask(network: Network, weights: Tensors, scope: 'layer' | 'global', rate: number, seed: number): Mask {
  const units = { scope, rate, outputRate: rate, structure: { kind: 'units' } } as const;
  const mask = pruneByStructure(
    network,
    units.structure,
    fullMask(network),
    weights,
    'magnitude',
    keepAt(network, units, 1),
  );
  const reader = new StreamReader(stream(seed, 'holes'));
  const share = reader.below(3);
  return new Map(
    [...mask].map(([name, bits]) => [name, bits.map((bit) => (reader.below(10) < share ? 0 : bit))] as const),
  );
}

describe('a compact network', () => {
  it('computes and trains what the whole one does, bit for bit, and its tensors go there and back', async () => {
    await fc.assert(
      fc.asyncProperty(
        smallNetworks,
        fc.constantFrom('layer' as const, 'global' as const),
        fc.double({ min: 0.1, max: 0.7, noNaN: true }),
        fc.nat(1000),
        async (network, scope, rate, seed) => {
          const weights = drawn(network, seed);
          const mask = prunedMask(network, weights, scope, rate, seed);
          const compact = compactNetwork(network, mask);
          nodesOf(compact.network);
          const start = applyMask(weights, mask);
          const small = compact.shrink(start);
          expect(evaluated(compact.network, small, compact.mask)).toEqual(evaluated(network, start, mask));

          const whole = (await train({ kernels, plan: plan(network, start, mask) })).finalWeights;
          const trained = (await train({ kernels, plan: plan(compact.network, small, compact.mask) })).finalWeights;
          expect(tensorsDigest(trained)).toBe(tensorsDigest(compact.shrink(whole)));

          // What was left out is nothing: every survivor is there and comes back to its place.
          expect(maskDigest(compact.growMask(compact.mask))).toBe(maskDigest(mask));
          expect(maskDigest(compact.shrinkMask(mask))).toBe(maskDigest(compact.mask));
          expect(tensorsDigest(compact.shrink(compact.grow(trained)))).toBe(tensorsDigest(trained));
          const back = compact.grow(trained);
          for (const [name, bits] of mask) {
            const values = back.get(name) as Float32Array;
            expect(
              values.every((value, i) => (bits[i] === 0 ? Object.is(value, 0) : value === whole.get(name)?.[i])),
            ).toBe(true);
          }
          // And once more there is nothing to leave out, unless a group lost its last unit.
          const again = compactNetwork(compact.network, compact.mask);
          expect(again.network).toEqual(compact.network);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(['resnet-20', 'conv-4', 'lenet-5'])('of %s gives the same losses after training', async (name) => {
    const { build, input } = namedNetworks[name];
    const network = build({ ...input, height: 16, width: 16 }, 10);
    const weights = drawn(network, 2);
    const mask = prunedMask(network, weights, 'layer', 0.5, 5);
    const compact = compactNetwork(network, mask);
    // Half of the rows and half of the columns of most layers.
    expect(weightCount(compact.network) / weightCount(network)).toBeLessThan(0.3);
    const start = applyMask(weights, mask);
    const whole = await train({ kernels, plan: plan(network, start, mask) });
    const small = await train({ kernels, plan: plan(compact.network, compact.shrink(start), compact.mask) });
    expect(whole.status).toBe('done');
    expect(small.end).toEqual(whole.end);
    expect(tensorsDigest(small.finalWeights)).toBe(tensorsDigest(compact.shrink(whole.finalWeights)));
    expect(small.flops).toBeLessThan(whole.flops);
  });

  it('keeps a unit that something still comes into or still reads, and one of a group that has none', () => {
    const build = namedNetworks['lenet-300-100'].build;
    const network = build({ channels: 1, height: 2, width: 2 }, 2);
    const mask = fullMask(network);
    const bits = (name: string) => mask.get(name) as Uint8Array;
    bits('fc1.weight').fill(0, 0, 8);
    for (let o = 0; o < 100; o++) bits('fc2.weight').fill(0, o * 300 + 1, o * 300 + 3);
    bits('fc2.weight')[300] = 1;
    // Unit 0 of 300 is read, unit 1 is not and takes nothing, unit 2 takes something.
    const { channels, network: compact } = compactNetwork(network, mask);
    expect([...(channels.get('fc1') as Int32Array)].slice(0, 3)).toEqual([0, 2, 3]);
    expect(compact.layers[0]).toMatchObject({ name: 'fc1', inputs: 4, outputs: 299 });
    bits('fc2.weight').fill(0);
    bits('fc3.weight').fill(0);
    const emptied = compactNetwork(network, mask);
    expect(emptied.channels.get('fc2')).toEqual(Int32Array.of(0));
    expect(emptied.channels.get('fc1')).toHaveLength(298);
    expect(emptied.network.layers.at(-1)).toMatchObject({ inputs: 1, outputs: 2 });
  });

  it('of a dense network is the network', () => {
    fc.assert(
      fc.property(smallNetworks, (network) => {
        const mask = fullMask(network);
        const compact = compactNetwork(network, mask);
        expect(compact.network).toEqual(network);
        expect(compact.mask).toEqual(mask);
        expect([...compact.channels].map(([name, kept]) => [name, kept.length])).toEqual(
          channelsOf(network).groups.map(({ name, size }) => [name, size]),
        );
        expect(network.input).toEqual(smallShape);
        expect(network.classes).toBe(smallClasses);
        expect(() => compact.shrink(new Map([['fc.bias', new Float32Array(1)]]))).toThrow(RangeError);
      }),
      { numRuns: 20 },
    );
  });
});
