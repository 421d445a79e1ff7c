import { beforeAll, describe, expect, it } from 'vitest';
import { bitsOf } from '../../test/fixtures/toy-plan.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { type Choice, planOf } from './every-layer.fixture.js';
import { Trainer } from './trainer.js';
import type { Optimiser } from './types.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
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
    const trainer = new Trainer(kernels, planOf(kernels, name, choice));
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
    expect(bitsOf(loose.gradients)).toEqual(bitsOf(free.gradients));
  });

  it('a schedule sets the rate of each step', () => {
    const trainer = new Trainer(
      kernels,
      planOf(kernels, name, {
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
    const trainer = new Trainer(kernels, planOf(kernels, name, { ...base, iterations: 3 }));
    const gradient = () => [...(trainer.gradients.get('fc2.weight') as Float32Array)];
    trainer.train(1);
    const first = gradient();
    trainer.train(1);
    expect(gradient()).not.toEqual(first);
    expect(trainer.validate()).toEqual(trainer.validate());
  });
});
