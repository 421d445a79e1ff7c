import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallNetworks } from '../../../test/fixtures/small-networks.js';
import { type ToyCase, toyPlan } from '../../../test/fixtures/toy-plan.js';
import { mapAtOnce } from '../../experiments/at-once.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { parametersOf, type Tensors } from '../../networks/network.js';
import { StreamReader, stream } from '../../random/stream.js';
import { Evaluator, train } from '../../training/index.js';
import type { TrainingPlan } from '../../training/types.js';
import { drawPermutations, matchableTensors, matchChannels, permuteTensors } from '../alignment/index.js';
import { barrierOf, betweenTensors, linePlaces, supportOf } from './index.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const singles = fc.float({ noNaN: true, noDefaultInfinity: true });
const tensor = fc.array(singles, { minLength: 1, maxLength: 40 }).map((values) => Float32Array.from(values));
const places = fc.integer({ min: 2, max: 40 }).map(linePlaces);

describe('the line between two networks', () => {
  it('is made of evenly spaced places, both ends among them', () => {
    expect(linePlaces(2)).toEqual([0, 1]);
    expect(linePlaces(5)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    const thirty = linePlaces(30);
    expect([thirty.length, thirty[0], thirty[1], thirty[29]]).toEqual([30, 0, 1 / 29, 1]);
    for (const points of [1, 0, 2.5, Number.NaN]) expect(() => linePlaces(points)).toThrow(RangeError);
  });

  it('has the very bits of its ends, and the same value everywhere where both have it', () => {
    fc.assert(
      fc.property(tensor, places, fc.nat(1000), (values, along, seed) => {
        const reader = new StreamReader(stream(seed, 'other'));
        const other = values.map((value) => (reader.below(2) === 0 ? value : reader.uniform() - 0.5));
        const [from, to] = [new Map([['w', values]]), new Map([['w', other]])];
        for (const place of along) {
          const found = betweenTensors(from, to, place).get('w') as Float32Array;
          found.forEach((value, i) => {
            if (place === 0) expect(value).toBe(values[i]);
            else if (place === 1) expect(value).toBe(other[i]);
            else if (values[i] === other[i]) expect(value).toBe(values[i] === 0 ? value : values[i]);
            else expect(value).toBe(Math.fround((1 - place) * values[i] + place * other[i]));
          });
        }
      }),
    );
  });

  it('is refused between networks that are not alike', () => {
    const one = new Map([['w', Float32Array.of(1, 2)]]);
    expect(() => betweenTensors(one, new Map([['w', Float32Array.of(1)]]), 0.5)).toThrow('w has 2 values at one end');
    expect(() => betweenTensors(one, new Map(), 0)).toThrow(RangeError);
  });

  it('needs the weights that either end has, and no others', () => {
    fc.assert(
      fc.property(smallNetworks, fc.nat(1000), (network, seed) => {
        const reader = new StreamReader(stream(seed, 'weights'));
        const ticket = () =>
          new Map(
            parametersOf(network).map(({ name, size }): [string, Float32Array] => [
              name,
              Float32Array.from({ length: size }, () => (reader.below(2) === 0 ? 0 : reader.uniform() - 0.5)),
            ]),
          );
        const [from, to] = [ticket(), ticket()];
        for (const [name, bits] of supportOf(network, from, to)) {
          const middle = betweenTensors(from, to, 1 / 3).get(name) as Float32Array;
          bits.forEach((bit, i) => {
            const [a, b] = [from.get(name)?.[i], to.get(name)?.[i]];
            expect(bit).toBe(a !== 0 || b !== 0 ? 1 : 0);
            if (bit === 0) expect(Math.abs(middle[i])).toBe(0);
          });
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('a barrier', () => {
  it('is the highest value less the mean of the ends', () => {
    expect(barrierOf([0.1, 0.5, 0.3])).toBeCloseTo(0.3, 15);
    expect(barrierOf([0.2, 0.1, 0.4])).toBeCloseTo(0.1, 15);
    expect(barrierOf([0.2, 0.1, 0.2])).toBe(0);
    expect(barrierOf([0.1, null, 0.2])).toBeNull();
    expect(barrierOf([0.1, Number.NaN])).toBeNull();
    expect(barrierOf([0.1, Number.POSITIVE_INFINITY, 0.1])).toBeNull();
  });

  it('is 0 exactly where nothing changes, never less, and half the difference of the ends where they are the highest', () => {
    const errors = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(errors, fc.double({ min: 0, max: 1, noNaN: true }), (values, value) => {
        expect(barrierOf(values.map(() => value))).toBe(0);
        const barrier = barrierOf(values) as number;
        expect(barrier).toBeGreaterThanOrEqual(0);
        const [first, last] = [values[0], values.at(-1) as number];
        expect(barrier).toBeGreaterThanOrEqual(Math.abs(first - last) / 2 - 1e-15);
        const ends = [first, ...values.map((v) => Math.min(v, first, last)), last];
        expect(barrierOf(ends)).toBeCloseTo(Math.abs(first - last) / 2, 12);
      }),
    );
  });
});

describe('networks on a line', () => {
  const toy = (more: Partial<ToyCase> = {}): ToyCase => ({
    hidden: [12, 9],
    activation: 'relu',
    classes: 5,
    width: 12,
    batch: 11,
    density: 1,
    optimiser: { name: 'adam', lr: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
    seed: 3,
    ...more,
  });
  const curves = ({ network, dataset, normalisation, trainIndices }: TrainingPlan, from: Tensors, to: Tensors) => {
    const mask = supportOf(network, from, to);
    const sets = [{ of: 'test' }, { of: 'train', examples: trainIndices }] as const;
    const evaluator = new Evaluator(kernels, { network, dataset, normalisation, sets, mask });
    const along = linePlaces(11).map((place) => evaluator.evaluate(betweenTensors(from, to, place)));
    return {
      test: along.map(([test]) => 1 - test.accuracy),
      testLoss: along.map(([test]) => test.loss),
      trainLoss: along.map(([, trained]) => trained.loss),
    };
  };

  it('have no barrier at all to themselves', async () => {
    for (const density of [1, 0.3]) {
      const plan = toyPlan(kernels, toy({ density }), 'auto', 40);
      const { finalWeights } = await train({ kernels, plan });
      const { test, testLoss, trainLoss } = curves(plan, finalWeights, finalWeights);
      expect([test, testLoss, trainLoss].map(barrierOf)).toEqual([0, 0, 0]);
    }
  });

  it('without a hidden layer have a loss that nowhere lies above the chord, for it is convex', async () => {
    const plans = [1, 2].map((seed) => toyPlan(kernels, { ...toy({ hidden: [] }), seed }, 'auto', 30));
    const [a, b] = await mapAtOnce(
      plans,
      async (plan) => (await train({ kernels, plan: { ...plan, dataset: plans[0].dataset } })).finalWeights,
      1,
    );
    const { trainLoss, testLoss } = curves(plans[0], a, b);
    for (const loss of [trainLoss, testLoss]) {
      loss.forEach((value, i) => {
        expect(value).toBeLessThanOrEqual((1 - i / 10) * loss[0] + (i / 10) * loss[10] + 1e-6);
      });
      expect(barrierOf(loss)).toBeCloseTo(Math.abs(loss[0] - loss[10]) / 2, 6);
    }
  });

  it('with their units in another order have a barrier, and none once they are matched', async () => {
    const plan = toyPlan(kernels, toy({ hidden: [24, 16] }), 'auto', 150);
    const { finalWeights } = await train({ kernels, plan });
    const { network } = plan;
    const other = permuteTensors(network, finalWeights, drawPermutations(network, 5));
    const before = curves(plan, finalWeights, other);
    expect(barrierOf(before.test)).toBeGreaterThan(0.1);
    expect(barrierOf(before.trainLoss)).toBeGreaterThan(0.1);
    const { permutations } = matchChannels(
      network,
      matchableTensors(network, finalWeights),
      matchableTensors(network, other),
      1,
    );
    const after = curves(plan, finalWeights, permuteTensors(network, other, permutations));
    expect([after.test, after.testLoss, after.trainLoss].map(barrierOf)).toEqual([0, 0, 0]);
  });
});
