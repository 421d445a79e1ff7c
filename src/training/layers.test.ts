import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { firstBatch, firstSlope } from '../../test/fixtures/reference-network.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { networks, planOf } from './every-layer.fixture.js';
import { train } from './train.js';
import { Trainer } from './trainer.js';
import type { Optimiser, TrainingPlan } from './types.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

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
      checkGradients(planOf(kernels, name, choice));
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
              plan: planOf(kernels, name, { batch, density, storage, optimiser, iterations: 5, rest }),
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
    const plan = planOf(kernels, name, { batch: 10, density: 1, storage: 'dense' });
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
    const plan = planOf(kernels, name, { batch: 10, density: 1, storage: 'dense' });
    const trainer = new Trainer(kernels, plan);
    const before = bits(trainer.weights);
    const [one, two] = [trainer.validate(), trainer.validate()];
    trainer.probe();
    expect(two).toEqual(one);
    expect(bits(trainer.weights)).toEqual(before);
  });
});
