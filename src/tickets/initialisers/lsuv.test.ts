import { beforeAll, describe, expect, it } from 'vitest';
import { balancedExamples } from '../../data/balanced.js';
import { makeStrokes } from '../../data/index.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { buildDescribed } from '../../networks/described.js';
import { type Network, prunableParameters, type Tensors } from '../../networks/network.js';
import { nodesOf } from '../../networks/shapes.js';
import { buildStack } from '../../networks/stack.js';
import { tensorsDigest } from '../digest.js';
import { outputVarianceOn } from '../measure.js';
import { initialise } from './index.js';

let kernels: Kernels;

beforeAll(async () => {
  kernels = await loadKernels();
});

const dataset = makeStrokes({ train: 200, test: 20, seed: 5 });
const normalisation = { mean: [0.13], deviation: [0.31] };
const indices = Int32Array.from({ length: 200 }, (_, i) => i);
const examples = balancedExamples(dataset.train.labels, indices, 70, 3);
// Batches of 30, 30 and 10: whole lane blocks, broken ones and a short batch.
const source = { dataset, normalisation, examples, batch: 30 };

const deep = buildStack('deep', { hidden: new Array(12).fill(40), activation: 'tanh' }, dataset.shape, 10);
const convolutional = buildDescribed(
  'maps',
  [
    { convolution: 6 },
    'relu',
    { convolution: 8, stride: 2 },
    'relu',
    { 'max-pool': 2 },
    { convolution: 8, kernel: 3, padding: 0 },
    'relu',
    { dropout: 0.5 },
    { linear: 20 },
    'relu',
    { linear: 10 },
  ],
  dataset.shape,
  10,
);
const residual = buildDescribed(
  'residual',
  [
    { convolution: 6, bias: false },
    'batch-normalisation',
    { relu: true, name: 'trunk' },
    { convolution: 6, bias: false },
    { 'batch-normalisation': true, name: 'end' },
    { addition: ['end', 'trunk'] },
    'relu',
    'global-average-pool',
    { linear: 10 },
  ],
  dataset.shape,
  10,
);

const variances = (network: Network, weights: Tensors) => {
  const measure = outputVarianceOn(kernels, network, source);
  return prunableParameters(network).map(({ layer }) => measure(weights, layer));
};

const drawn = (network: Network, seed = 1, choices = {}) =>
  initialise(network, 'lsuv', seed, kernels.sampler, choices, outputVarianceOn(kernels, network, source));

const networks: [string, Network][] = [
  ['a deep tanh network', deep],
  ['a convolutional ReLU network', convolutional],
  ['a residual network', residual],
];

describe('the variance of outputs', () => {
  /** Forward in double precision, as plainly as can be: outputs of each weight layer, one array an example. */
  function outputs(network: Network, weights: Tensors): Map<string, number[]> {
    const found = new Map<string, number[]>();
    for (const e of examples) {
      const image = dataset.train.images.subarray(e * 784, (e + 1) * 784);
      let x = Array.from(image, (pixel) => (pixel / 255 - 0.13) / 0.31);
      for (const { layer, name, inputShape, outputShape } of nodesOf(network)) {
        if (layer.kind === 'activation') {
          x = x.map(layer.activation === 'tanh' ? Math.tanh : (value) => Math.max(0, value));
        } else if (layer.kind === 'max-pool') {
          const { channels, height, width } = outputShape;
          const at = (c: number, i: number, j: number) => x[(c * inputShape.height + i) * inputShape.width + j];
          const y: number[] = [];
          for (let c = 0; c < channels; c++) {
            for (let i = 0; i < 2 * height; i += 2) {
              for (let j = 0; j < 2 * width; j += 2) {
                y.push(Math.max(at(c, i, j), at(c, i, j + 1), at(c, i + 1, j), at(c, i + 1, j + 1)));
              }
            }
          }
          x = y;
        } else if (layer.kind === 'linear' || layer.kind === 'convolution') {
          const w = weights.get(`${name}.weight`) as Float32Array;
          const b = weights.get(`${name}.bias`) as Float32Array;
          const window = layer.kind === 'convolution' ? layer : { kernel: [1, 1] as const, stride: 1, padding: 0 };
          const [rows, columns] = window.kernel;
          const shape = layer.kind === 'linear' ? { height: 1, width: 1 } : inputShape;
          const y: number[] = [];
          for (let o = 0; o < layer.outputs; o++) {
            for (let i = 0; i < outputShape.height; i++) {
              for (let j = 0; j < outputShape.width; j++) {
                let sum = b[o];
                for (let c = 0; c < layer.inputs; c++) {
                  for (let k = 0; k < rows * columns; k++) {
                    const row = i * window.stride - window.padding + Math.floor(k / columns);
                    const column = j * window.stride - window.padding + (k % columns);
                    if (row < 0 || row >= shape.height || column < 0 || column >= shape.width) continue;
                    sum +=
                      w[(o * layer.inputs + c) * rows * columns + k] *
                      x[(c * shape.height + row) * shape.width + column];
                  }
                }
                y.push(sum);
              }
            }
          }
          x = y;
          found.set(name, [...(found.get(name) ?? []), ...y]);
        }
      }
    }
    return found;
  }

  it.each(networks.slice(0, 2))('of %s is that of a plain forward pass in double precision', (_, network) => {
    const weights = initialise(network, 'he-normal', 7, kernels.sampler, { bias: 'uniform' });
    const expected = [...outputs(network, weights).values()].map((values) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    });
    const found = variances(network, weights);
    expect(found).toHaveLength(expected.length);
    for (const [i, value] of found.entries()) expect(value / expected[i]).toBeCloseTo(1, 4);
  });

  it('is asked of a layer with weights', () => {
    const measure = outputVarianceOn(kernels, deep, source);
    expect(() => measure(initialise(deep, 'he-normal', 1, kernels.sampler), 'tanh-2')).toThrow(
      /no layer with weights named tanh-2/,
    );
  });
});

describe('layer-sequential unit variance', () => {
  it.each(networks)(
    'gives every layer of %s a variance within a tenth of 1, where orthogonal draws do not',
    (_, net) => {
      const orthogonal = variances(net, initialise(net, 'orthogonal', 1, kernels.sampler));
      expect(orthogonal.some((variance) => Math.abs(variance - 1) > 0.5)).toBe(true);
      for (const variance of variances(net, drawn(net))) expect(Math.abs(variance - 1)).toBeLessThan(0.1);
    },
  );

  it('only divides: rows stay at right angles', () => {
    const orthogonal = initialise(deep, 'orthogonal', 1, kernels.sampler);
    for (const [name, values] of drawn(deep)) {
      const before = orthogonal.get(name) as Float32Array;
      const ratio = values[0] / before[0];
      for (let i = 0; i < values.length; i += 37) {
        expect(values[i]).toBeCloseTo(before[i] === 0 ? 0 : before[i] * ratio, 5);
      }
    }
  });

  it('repeats itself bit for bit, also after other work, and differs by seed', () => {
    const once = tensorsDigest(drawn(convolutional));
    drawn(deep);
    expect(tensorsDigest(drawn(convolutional))).toBe(once);
    expect(tensorsDigest(drawn(convolutional, 2))).not.toBe(once);
  });

  it('sees biases at zero and no scale; both come after', () => {
    const plain = drawn(deep);
    const chosen = drawn(deep, 1, { scale: 0.5, bias: { constant: 0.25 } });
    expect(chosen.get('fc2.weight')).toEqual((plain.get('fc2.weight') as Float32Array).map((value) => value / 2));
    expect(new Set(chosen.get('fc2.bias'))).toEqual(new Set([0.25]));
  });

  it('refuses to draw without examples, and an output that never varies', () => {
    expect(() => initialise(deep, 'lsuv', 1, kernels.sampler)).toThrow(/initialisation lsuv needs the variance/);
    expect(() => initialise(deep, 'lsuv', 1, kernels.sampler, {}, () => 0)).toThrow(/output of fc1 has variance 0/);
    expect(() => initialise(deep, 'lsuv', 1, kernels.sampler, {}, () => Number.NaN)).toThrow(/variance NaN/);
  });

  it('gives up after ten divisions', () => {
    let asked = 0;
    const never = () => {
      asked++;
      return 4;
    };
    initialise(
      buildStack('one', { hidden: [], activation: 'relu' }, dataset.shape, 10),
      'lsuv',
      1,
      kernels.sampler,
      {},
      never,
    );
    expect(asked).toBe(10);
  });
});
