import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ReferenceWeights, referenceLoss } from '../../../test/fixtures/reference-network.js';
import { adam, bitsOf, type ToyCase, toyPlan } from '../../../test/fixtures/toy-plan.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { fullMask, type Mask, type Network, type Tensors } from '../../networks/network.js';
import { StreamReader, shuffle, stream } from '../../random/stream.js';
import {
  type MaskChange,
  type MaskEvolution,
  type MaskMoment,
  type TrainingPlan,
  train,
} from '../../training/index.js';
import type { Doubles } from '../../training/probe.js';
import { spreadMask } from '../controls.js';
import { applyMask, countOf } from '../mask.js';
import { prune } from '../prune.js';
import type { ScoreName } from '../scores/index.js';
import { type EvolutionSettings, evolutionNames, evolutionOf, evolutions, maskDistance } from './index.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const toy: ToyCase = {
  hidden: [16],
  activation: 'tanh',
  classes: 4,
  width: 10,
  batch: 20,
  density: 1,
  optimiser: adam,
  seed: 8,
};
const FIRST = 'fc1.weight';
const SECOND = 'fc2.weight';
const countsOf = (mask: Mask) => [...mask.values()].map(countOf);

interface Seen {
  readonly moment: MaskMoment;
  readonly change: MaskChange;
}

/** Remembers what an evolution saw and said. */
function watched(evolution: MaskEvolution, seen: Seen[]): MaskEvolution {
  return {
    ...evolution,
    change: (moment) => {
      let found: Doubles | undefined;
      const gradients = () => {
        found ??= moment.gradients();
        return found;
      };
      const change = evolution.change({ ...moment, gradients });
      seen.push({ moment: { ...moment, gradients: () => found ?? new Map() }, change });
      return change;
    },
  };
}

function runOf(plan: TrainingPlan, settings: EvolutionSettings, seed = 1) {
  const seen: Seen[] = [];
  const evolution = watched(evolutionOf(plan.network, settings, seed), seen);
  const result = train(kernels, { ...plan, evolution });
  const changes = seen.flatMap(({ moment, change }) =>
    change.kind === 'keep' ? [] : [{ moment, before: moment.mask, after: change.mask }],
  );
  return { result, seen, changes, iterations: seen.map(({ moment }) => moment.iteration) };
}

/** A moment without a training. */
function momentOf(network: Network, iteration: number, weights: Tensors, mask: Mask = fullMask(network)): MaskMoment {
  return {
    iteration,
    iterations: 1_000_000,
    mask,
    weights,
    gradients: () => {
      throw new Error('no gradients here');
    },
  };
}

const halves = [
  { tensors: [FIRST], keep: 32 },
  { tensors: [SECOND], keep: 64 },
];

describe('gradual pruning', () => {
  const gradual = { kind: 'gradual', begin: 10, end: 50, every: 10, score: 'magnitude', groups: halves } as const;

  it('follows the cubic to the last weight, by hand, and is over at its end', () => {
    const { result, iterations, changes } = runOf(toyPlan(kernels, toy, 'auto', 70), gradual);
    expect(iterations).toEqual([20, 30, 40, 50, 70]);
    // Of 320 weights 288 go: 1 - (3/4)^3 = 37/64 of them, 7/8, 63/64, all. The second group is whole from the beginning.
    expect(changes.map(({ after }) => countsOf(after))).toEqual([
      [320 - 167, 64],
      [320 - 252, 64],
      [320 - 284, 64],
      [32, 64],
    ]);
    expect(countsOf(result.mask as Mask)).toEqual([32, 64]);
    expect(result.earlyStop.iteration).toBeGreaterThanOrEqual(50);
    for (const { before, after, moment } of changes) {
      const groups = [...after].map(([name, bits]) => ({ tensors: [name], keep: countOf(bits) }));
      expect(after).toEqual(prune(before, moment.weights, 'magnitude', groups));
    }
  });

  it('ranks the tensors of a group together', () => {
    const groups = [{ tensors: [FIRST, SECOND], keep: 40 }];
    const { result, changes } = runOf(toyPlan(kernels, toy, 'auto', 60), { ...gradual, groups });
    expect(changes.map(({ after }) => countsOf(after).reduce((a, b) => a + b))).toEqual([185, 83, 45, 40]);
    expect(countsOf(result.mask as Mask).every((count) => count > 0)).toBe(true);
  });

  it('takes its last step at its end though that is no whole step away, or at the end of training', () => {
    const settings = { ...gradual, begin: 0, end: 25 };
    expect(runOf(toyPlan(kernels, toy, 'auto', 40), settings).iterations).toEqual([10, 20, 25, 40]);
    const short = runOf(toyPlan(kernels, toy, 'auto', 18), settings);
    expect(short.iterations).toEqual([10, 18]);
    expect(countsOf(short.result.mask as Mask)).toEqual([32, 64]);
  });

  it('goes on from a mask that is sparser than it would be, and prunes no less than asked', () => {
    const plan = toyPlan(kernels, toy, 'auto', 60);
    const mask = spreadMask(plan.network, new Map([[FIRST, 100]]), 3);
    const { changes } = runOf({ ...plan, mask }, gradual);
    expect(changes.map(({ after }) => countsOf(after)[0])).toEqual([68, 36, 32]);
    const few = spreadMask(plan.network, new Map([[FIRST, 20]]), 3);
    expect(() => runOf({ ...plan, mask: few }, gradual)).toThrow(/32 weights are to survive, but only 20 are left/);
  });

  it('prunes by gradients where the score asks for them, and counts that as search', () => {
    const { result, changes } = runOf(toyPlan(kernels, toy, 'auto', 60), { ...gradual, score: 'snip' });
    expect(result.work.searchExamples).toBe(4 * 20);
    for (const { before, after, moment } of changes) {
      const slope = moment.gradients().get(FIRST) as Float64Array;
      const scores = (moment.weights.get(FIRST) as Float32Array).map((w, i) => Math.abs(w * slope[i]));
      const [was, is] = [before.get(FIRST), after.get(FIRST)] as Uint8Array[];
      const kept = Math.min(...[...scores].filter((_, i) => is[i] === 1));
      const gone = Math.max(...[...scores].filter((_, i) => was[i] === 1 && is[i] === 0));
      expect(kept).toBeGreaterThanOrEqual(gone);
    }
    expect(runOf(toyPlan(kernels, toy, 'auto', 60), gradual).result.work.search).toBe(0);
  });

  it.each(['fisher', 'grasp', 'synflow', 'activation-aware', 'movement', 'large-initial'] as ScoreName[])(
    'refuses the score %s, which needs what it cannot have',
    (score) => {
      const { network } = toyPlan(kernels, toy, 'auto', 1);
      for (const kind of ['gradual', 'early-bird'] as const) {
        expect(() => evolutionOf(network, { ...gradual, kind, score } as EvolutionSettings, 1)).toThrow(
          /needs the .*; expected a score by values/,
        );
      }
    },
  );
});

describe('early-bird tickets', () => {
  const plan = () => toyPlan(kernels, { ...toy, width: 5, hidden: [2] }, 'auto', 1);
  const groups = [{ tensors: [FIRST], keep: 10 }];
  const settings = { kind: 'early-bird', every: 5, score: 'magnitude', groups } as const;

  /** Weights whose ten largest are at the places named, of twenty in the first layer and eight in the second. */
  const weightsWith = (kept: readonly number[]): Tensors =>
    new Map([
      [FIRST, Float32Array.from({ length: 20 }, (_, i) => (kept.includes(i) ? 2 + i : -1))],
      [SECOND, new Float32Array(8).fill(1)],
    ]);
  const far = weightsWith([0, 1, 2, 3, 4, 15, 16, 17, 18, 19]);
  const near = weightsWith([0, 1, 2, 3, 4, 5, 6, 7, 8, 19]);
  const settled = weightsWith([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const course = [far, near, settled, settled, settled, settled, settled, settled, settled];

  /** The number of the mask at which it stops, the first being 1. */
  function stopOf(given: Partial<typeof settings> & { memory?: number; threshold?: number }, reload = 0) {
    const { network } = plan();
    let evolution = evolutionOf(network, { ...settings, ...given }, 1);
    for (const [place, weights] of course.entries()) {
      if (place > 0 && place === reload) {
        const state = structuredClone(evolution.save?.() ?? new Map());
        evolution = evolutionOf(network, { ...settings, ...given }, 1);
        evolution.load?.(state);
      }
      const change = evolution.change(momentOf(network, 5 * (place + 1), weights));
      if (change.kind === 'stop') {
        expect(change.mask.get(FIRST)).toEqual(Uint8Array.from({ length: 20 }, (_, i) => (i < 10 ? 1 : 0)));
        return place + 1;
      }
      expect(change.kind).toBe('keep');
    }
    return Number.POSITIVE_INFINITY;
  }

  it('stops when the mask is close to each of the last five', () => {
    // Of 28 weights `near` differs in two, 0.071, and `far` in ten, 0.357.
    const { network } = plan();
    const masks = [far, near, settled].map((weights) => prune(fullMask(network), weights, 'magnitude', groups));
    expect(maskDistance(masks[1], masks[2])).toBe(2 / 28);
    expect(maskDistance(masks[2], masks[0])).toBe(10 / 28);
    // The seventh is the first whose last five do not hold `far`.
    expect(stopOf({})).toBe(7);
    expect(stopOf({ threshold: 0.4 })).toBe(6);
    // With `near` too far away, which 2 / 28 is not under.
    expect(stopOf({ threshold: 2 / 28 })).toBe(8);
    expect(stopOf({ memory: 2 })).toBe(4);
    expect(stopOf({ memory: 9 })).toBe(Number.POSITIVE_INFINITY);
  });

  it('remembers its masks over a checkpoint', () => {
    for (let reload = 1; reload < 8; reload++) expect(stopOf({}, reload)).toBe(7);
  });

  it('trains densely, and ends pruned where it settles', () => {
    const wide = toyPlan(kernels, { ...toy, optimiser: { ...adam, lr: 1e-4 } }, 'auto', 100);
    const { result, iterations, seen } = runOf(wide, { ...settings, groups: halves });
    expect(iterations).toEqual([5, 10, 15, 20, 25, 30]);
    for (const { moment } of seen) expect(moment.mask).toEqual(fullMask(wide.network));
    expect(result.status).toBe('done');
    expect(result.end.iteration).toBe(30);
    expect(result.earlyStop).toEqual(result.end);
    const dense = train(kernels, { ...wide, iterations: 30 }).finalWeights;
    expect(result.mask).toEqual(prune(fullMask(wide.network), dense, 'magnitude', halves));
    expect(bitsOf(result.finalWeights)).toEqual(bitsOf(applyMask(dense, result.mask as Mask)));
  });

  it('ends pruned where it never settles', () => {
    const plan = toyPlan(kernels, { ...toy, optimiser: { ...adam, lr: 0.1 } }, 'auto', 38);
    const { result, iterations } = runOf(plan, { ...settings, groups: halves, threshold: 1e-9 });
    expect(iterations).toEqual([5, 10, 15, 20, 25, 30, 35, 38]);
    expect(countsOf(result.mask as Mask)).toEqual([32, 64]);
    expect(result.end.iteration).toBe(38);
  });
});

/** Checks of what SET and RigL have in common; what grew is given back, layer by layer. */
function checkReplacing(plan: TrainingPlan, settings: EvolutionSettings, losing: (kept: number, t: number) => number) {
  const { result, changes, seen } = runOf(plan, settings);
  expect(changes.length).toBeGreaterThan(3);
  const start = countsOf(plan.mask as Mask);
  for (const { moment } of seen) {
    expect(countsOf(moment.mask)).toEqual(start);
    for (const [name, bits] of moment.mask) {
      const values = moment.weights.get(name) as Float32Array;
      bits.forEach((bit, i) => {
        if (bit === 0) expect(Object.is(values[i], 0)).toBe(true);
      });
    }
  }
  for (const { moment, before, after } of changes) {
    for (const [name, was] of before) {
      const is = after.get(name) as Uint8Array;
      const lost = losing(countOf(was), moment.iteration);
      const values = (moment.weights.get(name) as Float32Array).map(Math.abs);
      const sorted = [...values].filter((_, i) => was[i] === 1).sort((a, b) => a - b);
      // Whatever is gone is among the smallest.
      was.forEach((bit, i) => {
        if (bit === 1 && is[i] === 0) expect(values[i]).toBeLessThanOrEqual(sorted[lost - 1]);
      });
    }
  }
  expect(countsOf(result.mask as Mask)).toEqual(start);
  return { result, changes };
}

describe('sparse evolutionary training', () => {
  const settings = { kind: 'set', every: 6, until: 40, fraction: 0.3 } as const;

  it('replaces the smallest by as many at random, never by those that just went', () => {
    const plan = toyPlan(kernels, { ...toy, density: 0.4 }, 'auto', 50);
    const { changes } = checkReplacing(plan, settings, (kept) => Math.round(0.3 * kept));
    expect(changes.map(({ moment }) => moment.iteration)).toEqual([6, 12, 18, 24, 30, 36]);
    for (const { before, after } of changes) {
      for (const [name, was] of before) {
        const is = after.get(name) as Uint8Array;
        const gone = was.filter((bit, i) => bit === 1 && is[i] === 0).length;
        expect(gone).toBe(Math.round(0.3 * countOf(was)));
      }
    }
    const again = runOf(plan, settings, 1).changes.map(({ after }) => after);
    expect(again).toEqual(changes.map(({ after }) => after));
    expect(runOf(plan, settings, 2).changes[0].after).not.toEqual(changes[0].after);
  });

  it('grows every pruned weight as often as any other', () => {
    const { network } = toyPlan(kernels, toy, 'auto', 1);
    const mask = spreadMask(network, new Map([[FIRST, 100]]), 1);
    const weights = new Map([...mask].map(([name, bits]) => [name, Float32Array.from(bits)]));
    const evolution = evolutionOf(network, { ...settings, every: 1, until: 2001 }, 5);
    const grown = new Float64Array(320);
    for (let t = 1; t <= 2000; t++) {
      const change = evolution.change(momentOf(network, t, weights, mask));
      if (change.kind !== 'change') throw new Error(change.kind);
      change.mask.get(FIRST)?.forEach((bit, i) => {
        if (bit === 1 && mask.get(FIRST)?.[i] === 0) grown[i]++;
      });
    }
    // 30 of 220 each time: 273 times in 2000, five deviations of 15.3 either way.
    mask.get(FIRST)?.forEach((bit, i) => {
      if (bit === 1) expect(grown[i]).toBe(0);
      else expect(Math.abs(grown[i] - 2000 * (30 / 220))).toBeLessThan(77);
    });
  });

  it('replaces no more than there are pruned weights, and leaves a whole layer whole', () => {
    const plan = toyPlan(kernels, toy, 'auto', 20);
    const mask = spreadMask(plan.network, new Map([[FIRST, 310]]), 1);
    const { changes } = runOf({ ...plan, mask }, settings);
    for (const { before, after } of changes) {
      const [was, is] = [before, after].map((bits) => bits.get(FIRST) as Uint8Array);
      expect(is.every((bit, i) => bit === 1 || was[i] === 1)).toBe(true);
      expect(was.every((bit, i) => bit === 1 || is[i] === 1)).toBe(true);
      expect(countsOf(after)).toEqual([310, 64]);
    }
    expect(() => runOf(plan, settings)).toThrow(/every weight of toy survives.*sparse mask/);
  });
});

describe('the rigged lottery', () => {
  const settings = { kind: 'rigl', every: 6, until: 40, fraction: 0.3 } as const;
  const share = (t: number) => 0.15 * (1 + Math.cos((Math.PI * t) / 40));

  it('grows exactly where the dense gradient on the due batch is largest, by central differences', () => {
    const plan = toyPlan(kernels, { ...toy, density: 0.4 }, 'auto', 50);
    const { changes, result } = checkReplacing(plan, settings, (kept, t) => Math.round(share(t) * kept));
    expect(result.work.searchExamples).toBe(changes.length * 20);
    const { dataset, normalisation, network } = plan;
    for (const { moment, before, after } of changes) {
      const { iteration, weights } = moment;
      const perEpoch = Math.floor(plan.trainIndices.length / plan.batch);
      const epoch = Math.floor(iteration / perEpoch);
      const order = shuffle(plan.trainIndices.slice(), new StreamReader(stream(plan.orderSeed, 'order', epoch)));
      const due = [...order.slice((iteration % perEpoch) * 20, ((iteration % perEpoch) + 1) * 20)];
      const images = due.map((e) =>
        Float64Array.from(
          dataset.train.images.subarray(e * 20, (e + 1) * 20),
          (pixel) => (pixel / 255 - normalisation.mean[0]) / normalisation.deviation[0],
        ),
      );
      const labels = due.map((e) => dataset.train.labels[e]);
      const doubles = new Map([...weights].map(([name, values]) => [name, Float64Array.from(values)]));
      const loss = (values: ReferenceWeights) =>
        referenceLoss({ network, weights: values, images, labels, orderSeed: 0, iteration });
      for (const [name, was] of before) {
        const is = after.get(name) as Uint8Array;
        const values = doubles.get(name) as Float64Array;
        const slopes = values.map((value, i) => {
          values[i] = value + 1e-5;
          const up = loss(doubles);
          values[i] = value - 1e-5;
          const down = loss(doubles);
          values[i] = value;
          return Math.abs(up - down) / 2e-5;
        });
        // Survivors of the drop, by hand: the largest |w|, of equal ones the last.
        const kept = countOf(was);
        const lost = Math.round(share(iteration) * kept);
        const ranked = [...was.keys()].filter((i) => was[i] === 1);
        ranked.sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || b - a);
        const staying = new Set(ranked.slice(0, kept - lost));
        const others = [...was.keys()].filter((i) => !staying.has(i));
        const grown = others.filter((i) => is[i] === 1);
        const left = others.filter((i) => is[i] === 0);
        expect([...staying].every((i) => is[i] === 1)).toBe(true);
        expect(grown.length).toBe(lost);
        const margin = 3e-5 * Math.max(...slopes);
        if (lost > 0) {
          expect(Math.min(...grown.map((i) => slopes[i]))).toBeGreaterThan(
            Math.max(...left.map((i) => slopes[i])) - margin,
          );
        }
      }
    }
  });

  it('loses half as many half way, and none at its end', () => {
    const { network } = toyPlan(kernels, toy, 'auto', 1);
    const mask = spreadMask(
      network,
      new Map([
        [FIRST, 200],
        [SECOND, 1],
      ]),
      1,
    );
    const weights = new Map([...mask].map(([name, bits]) => [name, Float32Array.from(bits)]));
    const evolution = evolutionOf(network, { ...settings, every: 1, until: 1000, fraction: 0.4 }, 1);
    // The largest gradients are all where nothing survives.
    const gradients = () => new Map([...mask].map(([name, bits]) => [name, Float64Array.from(bits, (bit) => 2 - bit)]));
    const lostAt = (t: number) => {
      const change = evolution.change({ ...momentOf(network, t, weights, mask), gradients });
      const is = change.kind === 'change' ? (change.mask.get(FIRST) as Uint8Array) : (mask.get(FIRST) as Uint8Array);
      return mask.get(FIRST)?.filter((bit, i) => bit === 1 && is[i] === 0).length;
    };
    // 0.2 (1 + cos(pi t / 1000)) of 200: cos is 1/2 at a third of the way.
    expect([1, 250, 333, 500, 667, 750, 999].map(lostAt)).toEqual([80, 68, 60, 40, 20, 12, 0]);
    expect(evolution.next(999)).toBe(999);
    expect(evolution.next(1000)).toBe(Number.POSITIVE_INFINITY);
  });

  it('lets a weight that just went come back with its value', () => {
    const { network } = toyPlan(kernels, toy, 'auto', 1);
    const mask = spreadMask(
      network,
      new Map([
        [FIRST, 100],
        [SECOND, 30],
      ]),
      1,
    );
    const weights = new Map([...mask].map(([name, bits]) => [name, Float32Array.from(bits)]));
    const gradients = () => new Map([...mask].map(([name, bits]) => [name, Float64Array.from(bits)]));
    const change = evolutionOf(network, settings, 1).change({ ...momentOf(network, 6, weights, mask), gradients });
    expect(change).toEqual({ kind: 'change', mask });
  });
});

describe('every evolution', () => {
  const settingsOf: Readonly<Record<string, EvolutionSettings>> = {
    gradual: { kind: 'gradual', begin: 2, end: 20, every: 4, score: 'taylor', groups: halves },
    'early-bird': { kind: 'early-bird', every: 3, score: 'magnitude', groups: halves, memory: 2, threshold: 0.05 },
    set: { kind: 'set', every: 4, until: 24, fraction: 0.4 },
    rigl: { kind: 'rigl', every: 4, until: 24, fraction: 0.4 },
  };

  it.each(evolutionNames)('%s gives the same bits dense and sparse', (name) => {
    expect(evolutions[name].title.length + evolutions[name].source.length).toBeGreaterThan(20);
    fc.assert(
      fc.property(fc.nat(1000), fc.constantFrom('relu' as const, 'tanh' as const), (seed, activation) => {
        const density = evolutions[name].begins === 'sparse' ? 0.3 : 1;
        const results = (['dense', 'sparse', 'auto'] as const).map((storage) => {
          const plan = toyPlan(kernels, { ...toy, seed, activation, density }, storage, 26);
          const { result } = runOf({ ...plan, snapshots: [5, 12] }, settingsOf[name], seed);
          const { history, mask, earlyStopMask, finalWeights, earlyStopWeights, snapshots } = result;
          const weights = [finalWeights, earlyStopWeights, ...snapshots.values()].map(bitsOf);
          return { history, mask, earlyStopMask, weights };
        });
        expect(results[1]).toEqual(results[0]);
        expect(results[2]).toEqual(results[0]);
      }),
      { numRuns: 8 },
    );
  });

  it('refuses what makes no sense, and says what was expected', () => {
    const { network } = toyPlan(kernels, toy, 'auto', 1);
    const refused = (name: string, given: object) =>
      expect(() => evolutionOf(network, { ...settingsOf[name], ...given } as EvolutionSettings, 1));
    refused('gradual', { end: 2 }).toThrow(/end is 2; expected a whole number from 3 on/);
    refused('gradual', { every: 0 }).toThrow(/every is 0/);
    refused('gradual', { groups: [{ tensors: ['fc9.weight'], keep: 1 }] }).toThrow(
      /fc9.weight.*no weight tensor of toy/,
    );
    refused('gradual', { groups: [{ tensors: [FIRST, FIRST], keep: 1 }] }).toThrow(/fc1.weight twice/);
    refused('early-bird', { groups: [{ tensors: [SECOND], keep: 65 }] }).toThrow(/65 weights.*from 0 to 64/);
    refused('early-bird', { threshold: 0 }).toThrow(/threshold is 0; expected a share above 0/);
    refused('early-bird', { memory: 1.5 }).toThrow(/memory is 1.5/);
    refused('set', { fraction: 1.2 }).toThrow(/fraction is 1.2/);
    refused('rigl', { until: -1 }).toThrow(/until is -1/);
    refused('set', { kind: 'deep-rewiring' }).toThrow(/no evolution deep-rewiring; expected one of gradual/);
  });
});
