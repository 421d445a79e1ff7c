import { beforeAll, describe, expect, it } from 'vitest';
import { type LossOptions, meanGradient, referenceHessianProduct } from '../../../test/fixtures/reference-gradient.js';
import { balancedExamples } from '../../data/balanced.js';
import type { Dataset } from '../../data/dataset.js';
import { makeStrokes } from '../../data/index.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { buildDescribed } from '../../networks/described.js';
import { namedNetworks } from '../../networks/named.js';
import { type Network, prunableParameters } from '../../networks/network.js';
import { fullMask, initialise, keepAt, prune } from '../index.js';
import { type HessianChoice, measurer } from '../measure.js';

/** Settings of the authors' code, and the count of weights that is kept. */
const TEMPERATURE = 200;
const DENSITY = 0.05;

let kernels: Kernels;
let dataset: Dataset;
beforeAll(async () => {
  kernels = await loadKernels();
  dataset = makeStrokes({ train: 400, test: 10, seed: 3 });
});

const normalisation = { mean: [0.13], deviation: [0.31] };
const image = (e: number) =>
  Float64Array.from(dataset.train.images.subarray(e * 784, (e + 1) * 784), (pixel) => (pixel / 255 - 0.13) / 0.31);

function maskOf(
  network: Network,
  product: ReadonlyMap<string, Float64Array>,
  weights: ReadonlyMap<string, Float32Array>,
) {
  const settings = {
    scope: 'global',
    rate: 0.2,
    outputRate: 0.2,
    rates: { output: 0.2 },
    densities: [DENSITY],
  } as const;
  return prune(fullMask(network), weights, 'grasp', keepAt(network, settings, 1), { measure: () => product });
}

/** Three examples of each class, class after class, in two halves: the default of ten takes the reference its time. */
function setting(network: Network) {
  const weights = initialise(network, 'glorot-normal', 11, kernels.sampler);
  const examples = balancedExamples(
    dataset.train.labels,
    Int32Array.from({ length: 400 }, (_, i) => i),
    30,
    5,
  );
  const measured = (hessian?: HessianChoice) =>
    measurer(kernels, network, { dataset, normalisation, examples, batch: 60, ...(hessian ? { hessian } : {}) });
  return { weights, examples, measured };
}

/** The authors' formula in double precision: g over both halves, then H g over both, of logits divided by T. */
function reference(network: Network, { weights, examples }: ReturnType<typeof setting>) {
  const labels = dataset.train.labels;
  const ordered = Array.from({ length: 10 }, (_, c) => [...examples].filter((e) => labels[e] === c)).flat();
  const doubles = new Map([...weights].map(([name, values]) => [name, Float64Array.from(values)]));
  const halves = [ordered.slice(0, 15), ordered.slice(15)].map(
    (half): LossOptions => ({
      network,
      weights: doubles,
      images: half.map(image),
      labels: half.map((e) => labels[e]),
      temperature: TEMPERATURE,
    }),
  );
  return referenceHessianProduct(halves, meanGradient(halves));
}

function agreement(network: Network, one: ReadonlyMap<string, Uint8Array>, other: ReadonlyMap<string, Uint8Array>) {
  let [same, kept, all] = [0, 0, 0];
  for (const { name } of prunableParameters(network)) {
    const [a, b] = [one.get(name) as Uint8Array, other.get(name) as Uint8Array];
    for (let i = 0; i < a.length; i++) {
      if (a[i] === 1 && b[i] === 1) same++;
      if (a[i] === 1) kept++;
      all++;
    }
  }
  return { shared: same / kept, density: kept / all };
}

const convolutional = (batchNormalisation: boolean) =>
  buildDescribed(
    'small',
    [
      { convolution: 8, kernel: 3, stride: 2 },
      ...(batchNormalisation ? (['batch-normalisation'] as const) : []),
      'relu',
      { convolution: 12, kernel: 3 },
      ...(batchNormalisation ? (['batch-normalisation'] as const) : []),
      'relu',
      { 'max-pool': 2 },
      { linear: 40 },
      'relu',
      { linear: 10 },
    ],
    { channels: 1, height: 28, width: 28 },
    10,
  );

describe('GraSP', () => {
  it.each<[string, () => Network]>([
    ['LeNet-300-100', () => namedNetworks['lenet-300-100'].build({ channels: 1, height: 28, width: 28 }, 10)],
    ['a small convolutional network', () => convolutional(false)],
    ['a small convolutional network with batch normalisation', () => convolutional(true)],
  ])('keeps the weights of %s that its authors’ formula keeps in double precision', (_, build) => {
    const network = build();
    const given = setting(network);
    const expected = maskOf(network, reference(network, given), given.weights);
    const exact = given.measured({ product: 'exact', temperature: TEMPERATURE });
    const found = maskOf(network, exact.measure('hessian-gradient', given.weights), given.weights);
    const { shared, density } = agreement(network, found, expected);
    expect(density).toBeCloseTo(DENSITY, 3);
    expect(shared).toBeGreaterThan(0.99);
    expect(exact.examples).toBe(60);
    // The earlier form keeps others: without the temperature, and by finite differences.
    const before = given.measured().measure('hessian-gradient', given.weights);
    expect(agreement(network, maskOf(network, before, given.weights), expected).shared).toBeLessThan(0.8);
  });
});
