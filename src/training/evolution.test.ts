import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ReferenceWeights, referenceLoss } from '../../test/fixtures/reference-network.js';
import { stopWhen } from '../../test/fixtures/stop-when.js';
import { adam, bitsOf, toyCase, toyCases, toyPlan } from '../../test/fixtures/toy-plan.js';
import { mapAtOnce } from '../experiments/at-once.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { fullMask, type Mask } from '../networks/network.js';
import { StreamReader, shuffle, stream } from '../random/stream.js';
import type { Checkpoint, CheckpointKeeper } from './checkpoint.js';
import type { MaskChange, MaskEvolution, MaskMoment } from './evolution.js';
import { drawnMask, redrawn, scripted } from './scripted.fixture.js';
import { train } from './train.js';
import { Trainer } from './trainer.js';
import type { Optimiser, TrainingPlan, TrainingResult } from './types.js';
import { flopsOf } from './work.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

/** A result as what can be compared, -0 apart from +0. */
const comparable = ({ finalWeights, earlyStopWeights, snapshots, ...rest }: TrainingResult) => ({
  ...rest,
  finalWeights: bitsOf(finalWeights),
  earlyStopWeights: bitsOf(earlyStopWeights),
  snapshots: [...snapshots].map(([iteration, weights]) => [iteration, bitsOf(weights)]),
});

const places = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
const densities = fc.array(fc.constantFrom(0, 0.05, 0.3, 0.8, 1), { minLength: 1, maxLength: 3 });

describe('a mask that changes in training', () => {
  it('changes no bit of anything where it changes to itself, seen with gradients or not', async () => {
    await fc.assert(
      fc.asyncProperty(toyCases, places, fc.boolean(), async (c, at, looks) => {
        const plan: TrainingPlan = { ...toyPlan(kernels, c, 'auto', 9), snapshots: [3, 7] };
        const same = ({ mask, gradients }: MaskMoment): MaskChange => {
          if (looks) gradients();
          return { kind: 'change', mask };
        };
        const plain = comparable(await train({ kernels, plan }));
        const changed = comparable(
          await train({
            kernels,
            plan: { ...plan, evolution: scripted(new Map(at.map((iteration) => [iteration, same]))) },
          }),
        );
        const mask = plan.mask ?? fullMask(plan.network);
        const { search, searchExamples } = changed.work;
        expect(searchExamples).toBe(looks ? at.length * c.batch : 0);
        expect(search > 0).toBe(looks);
        expect(changed).toEqual({
          ...plain,
          mask,
          earlyStopMask: changed.earlyStop.iteration < Math.min(...at) ? plain.mask : mask,
          work: { ...plain.work, search, searchExamples },
          flops: plain.flops + search,
        });
      }),
      { numRuns: 40 },
    );
  });

  it('trains to the same bits under dense and under sparse storage', async () => {
    await fc.assert(
      fc.asyncProperty(toyCases, places, densities, async (c, at, shares) => {
        const results = await mapAtOnce(
          ['dense', 'sparse', 'auto'] as const,
          async (storage) => {
            const plan = { ...toyPlan(kernels, c, storage, 9), snapshots: [2, 6] };
            return comparable(
              await train({ kernels, plan: { ...plan, evolution: redrawn(plan, at, shares, c.seed) } }),
            );
          },
          1,
        );
        const [dense, ...others] = results.map(({ work, flops, ...rest }) => rest);
        for (const other of others) expect(other).toEqual(dense);
      }),
      { numRuns: 40 },
    );
  });

  it('goes on from a checkpoint with the same bits, whatever the evolution remembers', async () => {
    await fc.assert(
      fc.asyncProperty(
        toyCases,
        places,
        densities,
        fc.array(fc.integer({ min: 1, max: 5 })),
        async (c, at, shares, lives) => {
          const plan = { ...toyPlan(kernels, c, 'auto', 11), snapshots: [2, 6] };
          // Changes only where it has been asked an odd number of times: it must not forget.
          const counting = (): MaskEvolution => {
            let asked = 0;
            const inner = redrawn(plan, at, shares, c.seed);
            return {
              ...inner,
              change: (moment) => {
                asked++;
                moment.gradients();
                return asked % 2 === 1 ? inner.change(moment) : { kind: 'keep' };
              },
              save: () => new Map([['asked', Float32Array.of(asked)]]),
              load: (state) => {
                asked = state.get('asked')?.[0] ?? 0;
              },
            };
          };
          const whole = await train({ kernels, plan: { ...plan, evolution: counting() } });
          let saved: Checkpoint | undefined;
          const keeper: CheckpointKeeper = {
            load: async () => saved,
            due: () => false,
            save: async (checkpoint) => {
              saved = structuredClone(checkpoint);
            },
          };
          const live = async (reports: number): Promise<TrainingResult | undefined> => {
            let seen = 0;
            try {
              return await train({
                kernels,
                plan: { ...plan, evolution: counting() },
                ...stopWhen(() => ++seen > reports),
                checkpoints: keeper,
              });
            } catch (error) {
              expect((error as Error).name).toBe('AbortError');
              return undefined;
            }
          };
          let result: TrainingResult | undefined;
          for (const reports of lives) result ??= await live(reports);
          result ??= await live(Number.POSITIVE_INFINITY);
          expect(comparable(result as TrainingResult)).toEqual(comparable(whole));
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** Places in the training set that are due at an iteration: epochs of whole batches, each in an order of its own. */
function dueAt({ trainIndices, batch, orderSeed }: TrainingPlan, iteration: number): Int32Array {
  const perEpoch = Math.floor(trainIndices.length / batch);
  const epoch = Math.floor(iteration / perEpoch);
  const order = shuffle(trainIndices.slice(), new StreamReader(stream(orderSeed, 'order', epoch)));
  const from = (iteration - epoch * perEpoch) * batch;
  return order.slice(from, from + batch);
}

/** The normalised images and labels of some places. */
function examplesOf({ dataset, normalisation }: TrainingPlan, chosen: Int32Array) {
  const { channels, height, width } = dataset.shape;
  const size = channels * height * width;
  const [mean] = normalisation.mean;
  const [deviation] = normalisation.deviation;
  return {
    images: Array.from(chosen, (e) =>
      Float64Array.from(dataset.train.images.subarray(e * size, (e + 1) * size), (p) => (p / 255 - mean) / deviation),
    ),
    labels: Array.from(chosen, (e) => dataset.train.labels[e]),
  };
}

describe('training between changes', () => {
  const momentum: Optimiser = { name: 'sgd', lr: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0.01 };

  it.each([
    ['SGD with momentum', momentum, 'dense'],
    ['SGD with momentum', momentum, 'sparse'],
    ['Adam', { ...adam, weightDecay: 0.01 }, 'dense'],
    ['Adam', { ...adam, weightDecay: 0.01 }, 'sparse'],
  ] as const)('follows a masked reference in double precision: %s (%#)', async (_, optimiser, storage) => {
    const plan = toyPlan(kernels, { ...toyCase, hidden: [], optimiser }, storage, 24);
    const at = [4, 5, 11, 17];
    const shares = [0.5, 0.3, 0.7, 0.6];
    const evolution = redrawn(plan, at, shares, 3);
    const result = await train({
      kernels,
      plan: { ...plan, evolution, snapshots: Array.from({ length: 24 }, (_, i) => i) },
    });
    // A linear classifier: logits W x + b, gradients (softmax - label) x^T.
    const tensors = new Map([...plan.start].map(([name, values]) => [name, Float64Array.from(values)]));
    const [w, b] = [tensors.get('fc1.weight'), tensors.get('fc1.bias')] as Float64Array[];
    const moments = [w, b].map(({ length }) => [new Float64Array(length), new Float64Array(length)]);
    let bits = (plan.mask as Mask).get('fc1.weight') as Uint8Array;
    const clean = () => {
      for (let i = 0; i < w.length; i++) {
        if (bits[i] === 0) for (const values of [w, ...moments[0]]) values[i] = 0;
      }
    };
    clean();
    const inputs = w.length / b.length;
    for (let t = 0; t < 24; t++) {
      const place = at.indexOf(t);
      if (place >= 0) {
        bits = drawnMask(plan.network, shares[place], 3, t).get('fc1.weight') as Uint8Array;
        clean();
      }
      const found = result.snapshots.get(t)?.get('fc1.weight') as Float32Array;
      for (let i = 0; i < w.length; i++) {
        if (bits[i] === 0) expect(Object.is(found[i], 0)).toBe(true);
        expect(Math.abs(found[i] - w[i])).toBeLessThan(1e-5);
      }
      const { images, labels } = examplesOf(plan, dueAt(plan, t));
      const gradients = [new Float64Array(w.length), new Float64Array(b.length)];
      images.forEach((x, e) => {
        const logits = Array.from(b, (bias, o) => x.reduce((sum, v, i) => sum + v * w[o * inputs + i], bias));
        const all = logits.reduce((sum, v) => sum + Math.exp(v), 0);
        logits.forEach((logit, o) => {
          const d = (Math.exp(logit) / all - +(labels[e] === o)) / images.length;
          gradients[1][o] += d;
          for (let i = 0; i < inputs; i++) gradients[0][o * inputs + i] += d * x[i];
        });
      });
      [w, b].forEach((values, k) => {
        const [m, v] = moments[k];
        for (let i = 0; i < values.length; i++) {
          if (k === 0 && bits[i] === 0) continue;
          const g = gradients[k][i] + 0.01 * values[i];
          if (optimiser.name === 'sgd') {
            m[i] = 0.9 * m[i] + g;
            values[i] -= 0.1 * m[i];
          } else {
            m[i] = 0.9 * m[i] + 0.1 * g;
            v[i] = 0.999 * v[i] + 0.001 * g * g;
            values[i] -= (0.01 * (m[i] / (1 - 0.9 ** (t + 1)))) / (Math.sqrt(v[i] / (1 - 0.999 ** (t + 1))) + 1e-8);
          }
        }
      });
    }
    expect(result.mask).toEqual(drawnMask(plan.network, 0.6, 3, 17));
  });

  it('hands over weights and moments exactly, those of what is pruned at +0', () => {
    const plan = toyPlan(kernels, toyCase, 'sparse', 20);
    const before = new Trainer(kernels, plan);
    before.train(7);
    const state = before.state;
    const mask = drawnMask(plan.network, 0.4, 1, 0);
    const after = new Trainer(kernels, { ...plan, mask });
    after.state = state;
    expect(after.iteration).toBe(7);
    expect(after.state.moments.length).toBe(8);
    // Adam's two moments of each tensor in turn.
    const names = [...state.weights.keys()];
    const pieces = [
      ...names.map((name) => [name, state.weights.get(name), after.state.weights.get(name)] as const),
      ...state.moments.map((values, i) => [names[i >> 1], values, after.state.moments[i]] as const),
    ];
    for (const [name, old, now] of pieces) {
      const bits = mask.get(name);
      expect(now).toEqual(bits ? (old as Float32Array).map((value, i) => (bits[i] === 0 ? 0 : value)) : old);
    }
  });
});

describe('the gradients that an evolution sees', () => {
  it('are those of the batch that is due, of pruned weights too, as central differences say', async () => {
    const plan = { ...toyPlan(kernels, { ...toyCase, activation: 'tanh' }, 'auto', 12), labelSmoothing: 0.1 };
    const seen: MaskMoment[] = [];
    const look = (moment: MaskMoment): MaskChange => {
      seen.push({ ...moment, gradients: () => found });
      const found = moment.gradients();
      expect(moment.gradients()).toBe(found);
      return { kind: 'keep' };
    };
    // In the middle of an epoch and in the middle of the next: five batches are one.
    await train({ kernels, plan: { ...plan, evolution: scripted(new Map([3, 8].map((at) => [at, look]))) } });
    expect(seen.map(({ iteration }) => iteration)).toEqual([3, 8]);
    for (const { iteration, iterations, weights, gradients } of seen) {
      expect(iterations).toBe(12);
      const doubles = new Map([...weights].map(([name, values]) => [name, Float64Array.from(values)]));
      const given = { network: plan.network, ...examplesOf(plan, dueAt(plan, iteration)), smoothing: 0.1 };
      const loss = (values: ReferenceWeights) => referenceLoss({ ...given, weights: values, orderSeed: 0, iteration });
      for (const [name, values] of doubles) {
        const expected = values.map((value, i) => {
          values[i] = value + 1e-5;
          const up = loss(doubles);
          values[i] = value - 1e-5;
          const down = loss(doubles);
          values[i] = value;
          return (up - down) / 2e-5;
        });
        const largest = Math.max(...expected.map(Math.abs));
        gradients()
          .get(name)
          ?.forEach((value, i) => {
            expect(Math.abs(value - expected[i])).toBeLessThan(3e-5 * largest);
          });
      }
    }
  });

  it('are counted, and a sparser mask costs less from where it begins', async () => {
    const plan = { ...toyPlan(kernels, { ...toyCase, density: 1 }, 'auto', 40), evaluateEvery: 40 };
    const sparse = (moment: MaskMoment): MaskChange => {
      moment.gradients();
      return { kind: 'change', mask: drawnMask(plan.network, 0.1, 1, 0) };
    };
    const dense = (await train({ kernels, plan })).work;
    const { work, flops } = await train({
      kernels,
      plan: { ...plan, evolution: scripted(new Map([[20, sparse]])) },
    });
    const thin = (await train({ kernels, plan: { ...plan, mask: drawnMask(plan.network, 0.1, 1, 0) } })).work;
    expect(work.forward).toBe((dense.forward + thin.forward) / 2);
    expect(work.backward).toBe((dense.backward + thin.backward) / 2);
    expect(work.search).toBeGreaterThan(0);
    expect(work.search).toBeLessThan((dense.forward + dense.backward) / 40);
    expect([work.examples, work.searchExamples]).toEqual([800, 20]);
    expect(flops).toBe(flopsOf(work));
  });
});
