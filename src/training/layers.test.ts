import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { firstBatch, firstSlope } from '../../test/fixtures/reference-network.js';
import type { Dataset } from '../data/dataset.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import type { ImageShape, Layer, Network } from '../networks/network.js';
import { parametersOf } from '../networks/network.js';
import { sizeOf } from '../networks/shapes.js';
import { StreamReader, stream } from '../random/stream.js';
import { train } from './train.js';
import { Trainer } from './trainer.js';
import type { Optimiser, TrainingPlan } from './types.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

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
const networks: Readonly<Record<string, { input: ImageShape; layers: Layer[] }>> = {
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

const still: Optimiser = { name: 'sgd', lr: 0, momentum: 0, nesterov: false, weightDecay: 0 };

interface Choice {
  readonly batch: number;
  readonly density: number;
  readonly storage: TrainingPlan['storage'];
  readonly optimiser?: Optimiser;
  readonly iterations?: number;
  readonly smoothing?: number;
  readonly rest?: Partial<TrainingPlan>;
}

function planOf(name: string, choice: Choice): TrainingPlan {
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

function checkGradients(plan: TrainingPlan): void {
  const trainer = new Trainer(kernels, plan);
  const weights = new Map([...trainer.weights].map(([name, values]) => [name, Float64Array.from(values)]));
  trainer.train(1);
  const gradients = trainer.gradients;
  const scale = Math.max(...[...gradients.values()].flatMap((values) => [...values].map(Math.abs)));
  for (const [name, measured] of gradients) {
    const values = weights.get(name) as Float64Array;
    const bits = plan.mask?.get(name);
    for (let i = 0; i < values.length; i++) {
      if (bits?.[i] === 0) {
        expect(measured[i]).toBe(0);
        continue;
      }
      // Every weight of a small tensor, some of a large one.
      if (values.length > 60 && (i * 7) % 11 !== 0) continue;
      const expected = firstSlope(plan, weights, name, i);
      const tolerance = 1e-3 * Math.max(Math.abs(expected), 2e-2 * scale);
      if (!(Math.abs(measured[i] - expected) <= tolerance)) {
        expect.fail(`${name}[${i}] is ${measured[i]}; central differences give ${expected}`);
      }
    }
  }
}

describe('gradients of whole networks agree with central differences in double precision', () => {
  for (const name of Object.keys(networks)) {
    it.each([
      { batch: 6, density: 1, storage: 'dense' },
      { batch: 19, density: 0.6, storage: 'sparse' },
      { batch: 17, density: 0.6, storage: 'dense', smoothing: 0.1 },
    ] as const)(`${name}: $storage at $density, batch $batch`, (choice) => {
      checkGradients(planOf(name, choice));
    });
  }
});

const bits = (tensors: ReadonlyMap<string, Float32Array>) =>
  [...tensors].map(([name, values]) => [name, ...new Uint32Array(values.slice().buffer)]);

describe('dense and sparse training are the same bits', () => {
  it('for every kind of layer, batch, optimiser and density', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(networks)),
        fc.integer({ min: 1, max: 36 }),
        fc.constantFrom(0.05, 0.3, 0.7, 1),
        fc.constantFrom<Optimiser>(
          { name: 'adam', lr: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
          { name: 'sgd', lr: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01 },
        ),
        fc.record(
          {
            decayOn: fc.constant('weights' as const),
            clipNorm: fc.constantFrom(0.05, 5),
            augmentation: fc.constant({ padding: 2, flip: true }),
            labelSmoothing: fc.constant(0.1),
          },
          { requiredKeys: [] },
        ),
        async (name, batch, density, optimiser, rest) => {
          const run = (storage: TrainingPlan['storage']) =>
            train({
              kernels,
              plan: planOf(name, { batch, density, storage, optimiser, iterations: 5, rest }),
            });
          const [dense, sparse] = [await run('dense'), await run('sparse')];
          expect(bits(sparse.finalWeights)).toEqual(bits(dense.finalWeights));
          expect(sparse.history).toEqual(dense.history);
          expect(sparse.end).toEqual(dense.end);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('batch normalisation', () => {
  const name = 'residual blocks with batch normalisation and a shortcut of its own';

  it('moves its running statistics by a tenth of the way to those of the batch, the variance unbiased', () => {
    const plan = planOf(name, { batch: 10, density: 1, storage: 'dense' });
    const trainer = new Trainer(kernels, plan);
    const before = trainer.weights;
    trainer.train(1);
    const after = trainer.weights;
    // The reference's first convolution, by hand: its output's statistics over the batch.
    const { shape } = plan.dataset;
    const weight = before.get('c1.weight') as Float32Array;
    const batch = firstBatch(plan);
    const pixel = (example: number, c: number, row: number, column: number) => {
      if (row < 0 || column < 0 || row >= shape.height || column >= shape.width) return 0;
      const at = ((example * shape.channels + c) * shape.height + row) * shape.width + column;
      return (plan.dataset.train.images[at] / 255 - plan.normalisation.mean[c]) / plan.normalisation.deviation[c];
    };
    for (let o = 0; o < 4; o++) {
      const values: number[] = [];
      for (const example of batch) {
        for (let row = 0; row < shape.height; row++) {
          for (let column = 0; column < shape.width; column++) {
            let sum = 0;
            for (let c = 0; c < 2; c++) {
              for (let k = 0; k < 9; k++) {
                sum +=
                  weight[(o * 2 + c) * 9 + k] * pixel(example, c, row + Math.floor(k / 3) - 1, column + (k % 3) - 1);
              }
            }
            values.push(sum);
          }
        }
      }
      const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
      const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
      const moved = (tensor: string, towards: number) => 0.9 * (before.get(tensor) as Float32Array)[o] + 0.1 * towards;
      expect((after.get('b1.running_mean') as Float32Array)[o]).toBeCloseTo(moved('b1.running_mean', mean), 5);
      expect((after.get('b1.running_var') as Float32Array)[o]).toBeCloseTo(moved('b1.running_var', variance), 5);
    }
  });

  it('leaves its running statistics alone in evaluation, and evaluates by them, whatever the batch', () => {
    const plan = planOf(name, { batch: 10, density: 1, storage: 'dense' });
    const trainer = new Trainer(kernels, plan);
    const before = bits(trainer.weights);
    const [one, two] = [trainer.validate(), trainer.validate()];
    trainer.probe();
    expect(two).toEqual(one);
    expect(bits(trainer.weights)).toEqual(before);
  });
});

describe('what training may be asked for', () => {
  const name = 'dropout of vectors and maps, and a sum of three';
  const sgd = (lr: number, weightDecay = 0): Optimiser => ({
    name: 'sgd',
    lr,
    momentum: 0,
    nesterov: false,
    weightDecay,
  });
  /** Copies, since the next trainer takes the arena. */
  const afterOneStep = (choice: Choice) => {
    const trainer = new Trainer(kernels, planOf(name, choice));
    trainer.train(1);
    return { weights: trainer.weights, gradients: trainer.gradients };
  };
  const base = { batch: 12, density: 1, storage: 'dense' } as const;

  it('weight decay on weights alone leaves biases as they would be without', () => {
    const [none, weights, all] = [
      afterOneStep({ ...base, optimiser: sgd(0.1) }),
      afterOneStep({ ...base, optimiser: sgd(0.1, 0.5), rest: { decayOn: 'weights' } }),
      afterOneStep({ ...base, optimiser: sgd(0.1, 0.5) }),
    ].map(({ weights: after }) => after);
    expect(weights.get('c1.bias')).toEqual(none.get('c1.bias'));
    expect(weights.get('c1.weight')).toEqual(all.get('c1.weight'));
    expect(all.get('c1.bias')).not.toEqual(none.get('c1.bias'));
  });

  it('clipping scales all gradients to the norm asked for, and leaves smaller ones alone', () => {
    const norm = ({ gradients }: ReturnType<typeof afterOneStep>) =>
      Math.sqrt([...gradients.values()].reduce((sum, g) => sum + g.reduce((s, v) => s + v * v, 0), 0));
    const free = afterOneStep({ ...base, optimiser: sgd(0.1) });
    const size = norm(free);
    const clipped = afterOneStep({ ...base, optimiser: sgd(0.1), rest: { clipNorm: size / 3 } });
    expect(norm(clipped)).toBeCloseTo(size / 3, 6);
    const loose = afterOneStep({ ...base, optimiser: sgd(0.1), rest: { clipNorm: size * 1.01 } });
    expect(bits(loose.gradients)).toEqual(bits(free.gradients));
  });

  it('a schedule sets the rate of each step', () => {
    const trainer = new Trainer(
      kernels,
      planOf(name, {
        ...base,
        optimiser: sgd(0.4),
        iterations: 4,
        rest: { schedule: { warmup: 2, shape: { kind: 'steps', at: [3], factor: 0.1 } } },
      }),
    );
    for (const rate of [0.2, 0.4, 0.4, 0.04]) {
      const before = trainer.weights.get('fc2.bias') as Float32Array;
      trainer.train(1);
      const after = trainer.weights.get('fc2.bias') as Float32Array;
      const gradient = trainer.gradients.get('fc2.bias') as Float32Array;
      after.forEach((value, i) => {
        expect(value).toBeCloseTo(before[i] - rate * gradient[i], 6);
      });
    }
  });

  it('dropout draws anew in each step and never in evaluation', () => {
    const trainer = new Trainer(kernels, planOf(name, { ...base, iterations: 3 }));
    const gradient = () => [...(trainer.gradients.get('fc2.weight') as Float32Array)];
    trainer.train(1);
    const first = gradient();
    trainer.train(1);
    expect(gradient()).not.toEqual(first);
    expect(trainer.validate()).toEqual(trainer.validate());
  });
});
