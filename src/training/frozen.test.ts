import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { mixedMask, mixedPlan } from '../../test/fixtures/mixed-plan.js';
import { firstSlope } from '../../test/fixtures/reference-network.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import type { Tensors } from '../networks/network.js';
import { train } from './train.js';
import { Trainer } from './trainer.js';
import type { Optimiser, TrainingPlan } from './types.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const optimisers: readonly Optimiser[] = [
  { name: 'adam', lr: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.05 },
  { name: 'sgd', lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.05 },
  { name: 'sgd', lr: 0.1, momentum: 0, nesterov: false, weightDecay: 0 },
];

const bits = (tensors: Tensors) =>
  [...tensors].map(([name, values]) => [name, ...new Uint32Array(values.slice().buffer)]);

const plans = fc.record({
  optimiser: fc.constantFrom(...optimisers),
  density: fc.constantFrom(0, 0.1, 0.5, 0.9),
  storage: fc.constantFrom<TrainingPlan['storage']>('auto', 'dense', 'sparse'),
  rest: fc.record(
    { clipNorm: fc.constantFrom(0.05, 5), decayOn: fc.constant('weights' as const) },
    { requiredKeys: [] },
  ),
});

describe('pruned weights that are frozen', () => {
  it('keep the bits of their start values, and survivors move', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async ({ optimiser, density, storage, rest }) => {
        const mask = mixedMask(density);
        const plan = mixedPlan(kernels, { mask, pruned: 'frozen', optimiser, storage, iterations: 25, ...rest });
        const { finalWeights, earlyStopWeights } = await train({ kernels, plan });
        for (const [name, kept] of mask) {
          const before = new Uint32Array((plan.start.get(name) as Float32Array).slice().buffer);
          const after = new Uint32Array((finalWeights.get(name) as Float32Array).buffer);
          const best = new Uint32Array((earlyStopWeights.get(name) as Float32Array).buffer);
          kept.forEach((bit, i) => {
            if (bit === 0 && (after[i] !== before[i] || best[i] !== before[i])) expect.fail(`${name}[${i}] moved`);
            if (bit === 1 && after[i] === before[i]) expect.fail(`${name}[${i}] did not move`);
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  it('of which all begin at zero train to the bits of pruned weights that are zero', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async ({ optimiser, density, rest }) => {
        const mask = mixedMask(density);
        const plan = mixedPlan(kernels, { mask, optimiser, ...rest });
        const start = new Map(
          [...plan.start].map(([name, values]): [string, Float32Array] => {
            const kept = mask.get(name);
            return [name, kept ? values.map((value, i) => (kept[i] === 0 ? 0 : value)) : values];
          }),
        );
        const zero = await train({ kernels, plan: { ...plan, start } });
        const frozen = await train({ kernels, plan: { ...plan, start, pruned: 'frozen' } });
        expect(bits(frozen.finalWeights)).toEqual(bits(zero.finalWeights));
        expect(frozen.history).toEqual(zero.history);
        expect(bits((await train({ kernels, plan: { ...plan, pruned: 'zero' } })).finalWeights)).toEqual(
          bits(zero.finalWeights),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('take part in every gradient, which agree with central differences, and have none', () => {
    const mask = mixedMask(0.4);
    const plan = mixedPlan(kernels, { mask, pruned: 'frozen' });
    const trainer = new Trainer(kernels, plan);
    const weights = new Map([...trainer.weights].map(([name, values]) => [name, Float64Array.from(values)]));
    expect(weights.get('fc1.weight')).toEqual(Float64Array.from(plan.start.get('fc1.weight') as Float32Array));
    trainer.train(1);
    const { gradients } = trainer;
    const scale = Math.max(...[...gradients.values()].flatMap((values) => [...values].map(Math.abs)));
    for (const [name, measured] of gradients) {
      measured.forEach((gradient, i) => {
        if (mask.get(name)?.[i] === 0) {
          if (!Object.is(gradient, 0)) expect.fail(`${name}[${i}] is pruned and has the gradient ${gradient}`);
          return;
        }
        if (measured.length > 60 && i % 7 !== 0) return;
        const expected = firstSlope(plan, weights, name, i);
        if (!(Math.abs(gradient - expected) <= 1e-3 * Math.max(Math.abs(expected), 2e-2 * scale))) {
          expect.fail(`${name}[${i}] is ${gradient}; central differences give ${expected}`);
        }
      });
    }
  });

  it('are not counted when gradients are clipped', () => {
    const plan = mixedPlan(kernels, { mask: mixedMask(0.3), pruned: 'frozen', clipNorm: 0.01 });
    const trainer = new Trainer(kernels, plan);
    trainer.train(1);
    const squares = [...trainer.gradients.values()].flatMap((values) => [...values].map((value) => value * value));
    expect(Math.sqrt(squares.reduce((sum, square) => sum + square, 0))).toBeCloseTo(0.01, 7);
  });

  it('are stored densely whatever is asked for', () => {
    const counts = new Trainer(
      kernels,
      mixedPlan(kernels, { mask: mixedMask(0.1), pruned: 'frozen', storage: 'sparse' }),
    ).tensors.map(({ parameter, count }) => [parameter.size, count]);
    for (const [size, count] of counts) expect(count).toBe(size);
  });
});
