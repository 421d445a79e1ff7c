import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { mixedMask, mixedPlan } from '../../test/fixtures/mixed-plan.js';
import { firstSlope } from '../../test/fixtures/reference-network.js';
import { stopWhen } from '../../test/fixtures/stop-when.js';
import { makeStrokes } from '../data/strokes/index.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { parametersOf, prunableParameters, type Tensors } from '../networks/network.js';
import { buildStack } from '../networks/stack.js';
import { philox4x32 } from '../random/philox.js';
import { stream } from '../random/stream.js';
import type { Checkpoint, CheckpointKeeper } from './checkpoint.js';
import { maskOf } from './learned.js';
import { train } from './train.js';
import { Trainer } from './trainer.js';
import type { LearnedMask, Optimiser, TrainingPlan, TrainingProgress } from './types.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const supermask: LearnedMask = { kind: 'supermask', initial: 0.3 };
const popup: LearnedMask = {
  kind: 'edge-popup',
  counts: new Map([
    ['c1.weight', 20],
    ['fc1.weight', 301],
    ['fc2.weight', 11],
  ]),
};
const kinds = [supermask, popup];

const adam: Optimiser = { name: 'adam', lr: 0.05, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };
const nesterov: Optimiser = { name: 'sgd', lr: 0.5, momentum: 0.9, nesterov: true, weightDecay: 0.001 };

const bits = (tensors: Tensors) =>
  [...tensors].map(([name, values]) => [name, ...new Uint32Array(values.slice().buffer)]);
const ones = (values: Uint8Array) => values.reduce((sum, bit) => sum + bit, 0);

/** The weights that the trainer's programs took last, by name: copies. */
function takenBy(trainer: Trainer): Map<string, Float32Array> {
  return new Map(
    trainer.tensors.map(({ parameter, value, count }) => [parameter.name, kernels.floats(value, count).slice()]),
  );
}

/** The bits that a trainer's frozen weights were taken with. */
function takenBits(plan: TrainingPlan, taken: Tensors, name: string): number[] {
  const frozen = plan.start.get(name) as Float32Array;
  return [...(taken.get(name) as Float32Array)].map((value, i) => {
    if (!Object.is(value, 0) && value !== frozen[i])
      expect.fail(`${name}[${i}] is ${value}, neither +0 nor ${frozen[i]}`);
    return value === 0 ? 0 : 1;
  });
}

describe('the mask that scores come to', () => {
  it('of edge-popup has exactly so many of the largest magnitudes, of equal ones the last, and the kernels take the same', () => {
    const few = fc.constantFrom(0, -0, 0.5, -0.5, 0.25, 1e-40, 3e38, -7);
    const any = fc.float({ noNaN: true, min: -4, max: 4 });
    const plan = mixedPlan(kernels);
    const [{ size: first }, { size: second }, { size: third }] = prunableParameters(plan.network);
    const scoresOf = (size: number) =>
      fc.oneof(
        fc.array(few, { minLength: size, maxLength: size }),
        fc.array(any, { minLength: size, maxLength: size }),
      );
    fc.assert(
      fc.property(
        fc.tuple(scoresOf(first), scoresOf(second), scoresOf(third)),
        fc.tuple(fc.nat(first), fc.nat(second), fc.nat(third)),
        (given, keeps) => {
          const names = prunableParameters(plan.network).map(({ name }) => name);
          const counts = new Map(names.map((name, k) => [name, keeps[k]]));
          const learned: LearnedMask = { kind: 'edge-popup', counts };
          const trainer = new Trainer(kernels, { ...plan, learned });
          const scores = new Map(names.map((name, k) => [name, Float32Array.from(given[k])]));
          trainer.packed = trainer.tensors.map(
            ({ parameter }, place) => scores.get(parameter.name) ?? trainer.packed[place],
          );
          trainer.validate();
          const taken = takenBy(trainer);
          const mask = maskOf(learned, scores);
          expect(trainer.mask).toEqual(mask);
          names.forEach((name, k) => {
            const sizes = (scores.get(name) as Float32Array).map(Math.abs);
            const order = [...sizes.keys()].sort((a, b) => sizes[a] - sizes[b] || a - b);
            const expected = new Array(sizes.length).fill(0);
            for (const place of order.slice(sizes.length - keeps[k])) expected[place] = 1;
            expect([...(mask.get(name) as Uint8Array)]).toEqual(expected);
            expect(takenBits(plan, taken, name)).toEqual(expected);
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('of a supermask has every score above zero', () => {
    const plan = mixedPlan(kernels, { learned: supermask });
    const trainer = new Trainer(kernels, plan);
    const scores = kernels.sampler.normal(stream(3, 'scores'), 630);
    scores.set([0, -0, 1e-40, -1e-40]);
    trainer.packed = trainer.tensors.map(({ parameter }, place) =>
      parameter.name === 'fc1.weight' ? scores : trainer.packed[place],
    );
    trainer.test();
    const expected = [...scores].map((score) => (score > 0 ? 1 : 0));
    expect(takenBits(plan, takenBy(trainer), 'fc1.weight')).toEqual(expected);
    expect(trainer.mask?.get('fc1.weight')).toEqual(Uint8Array.from(expected));
    expect(trainer.weights.get('fc1.weight')).toEqual(takenBy(trainer).get('fc1.weight'));
  });

  it('keeps all weights of a tensor whose survivors are not counted', () => {
    const learned: LearnedMask = { kind: 'edge-popup', counts: new Map([['fc1.weight', 0]]) };
    const { mask } = new Trainer(kernels, mixedPlan(kernels, { learned }));
    expect([...(mask?.values() ?? [])].map(ones)).toEqual([54, 0, 21]);
  });
});

describe('scores', () => {
  it('begin equal for a supermask, and for edge-popup uniformly within 1 / sqrt(fan in) of zero', () => {
    const all = new Trainer(kernels, mixedPlan(kernels, { learned: supermask })).scores as Tensors;
    expect([...all.keys()]).toEqual(['c1.weight', 'fc1.weight', 'fc2.weight']);
    expect(new Set([...all.values()].flatMap((values) => [...values]))).toEqual(new Set([Math.fround(0.3)]));
    const drawn = new Trainer(kernels, mixedPlan(kernels, { learned: popup })).scores as Tensors;
    const values = [...(drawn.get('fc1.weight') as Float32Array)].map((score) => score * Math.sqrt(90));
    expect(Math.max(...values.map(Math.abs))).toBeLessThan(1);
    expect(Math.max(...values)).toBeGreaterThan(0.97);
    expect(Math.min(...values)).toBeLessThan(-0.97);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.1);
    expect(Math.abs(variance - 1 / 3)).toBeLessThan(0.05);
  });

  it('of a supermask draw weights as they say: their words of the stream against the sigmoids of the scores, anew in each step', () => {
    const plan = mixedPlan(kernels, { learned: supermask, optimiser: { ...nesterov, lr: 3 } });
    const trainer = new Trainer(kernels, plan);
    const places = new Map(parametersOf(plan.network).map(({ name }, place) => [name, place]));
    const words = new Uint32Array(4);
    for (let iteration = 0; iteration < 4; iteration++) {
      const scores = trainer.scores as Tensors;
      trainer.train(1);
      const taken = takenBy(trainer);
      for (const [name, values] of scores) {
        const { key, lane } = stream(plan.orderSeed, 'supermask', places.get(name));
        takenBits(plan, taken, name).forEach((bit, i) => {
          philox4x32([4 * (i >> 4) + (i & 3), iteration, lane[0], lane[1]], key, words);
          const draw = ((words[(i >> 2) & 3] >>> 9) + 0.5) / 2 ** 23;
          const probability = 1 / (1 + Math.exp(-values[i]));
          if (Math.abs(draw - probability) < 1e-6) return;
          if (bit !== (draw < probability ? 1 : 0)) expect.fail(`${name}[${i}] at iteration ${iteration}`);
        });
      }
    }
  });

  it('so high that every weight survives train on the dense network', () => {
    const learned: LearnedMask = { kind: 'supermask', initial: 60 };
    const plan = mixedPlan(kernels, { learned });
    const trainer = new Trainer(kernels, plan);
    const dense = trainer.probe();
    trainer.train(1);
    const taken = takenBy(trainer);
    for (const { name } of prunableParameters(plan.network)) expect(taken.get(name)).toEqual(plan.start.get(name));
    expect(new Trainer(kernels, mixedPlan(kernels)).probe()).toEqual(dense);
  });

  it.each(kinds)('that are no numbers show in the loss: $kind', (learned) => {
    const trainer = new Trainer(kernels, mixedPlan(kernels, { learned }));
    trainer.packed = trainer.packed.map((values, place) => (place === 0 ? values.fill(Number.NaN, 3, 4) : values));
    expect(trainer.validate().loss).toBeNaN();
    trainer.train(1);
    expect(takenBy(trainer).get('c1.weight')?.[3]).toBeNaN();
  });

  it.each(kinds)('have the straight-through gradient, by central differences in double precision: $kind', (learned) => {
    const plan = mixedPlan(kernels, { learned, labelSmoothing: 0.1 });
    const trainer = new Trainer(kernels, plan);
    const scores = new Map(
      [...(trainer.scores as Tensors)].map(([name], k): [string, Float32Array] => [
        name,
        kernels.sampler.normal(stream(5, 'scores', k), (plan.start.get(name) as Float32Array).length),
      ]),
    );
    trainer.packed = trainer.tensors.map(({ parameter }, place) => scores.get(parameter.name) ?? trainer.packed[place]);
    trainer.train(1);
    const { gradients } = trainer;
    const weights = new Map([...takenBy(trainer)].map(([name, values]) => [name, Float64Array.from(values)]));
    let [pruned, kept] = [0, 0];
    for (const [name, given] of scores) {
      const measured = gradients.get(name) as Float32Array;
      const frozen = plan.start.get(name) as Float32Array;
      const scale = Math.max(...measured.map(Math.abs));
      given.forEach((score, i) => {
        if (given.length > 60 && i % 7 !== 0) return;
        const slope = firstSlope(plan, weights, name, i) * frozen[i];
        const p = 1 / (1 + Math.exp(-score));
        const expected = slope * (learned.kind === 'supermask' ? p * (1 - p) : Math.sign(score));
        if (!(Math.abs(measured[i] - expected) <= 1e-3 * Math.max(Math.abs(expected), 2e-2 * scale))) {
          expect.fail(`${name}[${i}] is ${measured[i]}; the reference gives ${expected}`);
        }
        if ((weights.get(name) as Float64Array)[i] === 0) pruned++;
        else kept++;
      });
    }
    expect(pruned).toBeGreaterThan(30);
    expect(kept).toBeGreaterThan(30);
  });

  it('are what the optimiser moves, what weight decay draws to zero and what clipping counts', () => {
    const optimiser: Optimiser = { name: 'sgd', lr: 0.4, momentum: 0, nesterov: false, weightDecay: 0.2 };
    const trainer = new Trainer(kernels, mixedPlan(kernels, { learned: popup, optimiser, clipNorm: 0.003 }));
    const before = trainer.scores as Tensors;
    trainer.train(1);
    const after = trainer.scores as Tensors;
    const { gradients } = trainer;
    let square = 0;
    for (const [name, scores] of before) {
      const gradient = gradients.get(name) as Float32Array;
      scores.forEach((score, i) => {
        square += gradient[i] * gradient[i];
        expect((after.get(name) as Float32Array)[i]).toBeCloseTo(score - 0.4 * (gradient[i] + 0.2 * score), 6);
      });
    }
    expect(Math.sqrt(square)).toBeCloseTo(0.003, 7);
  });
});

describe('while a mask is learned', () => {
  it.each(kinds.flatMap((learned) => [adam, nesterov].map((optimiser) => ({ learned, optimiser }))))(
    'nothing moves but scores and running statistics: $learned.kind with $optimiser.name',
    ({ learned, optimiser }) => {
      const plan = mixedPlan(kernels, { learned, optimiser, iterations: 20 });
      const trainer = new Trainer(kernels, plan);
      const before = trainer.scores as Tensors;
      trainer.train(20);
      const { mask, weights, scores } = trainer;
      for (const { name, role } of parametersOf(plan.network)) {
        const start = plan.start.get(name) as Float32Array;
        const now = weights.get(name) as Float32Array;
        if (role === 'mean' || role === 'variance') expect(now).not.toEqual(start);
        else if (role !== 'weight') expect(bits(new Map([[name, now]]))).toEqual(bits(new Map([[name, start]])));
        else {
          const kept = mask?.get(name) as Uint8Array;
          expect(now).toEqual(start.map((value, i) => (kept[i] === 1 ? value : 0)));
          now.forEach((value, i) => {
            if (kept[i] === 0) expect(Object.is(value, 0)).toBe(true);
          });
          expect(scores?.get(name)).not.toEqual(before.get(name));
        }
      }
      if (learned.kind === 'edge-popup') {
        for (const [name, count] of learned.counts) expect(ones(mask?.get(name) as Uint8Array)).toBe(count);
      }
    },
  );

  it.each(kinds)('a run that is interrupted and resumed gives the same bits: $kind', async (learned) => {
    const plan = mixedPlan(kernels, { learned, optimiser: adam, iterations: 30, snapshots: [7, 22] });
    const whole = await train({ kernels, plan });
    let saved: Checkpoint | undefined;
    const keeper: CheckpointKeeper = {
      load: async () => saved,
      due: () => false,
      save: async (checkpoint) => {
        saved = checkpoint;
      },
    };
    await expect(
      train({ kernels, plan, ...stopWhen<TrainingProgress>(({ iteration }) => iteration >= 16), checkpoints: keeper }),
    ).rejects.toThrow(/stopped at iteration 16/);
    kernels.clear();
    const resumed: number[] = [];
    const rest = await train({
      kernels,
      plan,
      onProgress: ({ resumedAt }) => resumed.push(resumedAt),
      checkpoints: keeper,
    });
    expect(new Set(resumed)).toEqual(new Set([16]));
    expect(bits(rest.finalWeights)).toEqual(bits(whole.finalWeights));
    expect(bits(rest.earlyStopWeights)).toEqual(bits(whole.earlyStopWeights));
    expect([...rest.snapshots].map(([at, weights]) => [at, bits(weights)])).toEqual(
      [...whole.snapshots].map(([at, weights]) => [at, bits(weights)]),
    );
    expect(rest.history).toEqual(whole.history);
    expect(rest.end).toEqual(whole.end);
  });

  it.each(kinds)('the weights that come out are a ticket that measures as the run said: $kind', async (learned) => {
    const plan = mixedPlan(kernels, { learned, optimiser: adam, iterations: 30 });
    const { finalWeights, earlyStopWeights, end, earlyStop } = await train({ kernels, plan });
    for (const [weights, measured] of [
      [finalWeights, end],
      [earlyStopWeights, earlyStop],
    ] as const) {
      const still = new Trainer(kernels, mixedPlan(kernels, { start: weights }));
      expect(still.validate().loss).toBe(measured.validationLoss);
      expect(still.test().accuracy).toBe(measured.testAccuracy);
    }
  });

  it.each([
    { learned: { kind: 'supermask', initial: 0 } as LearnedMask, lr: 0.1 },
    {
      learned: {
        kind: 'edge-popup',
        counts: new Map([
          ['fc1.weight', 20_000],
          ['fc2.weight', 1_000],
        ]),
      } as LearnedMask,
      lr: 0.003,
    },
  ])('a network of random weights that never move learns strokes: $learned.kind', async ({ learned, lr }) => {
    const dataset = makeStrokes({ train: 2_500, test: 500 });
    const network = buildStack('lenet', { hidden: [64, 32], activation: 'relu' }, dataset.shape, dataset.classes);
    const start = new Map(
      parametersOf(network).map(({ name, role, size, fanIn }, index): [string, Float32Array] => [
        name,
        role === 'weight'
          ? kernels.sampler.normal(stream(1, 'init', index), size).map((v) => v * Math.sqrt(2 / fanIn))
          : new Float32Array(size),
      ]),
    );
    const plan: TrainingPlan = {
      ...mixedPlan(kernels),
      network,
      dataset,
      normalisation: { mean: [0.13], deviation: [0.31] },
      trainIndices: Int32Array.from({ length: 2_000 }, (_, i) => i),
      validationIndices: Int32Array.from({ length: 500 }, (_, i) => 2_000 + i),
      start,
      learned,
      optimiser: { ...adam, lr, weightDecay: 0 },
      batch: 50,
      iterations: 600,
      evaluateEvery: 100,
    };
    const { end, history } = await train({ kernels, plan });
    expect(history.validationAccuracy[0]).toBeLessThan(0.3);
    expect(end.testAccuracy).toBeGreaterThan(0.7);
  });
});

describe('a plan that cannot be learned', () => {
  const refused = (rest: Partial<TrainingPlan>) => () => new Trainer(kernels, mixedPlan(kernels, rest));

  it('is refused with what is wrong', () => {
    expect(refused({ learned: supermask, mask: mixedMask(0.5) })).toThrow(/learns its mask and has a mask besides/);
    expect(refused({ learned: supermask, pruned: 'frozen' })).toThrow(/frozen pruned weights besides/);
    expect(refused({ learned: { kind: 'supermask', initial: Number.NaN } })).toThrow(/NaN; expected a finite number/);
    const counts = (name: string, count: number): LearnedMask => ({
      kind: 'edge-popup',
      counts: new Map([[name, count]]),
    });
    expect(refused({ learned: counts('fc9.weight', 3) })).toThrow(
      /fc9.weight, which is no weight of mixed; its weights are c1.weight,/,
    );
    expect(refused({ learned: counts('fc2.weight', 22) })).toThrow(
      /fc2.weight are 22; expected a whole number from 0 to 21/,
    );
    expect(refused({ learned: counts('fc2.weight', 1.5) })).toThrow(/1.5; expected a whole number/);
  });
});
