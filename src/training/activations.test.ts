import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { mixedMask, mixedPlan } from '../../test/fixtures/mixed-plan.js';
import { type ReferenceWeights, referenceOutputs } from '../../test/fixtures/reference-network.js';
import { smallClasses, smallNetworks, smallShape } from '../../test/fixtures/small-networks.js';
import type { Dataset } from '../data/dataset.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { NetworkBuilder } from '../networks/builder.js';
import { type Network, parametersOf, type Tensors } from '../networks/network.js';
import { nodesOf } from '../networks/shapes.js';
import { buildStack } from '../networks/stack.js';
import { StreamReader, stream } from '../random/stream.js';
import { Activations, type ExamplePlaces } from './activations.js';
import { Evaluator } from './evaluator.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const normalisation = { mean: [0.5, 0.4], deviation: [0.25, 0.35] };

/** Noise of the small networks' shape. */
function noise(train: number, test: number): Dataset {
  const reader = new StreamReader(stream(4, 'noise'));
  const split = (count: number) => ({
    images: Uint8Array.from({ length: count * 32 }, () => reader.below(256)),
    labels: Uint8Array.from({ length: count }, () => reader.below(smallClasses)),
    count,
  });
  return {
    name: 'noise',
    shape: smallShape,
    classes: smallClasses,
    classNames: [],
    train: split(train),
    test: split(test),
    digest: `noise-${train}-${test}`,
  };
}

const dataset = noise(140, 30);

function weightsOf(network: Network, seed: number): Tensors {
  return new Map(
    parametersOf(network).map(({ name, size, role, fanIn }, index) => {
      const values = kernels.sampler.normal(stream(seed, 'init', index), size);
      const scale = role === 'weight' ? 1.5 / Math.sqrt(fanIn) : 0.3;
      const shift = role === 'scale' || role === 'variance' ? 1 : 0;
      return [name, values.map((value) => (role === 'variance' ? Math.abs(value) : value) * scale + shift)];
    }),
  );
}

const inDoubles = (weights: Tensors): ReferenceWeights =>
  new Map([...weights].map(([name, values]) => [name, Float64Array.from(values)]));

/** The reference's values of activations and of the last layer, in order. */
function expected(network: Network, weights: Tensors, examples: readonly ExamplePlaces[]): Float64Array[] {
  const images = examples.flatMap(({ of, places }) =>
    Array.from(places, (place) =>
      Float64Array.from(dataset[of].images.subarray(place * 32, place * 32 + 32), (pixel, i) => {
        const channel = Math.floor(i / 16);
        return (pixel / 255 - normalisation.mean[channel]) / normalisation.deviation[channel];
      }),
    ),
  );
  const outputs = referenceOutputs({
    network,
    weights: inDoubles(weights),
    images,
    orderSeed: 0,
    iteration: 0,
    running: true,
  });
  const nodes = nodesOf(network);
  return nodes
    .filter(({ layer }, place) => layer.kind === 'activation' || place === nodes.length - 1)
    .map(({ name }) => Float64Array.from((outputs.get(name) ?? []).flatMap((values) => [...values])));
}

const places = (of: 'train' | 'test', ...list: number[]): ExamplePlaces => ({ of, places: Int32Array.from(list) });

describe('activations', () => {
  it('are those of the reference in double precision, in networks of every wiring, in place or not', () => {
    const examples = [
      { of: 'train' as const, places: Int32Array.from({ length: 69 }, (_, i) => (i * 7) % 140) },
      places('test', 3, 1, 29),
    ];
    fc.assert(
      fc.property(smallNetworks, fc.nat(1000), (network, seed) => {
        const weights = weightsOf(network, seed);
        const seen = new Activations(kernels, { network, dataset, normalisation, examples });
        const truth = expected(network, weights, examples);
        expect(seen.count).toBe(72);
        expect(seen.layers).toHaveLength(truth.length);
        // Other weights in between, so that nothing of one reading may be left for the next.
        seen.read(weightsOf(network, seed + 1));
        const read = seen.read(weights);
        seen.layers.forEach(({ name, units }, layer) => {
          const values = read.get(name) as Float32Array;
          expect(values.length).toBe(72 * units);
          const size = 1 + truth[layer].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          const worst = truth[layer].reduce((most, value, i) => Math.max(most, Math.abs(value - values[i])), 0);
          expect(worst / size).toBeLessThan(2e-6);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('have the names of the layers that compute them, and end with the output', () => {
    const named = (network: Network) =>
      new Activations(kernels, { network, dataset, normalisation, examples: [places('test', 0)] }).layers;
    const stack = buildStack('stack', { hidden: [5, 4], activation: 'tanh' }, smallShape, smallClasses);
    expect(named(stack)).toEqual([
      { name: 'fc1', activation: 'tanh', units: 5, values: 'all' },
      { name: 'fc2', activation: 'tanh', units: 4, values: 'all' },
      { name: 'output', activation: null, units: 3, values: 'all' },
    ]);
    const convolutional = new NetworkBuilder(smallShape)
      .convolution('conv1', 3)
      .normalisation('bn1')
      .relu()
      .relu()
      .flatten()
      .linear('fc', smallClasses)
      .build('two', smallClasses);
    expect(named(convolutional).map(({ name, units }) => [name, units])).toEqual([
      ['conv1', 48],
      ['relu-4', 48],
      ['output', 3],
    ]);
  });

  it('of maps that are too wide are the means of their channels', () => {
    const network = new NetworkBuilder(smallShape)
      .convolution('conv1', 300)
      .relu()
      .flatten()
      .linear('fc', smallClasses)
      .build('wide', smallClasses);
    const weights = weightsOf(network, 1);
    const examples = [places('train', 5, 6)];
    const seen = new Activations(kernels, { network, dataset, normalisation, examples });
    expect(seen.layers[0]).toEqual({ name: 'conv1', activation: 'relu', units: 300, values: 'channel-means' });
    const [maps] = expected(network, weights, examples);
    const read = seen.read(weights).get('conv1') as Float32Array;
    for (let channel = 0; channel < 600; channel++) {
      const mean = maps.subarray(channel * 16, channel * 16 + 16).reduce((sum, value) => sum + value, 0) / 16;
      expect(read[channel]).toBeCloseTo(mean, 5);
    }
  });

  it('of a sparse network are those of the dense one with zeros in its place, and give an evaluation’s loss', () => {
    const plan = mixedPlan(kernels);
    const mask = mixedMask(0.2);
    const masked = new Map(
      [...plan.start].map(([name, values]): [string, Float32Array] => {
        const bits = mask.get(name);
        return [name, bits ? values.map((value, i) => value * bits[i]) : values];
      }),
    );
    const examples = [{ of: 'test' as const, places: Int32Array.from({ length: 21 }, (_, i) => i) }];
    const read = (given: Tensors, rest: object) => new Activations(kernels, { ...plan, examples, ...rest }).read(given);
    const { mask: _none, ...bare } = plan;
    const sparse = read(plan.start, { mask });
    expect(sparse).toEqual(new Activations(kernels, { ...bare, examples }).read(masked));
    const logits = sparse.get('output') as Float32Array;
    let [loss, right] = [0, 0];
    for (let e = 0; e < 21; e++) {
      const row = [...logits.subarray(e * 3, e * 3 + 3)];
      const label = plan.dataset.test.labels[e];
      loss += Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0)) - row[label];
      if (row.indexOf(Math.max(...row)) === label) right++;
    }
    const { dataset: data, network, normalisation: scaled } = plan;
    const evaluator = new Evaluator(kernels, {
      network,
      dataset: data,
      normalisation: scaled,
      sets: [{ of: 'test' }],
      mask,
    });
    const [figures] = evaluator.evaluate(plan.start);
    expect(loss / 21).toBeCloseTo(figures.loss, 5);
    expect(right / 21).toBeCloseTo(figures.accuracy, 12);
  });

  it('are refused of weights that are not the network’s', () => {
    const network = buildStack('stack', { hidden: [5], activation: 'relu' }, smallShape, smallClasses);
    const seen = new Activations(kernels, { network, dataset, normalisation, examples: [places('test', 0)] });
    expect(() => seen.read(new Map())).toThrow('fc1.weight has no values; expected 160.');
  });
});
