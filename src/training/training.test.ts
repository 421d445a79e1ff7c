import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { stopWhen } from '../../test/fixtures/stop-when.js';
import { adam, bitsOf, type ToyCase, toyCase, toyCases, toyPlan } from '../../test/fixtures/toy-plan.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import type { Mask, Tensors } from '../networks/network.js';
import { stream } from '../random/stream.js';
import { train } from './train.js';
import { Trainer } from './trainer.js';
import type { Optimiser, TrainingPlan, TrainingProgress } from './types.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

describe('dense and sparse storage', () => {
  it('train to the same bits', async () => {
    await fc.assert(
      fc.asyncProperty(toyCases, async (c) => {
        const dense = await train({ kernels, plan: toyPlan(kernels, c, 'dense', 9) });
        const sparse = await train({ kernels, plan: toyPlan(kernels, c, 'sparse', 9) });
        expect(bitsOf(sparse.finalWeights)).toEqual(bitsOf(dense.finalWeights));
        expect(bitsOf(sparse.earlyStopWeights)).toEqual(bitsOf(dense.earlyStopWeights));
        expect(sparse.history).toEqual(dense.history);
        expect(sparse.end).toEqual(dense.end);
      }),
      { numRuns: 60 },
    );
  });

  it('pruned weights stay +0 through momentum, weight decay and moments', async () => {
    await fc.assert(
      fc.asyncProperty(toyCases, fc.constantFrom('dense' as const, 'sparse' as const), async (c, storage) => {
        const plan = toyPlan(kernels, { ...c, density: 0.4 }, storage, 6);
        const { finalWeights } = await train({ kernels, plan });
        for (const [name, bits] of plan.mask as Mask) {
          const values = finalWeights.get(name) as Float32Array;
          bits.forEach((bit, i) => {
            if (bit === 0) expect(Object.is(values[i], 0)).toBe(true);
          });
        }
      }),
      { numRuns: 25 },
    );
  });
});

/** The same network in double precision, written as plainly as possible: mean loss of one batch. */
function referenceLoss(plan: TrainingPlan, weights: Map<string, Float64Array>, examples: readonly number[]): number {
  const { dataset, network, normalisation } = plan;
  const features = dataset.shape.height * dataset.shape.width;
  let total = 0;
  for (const example of examples) {
    let values = Array.from(
      dataset.train.images.subarray(example * features, (example + 1) * features),
      (pixel) => (pixel / 255 - normalisation.mean[0]) / normalisation.deviation[0],
    );
    for (const layer of network.layers) {
      if (layer.kind === 'linear') {
        const w = weights.get(`${layer.name}.weight`) as Float64Array;
        const b = weights.get(`${layer.name}.bias`) as Float64Array;
        const x = values;
        values = Array.from({ length: layer.outputs }, (_, o) =>
          x.reduce((sum, value, i) => sum + value * w[o * layer.inputs + i], b[o]),
        );
      }
      if (layer.kind !== 'activation') continue;
      if (layer.activation === 'relu') values = values.map((v) => Math.max(0, v));
      else if (layer.activation === 'tanh') values = values.map(Math.tanh);
      else values = values.map((v) => 1 / (1 + Math.exp(-v)));
    }
    const top = Math.max(...values);
    const log = Math.log(values.reduce((sum, v) => sum + Math.exp(v - top), 0)) + top;
    total += log - values[dataset.train.labels[example]];
  }
  return total / examples.length;
}

describe('gradients', () => {
  it.each(['tanh', 'sigmoid', 'relu'] as const)(
    'agree with central differences in double precision (%s)',
    (activation) => {
      for (const [density, storage] of [
        [1, 'dense'],
        [0.5, 'sparse'],
        [0.5, 'dense'],
      ] as const) {
        const c: ToyCase = {
          hidden: [7, 5],
          activation,
          classes: 4,
          width: 6,
          batch: 23,
          density,
          optimiser: { ...adam, lr: 0 },
          seed: 11,
        };
        const plan = { ...toyPlan(kernels, c, storage, 1), trainIndices: Int32Array.from({ length: 23 }, (_, i) => i) };
        const trainer = new Trainer(kernels, plan);
        const weights = new Map([...trainer.weights].map(([name, values]) => [name, Float64Array.from(values)]));
        trainer.train(1);
        const gradients = trainer.gradients;
        const examples = Array.from({ length: 23 }, (_, i) => i);
        const scale = Math.max(...[...gradients.values()].flatMap((values) => [...values].map(Math.abs)));
        let checked = 0;
        for (const [name, values] of weights) {
          const bits = plan.mask?.get(name);
          for (let i = 0; i < values.length; i++) {
            const measured = (gradients.get(name) as Float32Array)[i];
            if (bits && bits[i] === 0) {
              expect(measured).toBe(0);
              continue;
            }
            const h = 1e-6;
            const kept = values[i];
            values[i] = kept + h;
            const up = referenceLoss(plan, weights, examples);
            values[i] = kept - h;
            const down = referenceLoss(plan, weights, examples);
            values[i] = kept;
            const expected = (up - down) / (2 * h);
            expect(Math.abs(measured - expected)).toBeLessThanOrEqual(
              1e-3 * Math.max(Math.abs(expected), 1e-3 * scale),
            );
            checked++;
          }
        }
        expect(checked).toBeGreaterThan(50);
      }
    },
  );
});

describe('optimisers', () => {
  it('Adam follows Kingma and Ba in double precision', () => {
    const c: ToyCase = {
      hidden: [],
      activation: 'relu',
      classes: 3,
      width: 2,
      batch: 20,
      density: 1,
      optimiser: adam,
      seed: 3,
    };
    const trainer = new Trainer(kernels, toyPlan(kernels, c, 'dense', 5));
    const weight = () => trainer.weights.get('fc1.weight') as Float32Array;
    const w = Float64Array.from(weight());
    const m = new Float64Array(w.length);
    const v = new Float64Array(w.length);
    for (let t = 1; t <= 5; t++) {
      trainer.train(1);
      const g = trainer.gradients.get('fc1.weight') as Float32Array;
      const after = weight();
      for (let i = 0; i < w.length; i++) {
        m[i] = 0.9 * m[i] + 0.1 * g[i];
        v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
        w[i] -= (0.01 * (m[i] / (1 - 0.9 ** t))) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8);
        expect(Math.abs(after[i] - w[i])).toBeLessThan(2e-6);
      }
    }
  });

  it.each([false, true])('momentum is as PyTorch defines it (Nesterov %s)', (nesterov) => {
    const optimiser: Optimiser = { name: 'sgd', lr: 0.1, momentum: 0.9, nesterov, weightDecay: 0.01 };
    const c: ToyCase = {
      hidden: [],
      activation: 'relu',
      classes: 3,
      width: 2,
      batch: 20,
      density: 1,
      optimiser,
      seed: 3,
    };
    const trainer = new Trainer(kernels, toyPlan(kernels, c, 'dense', 5));
    const w = Float64Array.from(trainer.weights.get('fc1.weight') as Float32Array);
    const velocity = new Float64Array(w.length);
    for (let t = 1; t <= 5; t++) {
      trainer.train(1);
      const g = trainer.gradients.get('fc1.weight') as Float32Array;
      const after = trainer.weights.get('fc1.weight') as Float32Array;
      for (let i = 0; i < w.length; i++) {
        const slope = g[i] + 0.01 * w[i];
        velocity[i] = 0.9 * velocity[i] + slope;
        w[i] -= 0.1 * (nesterov ? slope + 0.9 * velocity[i] : velocity[i]);
        expect(Math.abs(after[i] - w[i])).toBeLessThan(2e-6);
      }
    }
  });
});

describe('a training run', () => {
  const c = toyCase;

  it('learns, evaluates at the start, at every interval and at the end, and finds its early stop', async () => {
    const result = await train({ kernels, plan: toyPlan(kernels, c, 'auto', 42) });
    expect(result.history.iteration).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 42]);
    expect(result.history.validationAccuracy.at(-1)).toBeGreaterThan(0.6);
    const lowest = Math.min(...result.history.validationLoss);
    expect(result.earlyStop.validationLoss).toBe(lowest);
    const row = result.history.iteration.indexOf(result.earlyStop.iteration);
    expect(result.history.testAccuracy?.[row]).toBe(result.earlyStop.testAccuracy);
    expect(result.history.testLoss?.at(-1)).toBe(result.end.testLoss);
  });

  it('gives back the early-stop weights, not the last ones', async () => {
    const plan = toyPlan(kernels, { ...c, optimiser: { ...adam, lr: 0.3 } }, 'auto', 60);
    const result = await train({ kernels, plan });
    expect(result.earlyStop.iteration).toBeLessThan(60);
    const trainer = new Trainer(kernels, plan);
    trainer.weights = result.earlyStopWeights;
    expect(trainer.validate().loss).toBe(result.earlyStop.validationLoss);
    trainer.weights = result.finalWeights;
    expect(trainer.validate().loss).toBe(result.end.validationLoss);
  });

  it('does not depend on the evaluation interval, nor on what the arena held before', async () => {
    const plan = toyPlan(kernels, c, 'auto', 30);
    const one = await train({ kernels, plan });
    await train({ kernels, plan: toyPlan(kernels, { ...c, hidden: [3], seed: 99 }, 'auto', 5) });
    const two = await train({ kernels, plan: { ...plan, evaluateEvery: 7, testCurve: false } });
    expect(bitsOf(two.finalWeights)).toEqual(bitsOf(one.finalWeights));
  });

  it('puts the data into the arena again when the arena was cleared', async () => {
    const plan = toyPlan(kernels, c, 'auto', 10);
    const one = await train({ kernels, plan });
    kernels.clear();
    kernels.words(stream(5, 'noise'), 20_000);
    expect(bitsOf((await train({ kernels, plan })).finalWeights)).toEqual(bitsOf(one.finalWeights));
  });

  it('keeps the weights of the iterations asked for, from which the order of examples goes on', async () => {
    const sgd: Optimiser = { name: 'sgd', lr: 0.05, momentum: 0, nesterov: false, weightDecay: 0 };
    const plan = toyPlan(kernels, { ...c, optimiser: sgd }, 'auto', 30);
    const whole = await train({ kernels, plan: { ...plan, snapshots: [0, 11] } });
    expect([...whole.snapshots.keys()]).toEqual([0, 11]);
    const rest = await train({
      kernels,
      plan: { ...plan, start: whole.snapshots.get(11) as Tensors, firstIteration: 11 },
    });
    expect(bitsOf(rest.finalWeights)).toEqual(bitsOf(whole.finalWeights));
  });

  it('counts its work by what it was for', async () => {
    const plan = { ...toyPlan(kernels, c, 'sparse', 42), testCurve: false };
    const { work, flops } = await train({ kernels, plan });
    const kept = [...(plan.mask as Mask).values()].map((bits) => bits.reduce((sum, bit) => sum + bit, 0));
    // Twenty examples take two lane blocks, of which five quarters are computed: a multiplication and an addition a weight,
    // a bias's addition a unit. Then 2 operations a pixel, 1 a rectifier, 8 for the loss.
    const lanes = (quarters: number) => 4 * quarters * (2 * (kept[0] + kept[1]) + 16 + 4 + 16);
    const around = (lossOf: number) => 32 * (2 * 20 + lossOf * 4);
    expect(work.forward).toBeGreaterThan(42 * 0.9 * lanes(5));
    expect(work.forward).toBeLessThan(42 * 1.1 * (lanes(5) + around(8)));
    // The gradients to every weight and to the second layer's inputs, and Adam's dozen operations.
    expect(work.backward).toBeGreaterThan(42 * (20 * 2 * (kept[0] + 2 * kept[1]) + 12 * (kept[0] + kept[1])));
    expect(work.evaluation).toBeGreaterThan(0);
    expect(work.search + work.searchExamples).toBe(0);
    expect(work.examples).toBe(42 * 20);
    expect(flops).toBe(work.forward + work.backward + work.evaluation);
  });

  it('ends with a status when the loss is no number', async () => {
    const sgd: Optimiser = { name: 'sgd', lr: 1e30, momentum: 0, nesterov: false, weightDecay: 0 };
    const result = await train({ kernels, plan: toyPlan(kernels, { ...c, optimiser: sgd }, 'auto', 40) });
    expect(result.status).toBe('diverged');
    expect(result.history.iteration.at(-1)).toBeLessThan(40);
  });

  it('stops when its signal fires', async () => {
    await expect(
      train({
        kernels,
        plan: toyPlan(kernels, c, 'auto', 40),
        ...stopWhen<TrainingProgress>(({ iteration }) => iteration >= 8),
      }),
    ).rejects.toThrow(/stopped at iteration 8 of 40/);
  });

  it('refuses shapes that do not agree, naming both', async () => {
    const plan = toyPlan(kernels, c, 'auto', 4);
    await expect(train({ kernels, plan: { ...plan, batch: 111 } })).rejects.toThrow(/batch is 111; expected 1 to 110/);
    await expect(train({ kernels, plan: { ...plan, start: new Map() } })).rejects.toThrow(
      /fc1.weight has no values; expected 320/,
    );
  });
});
