import { beforeAll, describe, expect, it } from 'vitest';
import { adam, bitsOf, type ToyCase, toyCase, toyPlan } from '../../test/fixtures/toy-plan.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import type { Mask } from '../networks/network.js';
import { StreamReader, shuffle, stream } from '../random/stream.js';
import type { MaskChange, MaskEvolution, MaskMoment } from './evolution.js';
import { drawnMask, redrawn, scripted } from './scripted.fixture.js';
import { train } from './train.js';
import { Trainer } from './trainer.js';
import type { Optimiser } from './types.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

describe('where training ends and what its early stop is', () => {
  const losing: ToyCase = { ...toyCase, optimiser: { ...adam, lr: 0.3 } };

  it('stops with the mask it is given, done', async () => {
    const plan = toyPlan(kernels, { ...toyCase, density: 1 }, 'auto', 40);
    const mask = drawnMask(plan.network, 0.3, 1, 0);
    const result = await train({
      kernels,
      plan: { ...plan, evolution: scripted(new Map([[10, () => ({ kind: 'stop', mask })]])) },
    });
    expect(result.status).toBe('done');
    expect(result.history.iteration).toEqual([0, 4, 8, 10]);
    expect(result.mask).toEqual(mask);
    expect(result.end).toEqual(result.earlyStop);
    const unpruned = (await train({ kernels, plan: { ...plan, iterations: 10 } })).finalWeights;
    const pruned = [...unpruned].map(([name, values]): [string, Float32Array] => {
      const bits = mask.get(name);
      return [name, bits ? values.map((value, i) => (bits[i] === 0 ? 0 : value)) : values];
    });
    expect(bitsOf(result.finalWeights)).toEqual(bitsOf(new Map(pruned)));
  });

  it('measures the early stop under the mask that it had', async () => {
    const plan = toyPlan(kernels, losing, 'auto', 60);
    // Bits change places, their number does not.
    const moved = ({ mask, iteration }: MaskMoment): MaskChange => ({
      kind: 'change',
      mask: new Map(
        [...mask].map(([name, bits]) => [name, shuffle(bits.slice(), new StreamReader(stream(1, 'moved', iteration)))]),
      ),
    });
    const at = Array.from({ length: 15 }, (_, i) => 4 * i + 2);
    const evolution = scripted(new Map(at.map((iteration) => [iteration, moved])));
    const result = await train({ kernels, plan: { ...plan, evolution } });
    const { earlyStop, earlyStopMask, history } = result;
    expect(earlyStop.validationLoss).toBe(Math.min(...history.validationLoss));
    const row = history.iteration.indexOf(earlyStop.iteration);
    expect(earlyStop.testLoss).toBe(history.testLoss?.[row]);
    expect(earlyStopMask).not.toEqual(result.mask);
    const trainer = new Trainer(kernels, { ...plan, mask: earlyStopMask as Mask });
    trainer.weights = result.earlyStopWeights;
    expect(trainer.validate().loss).toBe(earlyStop.validationLoss);
  });

  it('finds it only where the density is that of the end', async () => {
    const plan = toyPlan(kernels, { ...losing, density: 1 }, 'auto', 60);
    const result = await train({
      kernels,
      plan: { ...plan, evolution: redrawn(plan, [20, 42], [0.9, 0.2], 1) },
    });
    const { iteration, validationLoss } = result.history;
    const since = validationLoss.slice(iteration.indexOf(44));
    expect(result.earlyStop.iteration).toBeGreaterThanOrEqual(44);
    expect(result.earlyStop.validationLoss).toBe(Math.min(...since));
    expect(Math.min(...validationLoss)).toBeLessThan(Math.min(...since));
    expect(result.earlyStopMask).toEqual(drawnMask(plan.network, 0.2, 1, 42));
  });

  it('is asked once more at the end, and never where training begins', async () => {
    const plan = toyPlan(kernels, toyCase, 'auto', 10);
    const asked: number[] = [];
    const evolution: MaskEvolution = {
      next: (iteration) => iteration + (iteration % 2),
      change: ({ iteration, mask }) => {
        asked.push(iteration);
        return { kind: 'change', mask };
      },
    };
    await train({ kernels, plan: { ...plan, iterations: 9, firstIteration: 2, evolution } });
    expect(asked).toEqual([4, 6, 8, 9]);
  });

  it('ends as diverged where a weight is no number when the mask is to change', async () => {
    const sgd: Optimiser = { name: 'sgd', lr: 1e30, momentum: 0, nesterov: false, weightDecay: 0 };
    const plan = { ...toyPlan(kernels, { ...toyCase, optimiser: sgd }, 'auto', 40), evaluateEvery: 40 };
    const result = await train({ kernels, plan: { ...plan, evolution: redrawn(plan, [10, 20], [0.2], 1) } });
    expect(result.status).toBe('diverged');
    expect(result.end.iteration).toBe(10);
    expect(result.mask).toEqual(plan.mask);
  });

  it('refuses a mask of another shape', async () => {
    const plan = toyPlan(kernels, toyCase, 'auto', 10);
    const wrong = (): MaskChange => ({ kind: 'change', mask: new Map([['fc1.weight', new Uint8Array(3)]]) });
    await expect(train({ kernels, plan: { ...plan, evolution: scripted(new Map([[4, wrong]])) } })).rejects.toThrow(
      /fc1.weight has 3 places; the layer fc1 has 320 weights/,
    );
  });
});
