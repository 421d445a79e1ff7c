import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Kernels, loadKernels } from '../src/kernels/index.js';
import { atDensity } from '../src/node/bench/plan.js';
import { train } from '../src/training/index.js';
import type { TrainingPlan } from '../src/training/types.js';
import { shortLenet, shortResnet } from './fixtures/short-plans.js';
import { until } from './until.js';

// Threads run built files, so the kernels under test are the built ones.
const { chooseKernels, loadChosenKernels } = (await import(
  new URL('../dist/node/kernels/index.js', import.meta.url).href
)) as typeof import('../src/node/kernels/index.js');

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
    'LeNet-300-100': () => shortLenet(alone, 60, 20),
    'ResNet-20 in a ragged batch': () => shortResnet(alone, 23, 2),
  };

  it('runs on the threads that have come so far, whatever is asked for', () => {
    const script = fileURLToPath(new URL('./fixtures/at-once.mjs', import.meta.url));
    expect(execFileSync(process.execPath, [script, 'wasm'], { encoding: 'utf8', timeout: 60_000 })).toBe('done');
  }, 70_000);

  for (const [name, planOf] of Object.entries(plans)) {
    it.each([
      [1, 3],
      [0.2, 2],
    ])(`trains ${name} at density %f to the same bits on %i threads as on one`, async (density, threads) => {
      const plan = atDensity(planOf(), density);
      alone.clear();
      const expected = await train({ kernels: alone, plan });
      shared.threads = threads;
      shared.clear();
      const result = await train({ kernels: shared, plan });
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
