import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { beforeAll, describe, expect, it } from 'vitest';
import { referenceLogits, referenceLoss } from '../../../test/fixtures/reference-network.js';
import { toyDataset } from '../../../test/fixtures/toy-plan.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { NetworkBuilder } from '../../networks/builder.js';
import { type Network, prunableParameters } from '../../networks/network.js';
import { buildStack } from '../../networks/stack.js';
import { StreamReader, stream } from '../../random/stream.js';
import { applyMask, initialise } from '../../tickets/index.js';
import { Probe } from '../../training/probe.js';
import { curvatureAt } from './curvature.js';
import { survivorsOf } from './survivors.js';
import { tangentKernel } from './tangent-kernel.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const dataset = toyDataset(40, 4, 3, 5);
const normalisation = { mean: [0.4], deviation: [0.3] };
const stack = buildStack('stack', { hidden: [5], activation: 'tanh' }, dataset.shape, 3);
/** With tanh for relu: loss and logits are smooth, and differences in double precision close to derivatives. */
const smooth = (network: Network): Network => ({
  ...network,
  layers: network.layers.map((layer) => (layer.kind === 'activation' ? { ...layer, activation: 'tanh' } : layer)),
});
const maps = smooth(
  new NetworkBuilder(dataset.shape)
    .convolution('conv', 2)
    .relu()
    .pool('average-pool')
    .flatten()
    .linear('fc', 3)
    .build('maps', 3),
);
const normalised = smooth(
  new NetworkBuilder(dataset.shape)
    .convolution('conv', 3, { bias: false })
    .normalisation('bn')
    .relu()
    .flatten()
    .linear('fc', 3)
    .build('normalised', 3),
);

function setting(network: Network, density: number, count: number) {
  const reader = new StreamReader(stream(3, 'mask'));
  const mask = new Map(
    prunableParameters(network).map(({ name, size }) => [
      name,
      Uint8Array.from({ length: size }, () => (reader.uniform() < density ? 1 : 0)),
    ]),
  );
  const weights = applyMask(initialise(network, 'glorot-normal', 9, kernels.sampler, { bias: 'uniform' }), mask);
  const examples = Int32Array.from({ length: count }, (_, i) => count - 1 - i);
  const doubles = new Map([...weights].map(([name, values]) => [name, Float64Array.from(values)]));
  const size = dataset.shape.height * dataset.shape.width;
  const batch = {
    network,
    weights: doubles,
    images: [...examples].map((e) =>
      Float64Array.from(dataset.train.images.subarray(e * size, (e + 1) * size), (pixel) => (pixel / 255 - 0.4) / 0.3),
    ),
    labels: [...examples].map((e) => dataset.train.labels[e]),
    orderSeed: 0,
    iteration: 0,
  };
  const survivors = survivorsOf(mask);
  const places = [...mask].flatMap(([name, bits]) =>
    [...bits.keys()].flatMap((i) => (bits[i] === 0 ? [] : [{ values: doubles.get(name) as Float64Array, i }])),
  );
  const probe = (batchSize: number, whole = false) =>
    new Probe(kernels, {
      network,
      dataset,
      normalisation,
      examples,
      batch: batchSize,
      ...(whole ? {} : { mask }),
    });
  return { mask, weights, batch, survivors, places, probe };
}

/** Central differences in one weight. */
function slope<T>({ values, i }: { values: Float64Array; i: number }, h: number, of: () => T): [T, T] {
  const kept = values[i];
  values[i] = kept + h;
  const up = of();
  values[i] = kept - h;
  const down = of();
  values[i] = kept;
  return [up, down];
}

const spectrum = (matrix: Matrix) =>
  [...new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues].sort((a, b) => b - a);

describe('the Hessian of a ticket', () => {
  it.each([
    ['a stack', stack, 0.5],
    ['a convolutional network', maps, 0.8],
  ])('of %s has the eigenvalues and the trace of the dense matrix in double precision', async (_, network, density) => {
    const { weights, batch, survivors, places, probe } = setting(network, density, 13);
    expect(places).toHaveLength(survivors.size);
    const h = 1e-4;
    const loss = () => referenceLoss(batch);
    const hessian = Matrix.zeros(places.length, places.length);
    places.forEach((p, a) => {
      for (let b = 0; b <= a; b++) {
        const [up, down] = slope(p, h, () => {
          const [high, low] = slope(places[b], h, loss);
          return high - low;
        });
        hessian.set(a, b, (up - down) / (4 * h * h));
        hessian.set(b, a, (up - down) / (4 * h * h));
      }
    });
    const expected = spectrum(hessian);
    const trace = expected.reduce((a, b) => a + b);
    const size = Math.max(...expected.map(Math.abs));
    const found = await curvatureAt(probe(4), weights, survivors, { steps: 15, draws: 200, seed: 3 });
    if (found === null) throw new Error('no curvature');
    found.eigenvalues.slice(0, 3).forEach(({ value, bound }, i) => {
      expect(Math.abs(value - expected[i])).toBeLessThan(1e-3 * size);
      expect(bound).toBeLessThan(0.02 * size);
    });
    expect(Math.abs(found.trace - trace)).toBeLessThan(3 * (found.error as number));
    const squares = hessian.to1DArray().reduce((sum, value) => sum + value * value, 0);
    const off = squares - hessian.diagonal().reduce((sum, value) => sum + value * value, 0);
    expect((found.error as number) / Math.sqrt((2 * off) / 200)).toBeCloseTo(1, 0.6);
    // The whole spectrum sums to the trace without any luck in signs.
    const all = await curvatureAt(probe(4), weights, survivors, { steps: places.length, draws: 2, seed: 3 });
    const sum = all?.eigenvalues.reduce((total, { value }) => total + value, 0) as number;
    expect(Math.abs(sum - trace)).toBeLessThan(2e-3 * size * Math.sqrt(places.length));
    // Leaving pruned weights out of the arena changes no bit.
    const stored = await curvatureAt(probe(4, true), weights, survivors, { steps: 15, draws: 200, seed: 3 });
    expect(stored).toEqual(found);
  });

  it('is nothing where no weight survives, and where the loss is not finite', async () => {
    const none = setting(stack, 0, 6);
    const choices = { steps: 3, draws: 2, seed: 0 };
    expect(await curvatureAt(none.probe(6), none.weights, none.survivors, choices)).toBeNull();
    const { weights, survivors, probe } = setting(stack, 0.5, 6);
    const broken = new Map([...weights].map(([name, values]) => [name, values.map(() => Number.NaN)]));
    expect(await curvatureAt(probe(6), broken, survivors, choices)).toBeNull();
  });
});

describe('the tangent kernel of a ticket', () => {
  it.each([
    ['a stack, example by example', stack, 0.6, 1],
    ['a stack, all at once', stack, 0.6, 9],
    ['a stack over ragged batches', stack, 0.9, 4],
    ['a convolutional network', maps, 0.7, 1],
    ['a convolutional network with a batch of more than one lane block', maps, 0.7, 20],
    ['a network with batch normalisation, whose batch is one', normalised, 0.7, 9],
  ])('of %s is that of Jacobians in double precision', async (_, network, density, batchSize) => {
    const count = Math.max(9, batchSize);
    const { weights, batch, survivors, places, probe } = setting(network, density, count);
    const kernel = Matrix.zeros(count, count);
    const jacobians = places.map((place) => {
      const [up, down] = slope(place, 1e-5, () => referenceLogits(batch));
      return up.map((row, e) => [...row].map((value, c) => (value - down[e][c]) / 2e-5));
    });
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        const sum = jacobians.reduce((all, row) => all + row[a].reduce((s, v, c) => s + v * row[b][c], 0), 0);
        kernel.set(a, b, sum / 3);
      }
    }
    const expected = spectrum(kernel);
    const found = await tangentKernel(probe(batchSize), weights, survivors, { examples: count, classes: 3 });
    if (found === null) throw new Error('no kernel');
    expect(found.trace / expected.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(found.largest / expected[0]).toBeCloseTo(1, 5);
    expect(Math.abs(found.smallest - expected[count - 1])).toBeLessThan(2e-6 * expected[0]);
    if (expected[count - 1] > 1e-3 * expected[0]) {
      expect((found.condition as number) / (expected[0] / expected[count - 1])).toBeCloseTo(1, 2);
    }
    expect(await tangentKernel(probe(batchSize, true), weights, survivors, { examples: count, classes: 3 })).toEqual(
      found,
    );
  });

  it('has no condition where it is singular, and is nothing where gradients are not finite', async () => {
    // A linear classifier of 8 inputs without its bias: 9 examples have at least one direction without any gradient.
    const linear = buildStack('linear', { hidden: [], activation: 'relu' }, dataset.shape, 3);
    const { weights, survivors, probe } = setting(linear, 1, 9);
    const found = await tangentKernel(probe(1), weights, survivors, { examples: 9, classes: 3 });
    expect(found?.condition).toBeNull();
    expect(found?.largest).toBeGreaterThan(0);
    const { weights: good, survivors: kept, probe: other } = setting(stack, 0.5, 6);
    const broken = new Map([...good].map(([name, values]) => [name, values.map(() => Number.NaN)]));
    expect(await tangentKernel(other(1), broken, kept, { examples: 6, classes: 3 })).toBeNull();
  });
});
