import { makeStrokes, unitLength } from 'lottery-lab/data';
import { loadKernels } from 'lottery-lab/kernels';
import { namedNetworks } from 'lottery-lab/networks';
import { fullMask, initialise, randomMask } from 'lottery-lab/tickets';
import { Evaluator } from 'lottery-lab/training';
import { expect, test } from 'vitest';
import { inkOfExample, isLightGround, pixelsOf, placingOf } from './images.js';
import { likeliest } from './likeliest.js';
import { disagreements, lookAt, softmax } from './look.js';

const dataset = makeStrokes({ train: 40, test: 30, seed: 5 });
const normalisation = { mean: [0.2], deviation: [0.4] };

test.each(['lenet-300-100', 'lenet-5'])('%s says of each test image what its evaluation says', async (name) => {
  const kernels = await loadKernels();
  const network = namedNetworks[name].build(dataset.shape, dataset.classes);
  const weights = initialise(network, 'glorot-normal', 3, kernels.sampler);
  const mask = randomMask(
    new Map(
      [...fullMask(network)].map(([tensor, bits]) => [tensor, bits.map((_, place) => (place % 4 === 0 ? 1 : 0))]),
    ),
    8,
  );
  for (const data of [dataset, unitLength(dataset)]) {
    for (const own of [null, mask]) {
      const plan = { network, dataset: data, normalisation, sets: [{ of: 'test' as const }] };
      const [expected] = new Evaluator(kernels, own === null ? plan : { ...plan, mask: own }).evaluate(weights);
      // What is drawn has the data's form before each image was scaled by itself.
      const said = Array.from({ length: data.test.count }, (_, place) => {
        const pixels = dataset.test.images.slice(place * 784, (place + 1) * 784);
        return lookAt(kernels, data, [{ network, normalisation, weights, mask: own }], pixels)[0];
      });
      const loss = said.reduce((sum, shares, place) => sum - Math.log(shares[data.test.labels[place]]), 0);
      expect(loss / data.test.count).toBeCloseTo(expected.loss, 5);
      const right = said.filter((shares, place) => shares.indexOf(Math.max(...shares)) === data.test.labels[place]);
      expect(right.length / data.test.count).toBe(expected.accuracy);
    }
  }
});

test('networks disagree on the images of which they say different things', async () => {
  const kernels = await loadKernels();
  const network = namedNetworks['lenet-300-100'].build(dataset.shape, dataset.classes);
  const networks = [3, 4, 5].map((seed) => ({
    network,
    normalisation,
    weights: initialise(network, 'glorot-normal', seed, kernels.sampler),
    mask: null,
  }));
  const expected = Array.from({ length: dataset.test.count }, (_, place) => place).filter((place) => {
    const pixels = dataset.test.images.slice(place * 784, (place + 1) * 784);
    return new Set(lookAt(kernels, dataset, networks, pixels).map(likeliest)).size > 1;
  });
  expect(expected.length).toBeGreaterThan(0);
  expect(disagreements(kernels, dataset, networks, dataset.test)).toEqual(expected);
  expect(disagreements(kernels, dataset, [networks[0], networks[0]], dataset.test)).toEqual([]);
});

test('probabilities are those of the logits, of large ones too', () => {
  expect(softmax([0, 0])).toEqual([0.5, 0.5]);
  expect(softmax([1000, 0])).toEqual([1, 0]);
  expect(softmax([Number.NaN, 0]).every(Number.isNaN)).toBe(true);
});

test('an image of the test set goes to ink and back to the same pixels', () => {
  const pixels = dataset.test.images.slice(784, 2 * 784);
  expect(pixelsOf(inkOfExample(dataset, 1), dataset)).toEqual(pixels);
  const inverted = (split: typeof dataset.test) => ({
    ...split,
    images: Uint8Array.from(split.images, (value) => 255 - value),
  });
  const light = { ...dataset, train: inverted(dataset.train), test: inverted(dataset.test) };
  expect([isLightGround(dataset), isLightGround(light)]).toEqual([false, true]);
  expect(inkOfExample(light, 1)).toEqual(inkOfExample(dataset, 1));
  expect(pixelsOf(inkOfExample(light, 1), light)).toEqual(light.test.images.slice(784, 2 * 784));
  const floats = {
    ...dataset,
    train: { ...dataset.train, images: Float32Array.from(dataset.train.images, (v) => v / 255) },
  };
  expect(pixelsOf(inkOfExample(dataset, 1), floats)).toBeInstanceOf(Float32Array);
  expect(Math.max(...inkOfExample(unitLength(dataset), 1))).toBe(1);
});

test('drawings are placed as the data are where that is known', () => {
  expect(['strokes', 'mnist', 'mine.npz'].map((name) => placingOf({ name }))).toEqual(['middle', 'mass', 'as-drawn']);
});
