import { beforeAll, describe, expect, it } from 'vitest';
import { type Kernels, loadKernels } from '../src/kernels/index.js';
import { networkPlan } from '../src/node/bench/networks.js';
import { atDensity, benchDataset, lenetPlan } from '../src/node/bench/plan.js';
import { train } from '../src/training/index.js';
import type { TrainingPlan } from '../src/training/types.js';
import { until } from './until.js';

// Threads run built files, so the kernels under test are the built ones.
const { chooseKernels, loadChosenKernels } = (await import(
  new URL('../dist/node/kernels/index.js', import.meta.url).href
)) as typeof import('../src/node/kernels/index.js');

const shorten = (plan: TrainingPlan, batch: number, iterations: number): TrainingPlan => ({
  ...plan,
  batch,
  iterations,
  evaluateEvery: iterations / 2,
  validationIndices: plan.validationIndices.slice(0, 70),
});

describe('WebAssembly over memory that threads share', () => {
  let alone: Kernels;
  let shared: Kernels;

  beforeAll(async () => {
    alone = await loadKernels();
    shared = await loadChosenKernels(chooseKernels('wasm'), 3);
    shared.threads = 3;
    await until(() => shared.helpers === 2);
  }, 60_000);

  const plans: Record<string, () => TrainingPlan> = {
    'LeNet-300-100': () => shorten(lenetPlan(alone, benchDataset(alone, undefined, 6_000, 100)), 60, 20),
    'ResNet-20 in a ragged batch': () => ({
      ...shorten(
        networkPlan(alone, 'resnet-20', 128, {
          name: 'sgd',
          lr: 0.03,
          momentum: 0.9,
          nesterov: false,
          weightDecay: 1e-4,
        }),
        39,
        2,
      ),
      augmentation: { padding: 4, flip: true },
      clipNorm: 1,
    }),
  };

  for (const [name, planOf] of Object.entries(plans)) {
    it.each([
      [1, 3],
      [0.2, 2],
    ])(`trains ${name} at density %f to the same bits on %i threads as on one`, (density, threads) => {
      const plan = atDensity(planOf(), density);
      alone.clear();
      const expected = train(alone, plan);
      shared.threads = threads;
      shared.clear();
      const result = train(shared, plan);
      expect(result.history).toEqual(expected.history);
      expect(result.end).toEqual(expected.end);
      for (const [tensor, values] of expected.finalWeights) {
        expect(
          Buffer.from(result.finalWeights.get(tensor)?.buffer as ArrayBuffer).equals(Buffer.from(values.buffer)),
        ).toBe(true);
        expect(values.length, tensor).toBeGreaterThan(0);
      }
    });
  }
});
