import { beforeAll, expect, it } from 'vitest';
import { adam, bitsOf, type ToyCase, toyPlan } from '../../test/fixtures/toy-plan.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import type { Tensors } from '../networks/network.js';
import { drawnMask, redrawn, scripted } from './scripted.fixture.js';
import { train } from './train.js';
import { Trainer } from './trainer.js';
import type { Optimiser, TrainingPlan } from './types.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const momentum: Optimiser = { name: 'sgd', lr: 0.05, momentum: 0.9, nesterov: false, weightDecay: 0.01 };
const stack: ToyCase = {
  hidden: [16],
  activation: 'tanh',
  classes: 4,
  width: 10,
  batch: 20,
  density: 0.5,
  optimiser: momentum,
  seed: 8,
};
const everywhere = (plan: TrainingPlan) => Array.from({ length: plan.iterations + 1 }, (_, i) => i);

it.each([momentum, adam])('an iteration that is held has no step, and nothing moves: $name', async (optimiser) => {
  const plan = toyPlan(kernels, { ...stack, optimiser }, 'auto', 20);
  const evolution = { ...redrawn(plan, [6, 7, 13], [0.5, 0.4, 0.3], 3), holds: (at: number) => at !== 13 };
  const { snapshots, work, end } = await train({
    kernels,
    plan: { ...plan, evolution, snapshots: everywhere(plan) },
  });
  const at = (iteration: number) => bitsOf(snapshots.get(iteration) as Tensors);
  // Snapshots are taken after the change of their iteration: at 7 the mask changes again.
  expect(at(8)).toEqual(at(7));
  expect(at(14)).not.toEqual(at(13));
  expect(at(9)).not.toEqual(at(8));
  expect(end.iteration).toBe(20);
  expect(work.examples).toBe(plan.batch * (20 - 2));
});

it('goes on with the batch, the rate and the velocity that it would have had', () => {
  const plan: TrainingPlan = {
    ...toyPlan(kernels, stack, 'auto', 20),
    schedule: { warmup: 0, shape: { kind: 'cosine', until: 20, floor: 0 } },
  };
  const trainer = new Trainer(kernels, plan);
  trainer.train(6);
  const before = trainer.state;
  const batches = [6, 7].map((iteration) => {
    const other = new Trainer(kernels, plan);
    other.train(iteration);
    return other.due.slice();
  });
  const held = new Trainer(kernels, plan);
  held.state = before;
  expect(held.due).toEqual(batches[0]);
  held.skip();
  expect(held.iteration).toBe(7);
  expect(held.due).toEqual(batches[1]);
  expect(bitsOf(held.weights)).toEqual(bitsOf(before.weights));
  expect(held.state.moments).toEqual(before.moments);
  // The same as beginning at 7 with what there was at 6.
  held.train(1);
  const jumped = new Trainer(kernels, plan);
  jumped.state = { ...before, iteration: 7 };
  jumped.train(1);
  expect(bitsOf(jumped.weights)).toEqual(bitsOf(held.weights));
});

it('begins anew what is pruned and grown at once: at +0, without a state', async () => {
  const plan = toyPlan(kernels, stack, 'auto', 12);
  const mask = drawnMask(plan.network, 0.6, 1, 0);
  const anew = new Map([...mask].map(([name, bits]) => [name, bits.map((bit, i) => bit & +(i % 3 === 0))]));
  const evolution = (given: object) => scripted(new Map([[6, () => ({ kind: 'change', mask, ...given })]]));
  const at = [6, 7];
  const found = await train({ kernels, plan: { ...plan, mask, evolution: evolution({ anew }), snapshots: at } });
  const kept = await train({ kernels, plan: { ...plan, mask, evolution: evolution({}), snapshots: at } });
  for (const [name, bits] of anew) {
    const [now, other] = [found, kept].map(({ snapshots }) => snapshots.get(6)?.get(name) as Float32Array);
    expect(now).toEqual(other.map((value, i) => (bits[i] === 1 ? 0 : value)));
    expect([...now].filter((_, i) => bits[i] === 1).every((value) => Object.is(value, 0))).toBe(true);
  }
  // One step of momentum from no velocity is the rate times the gradient, decay of nothing included.
  const trainer = new Trainer(kernels, { ...plan, mask });
  trainer.train(6);
  const state = trainer.without(trainer.state, anew);
  trainer.state = state;
  trainer.train(1);
  const { gradients, weights } = trainer;
  for (const [name, bits] of anew) {
    const [g, w] = [gradients, weights].map((tensors) => tensors.get(name) as Float32Array);
    bits.forEach((bit, i) => {
      if (bit === 1) expect(w[i]).toBeCloseTo(-0.05 * g[i], 7);
    });
    expect(w).toEqual(found.snapshots.get(7)?.get(name));
  }
});
