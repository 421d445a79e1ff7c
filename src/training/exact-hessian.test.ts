import { beforeAll, describe, expect, it } from 'vitest';
import { type LossOptions, meanGradient, referenceHessianProduct } from '../../test/fixtures/reference-gradient.js';
import type { Dataset } from '../data/dataset.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { type Network, parametersOf, prunableParameters } from '../networks/network.js';
import { sizeOf } from '../networks/shapes.js';
import { StreamReader, stream } from '../random/stream.js';
import { networks } from './every-layer.fixture.js';
import { ExactHessian } from './exact-hessian.js';
import { withoutDropout } from './example-passes.js';
import { exponential } from './exponential.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const classes = 3;
const count = 22;

function dataOf(shape: Dataset['shape']): Dataset {
  const reader = new StreamReader(stream(4, 'pictures'));
  const split = (n: number) => ({
    images: Uint8Array.from({ length: n * sizeOf(shape) }, () => reader.below(256)),
    labels: Uint8Array.from({ length: n }, () => reader.below(classes)),
    count: n,
  });
  return {
    name: 'pictures',
    shape,
    classes,
    classNames: [],
    train: split(count),
    test: split(4),
    digest: JSON.stringify(shape),
  };
}

function setting(network: Network, batch: number, temperature: number, labelSmoothing: number) {
  const reader = new StreamReader(stream(9, 'weights'));
  const dataset = dataOf(network.input);
  const channels = new Array(network.input.channels);
  const normalisation = { mean: [...channels.fill(0.4)], deviation: [...channels.fill(0.3)] };
  const examples = Int32Array.from({ length: count }, (_, i) => count - 1 - i);
  const doubles = new Map(
    parametersOf(network).map(({ name, size, role, fanIn }): [string, Float64Array] => {
      const draw = () => Math.fround((2 * reader.uniform() - 1) * (role === 'weight' ? 1.5 / Math.sqrt(fanIn) : 0.3));
      return [
        name,
        Float64Array.from({ length: size }, () => (role === 'scale' ? 1 + draw() : role === 'variance' ? 1 : draw())),
      ];
    }),
  );
  const direction = new Map(
    prunableParameters(network).map(({ name, size }): [string, Float64Array] => [
      name,
      Float64Array.from({ length: size }, () => 2 * reader.uniform() - 1),
    ]),
  );
  const size = sizeOf(network.input);
  const image = (e: number) =>
    Float64Array.from(dataset.train.images.subarray(e * size, (e + 1) * size), (pixel) => (pixel / 255 - 0.4) / 0.3);
  /** What the double-precision reference is of: the batches as batch normalisation sees them. */
  const batches = Array.from({ length: Math.ceil(count / batch) }, (_, k): LossOptions => {
    const chosen = [...examples.subarray(k * batch, (k + 1) * batch)];
    const labels = chosen.map((e) => dataset.train.labels[e]);
    const images = chosen.map(image);
    return {
      network: withoutDropout(network),
      weights: doubles,
      images,
      labels,
      smoothing: labelSmoothing,
      temperature,
    };
  });
  const plan = { network, dataset, normalisation, examples, batch, temperature, labelSmoothing };
  const weights = new Map([...doubles].map(([name, values]) => [name, Float32Array.from(values)]));
  return { plan, weights, direction, batches };
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, share: number): void {
  const largest = Math.max(...Array.from(expected, Math.abs));
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i++) expect(Math.abs(found[i] - expected[i])).toBeLessThanOrEqual(share * largest);
}

const flat = (names: readonly string[], values: ReadonlyMap<string, Float64Array>) =>
  names.flatMap((name) => [...(values.get(name) as Float64Array)]);

describe('the exact product with the Hessian', () => {
  it.each(Object.entries(networks))('of %s agrees with differences in double precision', (name, { input, layers }) => {
    const network: Network = { name, input, classes, layers };
    const given = setting(network, 16, 2, 0.1);
    const names = prunableParameters(network).map((parameter) => parameter.name);
    const hessian = new ExactHessian(kernels, given.plan);
    expectClose(flat(names, hessian.gradients(given.weights)), flat(names, meanGradient(given.batches)), 1e-5);
    const product = referenceHessianProduct(given.batches, given.direction);
    expectClose(flat(names, hessian.product(given.weights, given.direction)), flat(names, product), 1e-4);
  });

  const [[name, { input, layers }]] = Object.entries(networks).filter(([key]) => key.startsWith('residual'));
  const residual: Network = { name, input, classes, layers };

  it('is linear in the direction, whatever its length, and the same after other work', () => {
    const { plan, weights, direction } = setting(residual, 22, 200, 0);
    const names = [...direction.keys()];
    const hessian = new ExactHessian(kernels, plan);
    const once = flat(names, hessian.product(weights, direction));
    const tiny = new Map([...direction].map(([key, values]) => [key, values.map((v) => v * 2 ** -300)]));
    expect(flat(names, hessian.product(weights, tiny)).map((v) => v * 2 ** 300)).toEqual(once);
    hessian.gradients(weights);
    expect(flat(names, new ExactHessian(kernels, plan).product(weights, direction))).toEqual(once);
    const none = new Map([...direction].map(([key, values]) => [key, values.map(() => 0)]));
    expect(flat(names, hessian.product(weights, none)).every((v) => v === 0)).toBe(true);
  });

  it('is symmetric', () => {
    const { plan, weights, direction } = setting(residual, 22, 3, 0);
    const names = [...direction.keys()];
    const hessian = new ExactHessian(kernels, plan);
    const other = hessian.gradients(weights);
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);
    const one = dot(flat(names, other), flat(names, hessian.product(weights, direction)));
    const two = dot(flat(names, direction), flat(names, hessian.product(weights, other)));
    expect(one / two).toBeCloseTo(1, 4);
  });

  it('counts its work and its examples, and is not a number of a direction that is not finite', () => {
    const { plan, weights, direction } = setting(residual, 16, 1, 0);
    const hessian = new ExactHessian(kernels, plan);
    hessian.gradients(weights);
    const flops = hessian.flops;
    expect([flops > 0, hessian.examples]).toEqual([true, count]);
    hessian.product(weights, direction);
    expect([hessian.flops > 2.5 * flops, hessian.examples]).toEqual([true, 2 * count]);
    const endless = new Map([...direction].map(([key, values]) => [key, values.map(() => Number.POSITIVE_INFINITY)]));
    expect(flat([...direction.keys()], hessian.product(weights, endless)).every(Number.isNaN)).toBe(true);
  });
});

describe('the exponential', () => {
  it('agrees with that of the platform, and is exact where that is', () => {
    expect(exponential(0)).toBe(1);
    for (let x = -690; x < 690; x += 0.37) expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-15);
    expect(exponential(-800)).toBe(0);
  });
});
