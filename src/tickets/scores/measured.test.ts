import { beforeAll, describe, expect, it } from 'vitest';
import { type ReferenceWeights, referenceLoss } from '../../../test/fixtures/reference-network.js';
import type { Dataset } from '../../data/dataset.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { buildDescribed, type DescribedLayer } from '../../networks/described.js';
import { namedNetworks } from '../../networks/named.js';
import type { Layer, Network } from '../../networks/network.js';
import { parametersOf, prunableParameters } from '../../networks/network.js';
import { buildStack } from '../../networks/stack.js';
import { StreamReader, stream } from '../../random/stream.js';
import { flowOf } from '../flow.js';
import { pruneInSteps } from '../in-steps.js';
import { collapsedLayers, fullMask, keptCounts } from '../index.js';
import { initialise } from '../initialisers/index.js';
import { measurer } from '../measure.js';
import type { ScoreName } from './index.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const shape = { channels: 1, height: 4, width: 4 };

function noise(count: number, seed: number, { channels, height, width } = shape, classes = 3): Dataset {
  const reader = new StreamReader(stream(seed, 'noise'));
  const size = channels * height * width;
  const split = (n: number) => ({
    images: Uint8Array.from({ length: n * size }, () => reader.below(256)),
    labels: Uint8Array.from({ length: n }, () => reader.below(classes)),
    count: n,
  });
  return {
    name: 'noise',
    shape: { channels, height, width },
    classes,
    classNames: [],
    train: split(count),
    test: split(4),
    digest: `noise-${count}-${seed}-${size}`,
  };
}

const normalisation = { mean: [0.4], deviation: [0.3] };
const stack = (activation: 'tanh' | 'relu'): Network => buildStack('small', { hidden: [4], activation }, shape, 3);
const convolutional: Network = {
  name: 'maps',
  input: shape,
  classes: 3,
  layers: [
    { kind: 'convolution', name: 'conv', inputs: 1, outputs: 2, kernel: [3, 3], stride: 1, padding: 1, bias: true },
    { kind: 'activation', activation: 'tanh', units: 32 },
    { kind: 'average-pool', kernel: 2, stride: 2 },
    { kind: 'flatten' },
    { kind: 'linear', name: 'fc', inputs: 8, outputs: 3 },
  ] as Layer[],
};

function setting(network: Network, count = 11) {
  const dataset = noise(count, 7);
  const weights = initialise(network, 'glorot-normal', 5, kernels.sampler, { bias: 'uniform' });
  const examples = Int32Array.from({ length: count }, (_, i) => count - 1 - i);
  const source = { dataset, normalisation, examples, batch: 4 };
  const loss = (values: ReferenceWeights, only?: number) => {
    const chosen = only === undefined ? [...examples] : [only];
    const image = (e: number) =>
      Float64Array.from(dataset.train.images.subarray(e * 16, (e + 1) * 16), (pixel) => (pixel / 255 - 0.4) / 0.3);
    return referenceLoss({
      network,
      weights: values,
      images: chosen.map(image),
      labels: chosen.map((e) => dataset.train.labels[e]),
      orderSeed: 0,
      iteration: 0,
    });
  };
  const doubles = new Map([...weights].map(([name, values]) => [name, Float64Array.from(values)]));
  return { dataset, weights, source, loss, doubles, examples };
}

/** The gradient of a loss in double precision by central differences. */
function differences(
  doubles: Map<string, Float64Array>,
  loss: (weights: ReferenceWeights) => number,
): Map<string, Float64Array> {
  return new Map(
    [...doubles].map(([name, values]): [string, Float64Array] => [
      name,
      values.map((value, i) => {
        values[i] = value + 1e-5;
        const up = loss(doubles);
        values[i] = value - 1e-5;
        const down = loss(doubles);
        values[i] = value;
        return (up - down) / 2e-5;
      }),
    ]),
  );
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, share: number): void {
  const largest = Math.max(...Array.from(expected, Math.abs));
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i++) expect(Math.abs(found[i] - expected[i])).toBeLessThan(share * largest);
}

describe('what is measured for scores', () => {
  it.each([
    ['a stack', stack('relu')],
    ['a convolutional network', convolutional],
  ])('the gradient of %s over ragged batches agrees with central differences', (_, network) => {
    const { weights, source, loss, doubles } = setting(network);
    const found = measurer(kernels, network, source).measure('gradient', weights);
    const expected = differences(doubles, loss);
    for (const [name, values] of found) expectClose(values, expected.get(name) as Float64Array, 2e-5);
  });

  it('the squared gradient is the mean over single examples, not the square of the mean', () => {
    const network = stack('tanh');
    const { weights, source, loss, doubles, examples } = setting(network, 6);
    const found = measurer(kernels, network, source).measure('squared-gradient', weights);
    const single = [...examples].map((e) => differences(doubles, (values) => loss(values, e)));
    for (const [name, values] of found) {
      const mean = values.map((_, i) => single.reduce((sum, g) => sum + (g.get(name) as Float64Array)[i] ** 2 / 6, 0));
      expectClose(values, mean, 2e-5);
    }
  });

  it.each([
    ['a stack', stack('tanh')],
    ['a convolutional network', convolutional],
  ])('the Hessian times the gradient of %s agrees with the dense Hessian in double precision', (_, network) => {
    const { weights, source, loss, doubles } = setting(network);
    const found = measurer(kernels, network, source).measure('hessian-gradient', weights);
    const gradient = differences(doubles, loss);
    const names = prunableParameters(network).map(({ name }) => name);
    const places = names.flatMap((name) =>
      Array.from(doubles.get(name) as Float64Array, (_, i) => ({ values: doubles.get(name) as Float64Array, name, i })),
    );
    const h = 1e-4;
    const at = (p: (typeof places)[0], q: (typeof places)[0], a: number, b: number) => {
      p.values[p.i] += a;
      q.values[q.i] += b;
      const value = loss(doubles);
      p.values[p.i] -= a;
      q.values[q.i] -= b;
      return value;
    };
    const product = places.map((p) =>
      places.reduce((sum, q) => {
        const entry = (at(p, q, h, h) - at(p, q, h, -h) - at(p, q, -h, h) + at(p, q, -h, -h)) / (4 * h * h);
        return sum + entry * (gradient.get(q.name) as Float64Array)[q.i];
      }, 0),
    );
    expectClose(
      names.flatMap((name) => [...(found.get(name) as Float64Array)]),
      product,
      1e-3,
    );
  });

  it('the norms of inputs are those of what each weight multiplies', () => {
    const network = stack('relu');
    const { weights, source, dataset, examples } = setting(network);
    const found = measurer(kernels, network, source).measure('input-norm', weights).get('fc1.weight') as Float64Array;
    for (let w = 0; w < found.length; w++) {
      const pixel = w % 16;
      const square = [...examples].reduce((sum, e) => {
        return sum + ((dataset.train.images[e * 16 + pixel] / 255 - 0.4) / 0.3) ** 2;
      }, 0);
      expect(found[w]).toBeCloseTo(Math.sqrt(square), 4);
    }
    const maps = measurer(kernels, convolutional, setting(convolutional).source);
    const norms = maps.measure('input-norm', setting(convolutional).weights);
    expect(new Set(norms.get('conv.weight')).size).toBe(1);
    expect(new Set(norms.get('fc.weight')).size).toBe(8);
  });
});

describe('the flow', () => {
  it('is the sum over all paths, found one by one', () => {
    const network = stack('relu');
    const { weights } = setting(network);
    const [first, second] = ['fc1.weight', 'fc2.weight'].map((name) =>
      (weights.get(name) as Float32Array).map(Math.abs),
    );
    const expected = { 'fc1.weight': new Float64Array(64), 'fc2.weight': new Float64Array(12) };
    for (let o = 0; o < 3; o++) {
      for (let u = 0; u < 4; u++) {
        for (let i = 0; i < 16; i++) {
          expected['fc1.weight'][u * 16 + i] += second[o * 4 + u];
          expected['fc2.weight'][o * 4 + u] += first[u * 16 + i];
        }
      }
    }
    const { flow } = flowOf(network, weights);
    const unit = (flow.get('fc1.weight') as Float64Array)[0] / expected['fc1.weight'][0];
    for (const [name, values] of Object.entries(expected)) {
      expectClose(
        flow.get(name) as Float64Array,
        values.map((value) => value * unit),
        1e-12,
      );
    }
  });

  it.each(['conv-2', 'resnet-20'])('is the gradient of its own total through %s', (name) => {
    const { build } = namedNetworks[name as keyof typeof namedNetworks];
    const network = build({ channels: 3, height: 16, width: 16 }, 10);
    const weights = new Map(initialise(network, 'he-normal', 3, kernels.sampler));
    const total = (given: typeof weights) => {
      const { values, exponent } = flowOf(network, given).total;
      return values[0] * 2 ** exponent;
    };
    const { flow } = flowOf(network, weights);
    const ratios = prunableParameters(network).map(({ name: tensor, size }) => {
      const place = Math.floor(size / 3);
      const values = (weights.get(tensor) as Float32Array).slice();
      const before = total(weights);
      values[place] *= 1.5;
      const moved = total(new Map([...weights, [tensor, values]]));
      const by = Math.abs(values[place]) - Math.abs((weights.get(tensor) as Float32Array)[place]);
      return (moved - before) / by / (flow.get(tensor) as Float64Array)[place];
    });
    for (const ratio of ratios) expect(ratio / ratios[0]).toBeCloseTo(1, 5);
  });

  it('counts paths where the weights are the bits of a mask, however deep the network', () => {
    const network = buildStack('deep', { hidden: new Array(300).fill(16), activation: 'relu' }, shape, 3);
    const ones = new Map(parametersOf(network).map(({ name, size }) => [name, new Float32Array(size).fill(1)]));
    const { total, flow } = flowOf(network, ones);
    // 16 inputs, 300 layers of 16, 3 outputs: 16^301 x 3 = 1.5 x 2^1205, beyond any double.
    expect(total.values[0] * 2 ** (total.exponent - 1205)).toBe(1.5);
    for (const values of flow.values()) expect(values.every((value) => value > 0 && Number.isFinite(value))).toBe(true);
  });
});

describe('pruning at initialisation', () => {
  it('by SynFlow keeps every layer of a VGG-16 of a quarter of the width alive at compression 500, where others empty some', () => {
    const widths = [
      16,
      16,
      'max-pool',
      32,
      32,
      'max-pool',
      64,
      64,
      64,
      'max-pool',
      128,
      128,
      128,
      'max-pool',
      128,
      128,
      128,
    ] as const;
    const layers = widths.flatMap((width): DescribedLayer[] =>
      width === 'max-pool' ? [{ 'max-pool': 2 }] : [{ convolution: width }, 'batch-normalisation', 'relu'],
    );
    const network = buildDescribed(
      'vgg',
      [...layers, { 'max-pool': 2 }, { linear: 10 }],
      { channels: 3, height: 32, width: 32 },
      10,
    );
    const weights = initialise(network, 'he-normal', 1, kernels.sampler);
    const dataset = noise(8, 3, { channels: 3, height: 32, width: 32 }, 10);
    const source = {
      dataset,
      normalisation: { mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] },
      examples: Int32Array.of(0, 1),
      batch: 2,
    };
    const tensors = prunableParameters(network).map(({ name }) => name);
    const total = prunableParameters(network).reduce((sum, { size }) => sum + size, 0);
    const keep = Math.round(total / 500);
    const emptied = (score: ScoreName, steps: number) => {
      const measure = measurer(kernels, network, source);
      const mask = pruneInSteps(fullMask(network), weights, { score, groups: [{ tensors, keep }], steps }, {}, measure);
      const counts = keptCounts(network, mask);
      expect(counts.reduce((sum, { kept }) => sum + kept, 0)).toBe(keep);
      return collapsedLayers(counts);
    };
    // Far fewer steps than the hundred of the paper, which leave it less room.
    expect(emptied('synflow', 4)).toEqual([]);
    for (const score of ['snip', 'magnitude'] as const) expect(emptied(score, 1)).not.toEqual([]);
  });
});
