import type { Dataset } from '../data/dataset.js';
import type { Kernels } from '../kernels/index.js';
import type { ImageShape, Layer, Network } from '../networks/network.js';
import { parametersOf } from '../networks/network.js';
import { sizeOf } from '../networks/shapes.js';
import { StreamReader, stream } from '../random/stream.js';
import type { Optimiser, TrainingPlan } from './types.js';

function pictures(shape: ImageShape, classes: number, seed: number): Dataset {
  const reader = new StreamReader(stream(seed, 'pictures'));
  const split = (count: number) => {
    const images = Uint8Array.from({ length: count * sizeOf(shape) }, () => reader.below(256));
    const labels = Uint8Array.from({ length: count }, () => reader.below(classes));
    return { images, labels, count };
  };
  return {
    name: 'pictures',
    shape,
    classes,
    classNames: [],
    train: split(60),
    test: split(21),
    digest: JSON.stringify([shape, classes, seed]),
  };
}

const convolution = (
  name: string,
  inputs: number,
  outputs: number,
  rest: Partial<Extract<Layer, { kind: 'convolution' }>> = {},
): Layer => ({
  kind: 'convolution',
  name,
  inputs,
  outputs,
  kernel: [3, 3],
  stride: 1,
  padding: 1,
  bias: true,
  ...rest,
});
const relu = (units: number, rest: { name?: string; from?: string[] } = {}): Layer => ({
  kind: 'activation',
  activation: 'relu',
  units,
  ...rest,
});
const activation = (name: 'tanh' | 'sigmoid', units: number): Layer => ({
  kind: 'activation',
  activation: name,
  units,
});

const classes = 3;
const two: ImageShape = { channels: 2, height: 6, width: 5 };

/** Small networks that between them hold every kind of layer, every wiring and every trap of sizes and strides. */
export const networks: Readonly<Record<string, { input: ImageShape; layers: Layer[] }>> = {
  'convolution, tanh, flatten by itself': {
    input: two,
    layers: [
      convolution('c1', 2, 5),
      activation('tanh', 150),
      { kind: 'flatten' },
      { kind: 'linear', name: 'fc', inputs: 150, outputs: classes },
    ],
  },
  'a map straight into a fully connected layer': {
    input: two,
    layers: [convolution('c1', 2, 3), { kind: 'linear', name: 'fc', inputs: 90, outputs: classes }],
  },
  'convolutions of even, long and single kernels, with strides and odd paddings': {
    input: { channels: 2, height: 9, width: 8 },
    layers: [
      convolution('c1', 2, 3, { kernel: [2, 3], padding: 2, stride: 2 }),
      activation('sigmoid', 3 * 6 * 5),
      convolution('c2', 3, 4, { kernel: [5, 1], padding: 2, bias: false }),
      activation('tanh', 4 * 6 * 9),
      convolution('c3', 4, 2, { kernel: [1, 1], padding: 0, stride: 3 }),
      { kind: 'flatten' },
      { kind: 'linear', name: 'fc', inputs: 2 * 2 * 3, outputs: classes },
    ],
  },
  'max pooling, overlapping, then average pooling': {
    input: { channels: 1, height: 9, width: 9 },
    layers: [
      convolution('c1', 1, 3),
      { kind: 'max-pool', kernel: 3, stride: 2 },
      activation('tanh', 48),
      convolution('c2', 3, 4),
      { kind: 'average-pool', kernel: 2, stride: 2 },
      activation('sigmoid', 16),
      { kind: 'flatten' },
      { kind: 'linear', name: 'fc', inputs: 16, outputs: classes },
    ],
  },
  'residual blocks with batch normalisation and a shortcut of its own': {
    input: two,
    layers: [
      convolution('c1', 2, 4, { bias: false }),
      { kind: 'batch-normalisation', name: 'b1', channels: 4 },
      relu(120, { name: 'r1' }),
      convolution('c2', 4, 4, { bias: false }),
      { kind: 'batch-normalisation', name: 'b2', channels: 4 },
      { kind: 'addition', name: 'a1', from: ['b2', 'r1'] },
      relu(120, { name: 'r2' }),
      convolution('c3', 4, 6, { stride: 2, bias: false }),
      { kind: 'batch-normalisation', name: 'b3', channels: 6 },
      convolution('s', 4, 6, { kernel: [1, 1], stride: 2, padding: 0, bias: false, downsampling: true, from: ['r2'] }),
      { kind: 'batch-normalisation', name: 'sb', channels: 6 },
      { kind: 'addition', name: 'a2', from: ['b3', 'sb'] },
      activation('tanh', 54),
      { kind: 'global-average-pool' },
      { kind: 'linear', name: 'fc', inputs: 6, outputs: classes },
    ],
  },
  'dropout of vectors and maps, and a sum of three': {
    input: two,
    layers: [
      convolution('c1', 2, 3),
      activation('tanh', 90),
      { kind: 'dropout', name: 'd1', rate: 0.4 },
      { kind: 'addition', name: 'a', from: ['d1', 'c1', 'd1'] },
      { kind: 'flatten' },
      { kind: 'linear', name: 'fc1', inputs: 90, outputs: 7 },
      relu(7),
      { kind: 'dropout', rate: 0.5 },
      { kind: 'linear', name: 'fc2', inputs: 7, outputs: classes },
    ],
  },
  'two readers of one vector, and batch normalisation of a vector': {
    input: { channels: 2, height: 2, width: 2 },
    layers: [
      { kind: 'linear', name: 'fc1', inputs: 8, outputs: 6 },
      { kind: 'batch-normalisation', name: 'b', channels: 6 },
      activation('tanh', 6),
      { kind: 'linear', name: 'fc2', inputs: 6, outputs: 5, from: ['tanh-3'] },
      { kind: 'linear', name: 'fc3', inputs: 6, outputs: 5, from: ['tanh-3'] },
      { kind: 'addition', from: ['fc2', 'fc3'] },
      activation('sigmoid', 5),
      { kind: 'linear', name: 'fc4', inputs: 5, outputs: classes },
    ],
  },
};

export const still: Optimiser = { name: 'sgd', lr: 0, momentum: 0, nesterov: false, weightDecay: 0 };

export interface Choice {
  readonly batch: number;
  readonly density: number;
  readonly storage: TrainingPlan['storage'];
  readonly optimiser?: Optimiser;
  readonly iterations?: number;
  readonly smoothing?: number;
  readonly rest?: Partial<TrainingPlan>;
}

/** A plan of one of the networks. */
export function planOf(kernels: Kernels, name: string, choice: Choice): TrainingPlan {
  const { input, layers } = networks[name];
  const network: Network = { name, input, classes, layers };
  const dataset = pictures(input, classes, 5);
  const start = new Map<string, Float32Array>();
  const mask = new Map<string, Uint8Array>();
  const reader = new StreamReader(stream(9, 'mask'));
  parametersOf(network).forEach(({ name: tensor, size, role, fanIn }, index) => {
    const values = kernels.sampler.normal(stream(9, 'init', index), size);
    const scale = role === 'weight' ? 1.5 / Math.sqrt(fanIn) : 0.3;
    const shift = role === 'scale' || role === 'variance' ? 1 : 0;
    start.set(
      tensor,
      values.map((value) => (role === 'variance' ? Math.abs(value) : value * scale) + shift),
    );
    if (role !== 'weight') return;
    mask.set(
      tensor,
      Uint8Array.from({ length: size }, () => (reader.uniform() < choice.density ? 1 : 0)),
    );
  });
  return {
    network,
    dataset,
    normalisation: {
      mean: Array.from({ length: input.channels }, () => 0.45),
      deviation: Array.from({ length: input.channels }, (_, c) => 0.25 + c / 10),
    },
    trainIndices: Int32Array.from({ length: 40 }, (_, i) => i),
    validationIndices: Int32Array.from({ length: 20 }, (_, i) => 40 + i),
    start,
    ...(choice.density < 1 ? { mask } : {}),
    optimiser: choice.optimiser ?? still,
    batch: choice.batch,
    iterations: choice.iterations ?? 2,
    evaluateEvery: 2,
    orderSeed: 77,
    firstIteration: 0,
    snapshots: [],
    testCurve: true,
    storage: choice.storage,
    ...(choice.smoothing ? { labelSmoothing: choice.smoothing } : {}),
    ...choice.rest,
  };
}
