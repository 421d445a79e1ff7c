import { beforeAll, describe, expect, it } from 'vitest';
import { adam, bitsOf, toyPlan } from '../../../test/fixtures/toy-plan.js';
import { countsOf, FIRST, halves, momentOf, runOf, SECOND, toy } from '../../../test/fixtures/watched-evolution.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { fullMask, type Mask, type Tensors } from '../../networks/network.js';
import { train } from '../../training/index.js';
import { spreadMask } from '../controls.js';
import { applyMask, countOf } from '../mask.js';
import { prune } from '../prune.js';
import type { ScoreName } from '../scores/index.js';
import { type EvolutionSettings, evolutionOf, maskDistance } from './index.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

describe('gradual pruning', () => {
  const gradual = { kind: 'gradual', begin: 10, end: 50, every: 10, score: 'magnitude', groups: halves } as const;

  it('follows the cubic to the last weight, by hand, and is over at its end', async () => {
    const { result, iterations, changes } = await runOf(kernels, toyPlan(kernels, toy, 'auto', 70), gradual);
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

  it('ranks the tensors of a group together', async () => {
    const groups = [{ tensors: [FIRST, SECOND], keep: 40 }];
    const { result, changes } = await runOf(kernels, toyPlan(kernels, toy, 'auto', 60), { ...gradual, groups });
    expect(changes.map(({ after }) => countsOf(after).reduce((a, b) => a + b))).toEqual([185, 83, 45, 40]);
    expect(countsOf(result.mask as Mask).every((count) => count > 0)).toBe(true);
  });

  it('takes its last step at its end, even after less than an interval, or at the end of training', async () => {
    const settings = { ...gradual, begin: 0, end: 25 };
    expect((await runOf(kernels, toyPlan(kernels, toy, 'auto', 40), settings)).iterations).toEqual([10, 20, 25, 40]);
    const short = await runOf(kernels, toyPlan(kernels, toy, 'auto', 18), settings);
    expect(short.iterations).toEqual([10, 18]);
    expect(countsOf(short.result.mask as Mask)).toEqual([32, 64]);
  });

  it('continues from a mask that is sparser than it would be, and prunes no less than asked', async () => {
    const plan = toyPlan(kernels, toy, 'auto', 60);
    const mask = spreadMask(plan.network, new Map([[FIRST, 100]]), 3);
    const { changes } = await runOf(kernels, { ...plan, mask }, gradual);
    expect(changes.map(({ after }) => countsOf(after)[0])).toEqual([68, 36, 32]);
    const few = spreadMask(plan.network, new Map([[FIRST, 20]]), 3);
    await expect(runOf(kernels, { ...plan, mask: few }, gradual)).rejects.toThrow(
      /32 weights are to survive, but only 20 are left/,
    );
  });

  it('prunes by gradients where the score asks for them, and counts that as search', async () => {
    const { result, changes } = await runOf(kernels, toyPlan(kernels, toy, 'auto', 60), { ...gradual, score: 'snip' });
    expect(result.work.searchExamples).toBe(4 * 20);
    for (const { before, after, moment } of changes) {
      const slope = moment.gradients().get(FIRST) as Float64Array;
      const scores = (moment.weights.get(FIRST) as Float32Array).map((w, i) => Math.abs(w * slope[i]));
      const [was, is] = [before.get(FIRST), after.get(FIRST)] as Uint8Array[];
      const kept = Math.min(...[...scores].filter((_, i) => is[i] === 1));
      const gone = Math.max(...[...scores].filter((_, i) => was[i] === 1 && is[i] === 0));
      expect(kept).toBeGreaterThanOrEqual(gone);
    }
    expect((await runOf(kernels, toyPlan(kernels, toy, 'auto', 60), gradual)).result.work.search).toBe(0);
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

  it('trains densely, and ends pruned where it settles', async () => {
    const wide = toyPlan(kernels, { ...toy, optimiser: { ...adam, lr: 1e-4 } }, 'auto', 100);
    const { result, iterations, seen } = await runOf(kernels, wide, { ...settings, groups: halves });
    expect(iterations).toEqual([5, 10, 15, 20, 25, 30]);
    for (const { moment } of seen) expect(moment.mask).toEqual(fullMask(wide.network));
    expect(result.status).toBe('done');
    expect(result.end.iteration).toBe(30);
    expect(result.earlyStop).toEqual(result.end);
    const dense = (await train({ kernels, plan: { ...wide, iterations: 30 } })).finalWeights;
    expect(result.mask).toEqual(prune(fullMask(wide.network), dense, 'magnitude', halves));
    expect(bitsOf(result.finalWeights)).toEqual(bitsOf(applyMask(dense, result.mask as Mask)));
  });

  it('ends pruned where it never settles', async () => {
    const plan = toyPlan(kernels, { ...toy, optimiser: { ...adam, lr: 0.1 } }, 'auto', 38);
    const { result, iterations } = await runOf(kernels, plan, { ...settings, groups: halves, threshold: 1e-9 });
    expect(iterations).toEqual([5, 10, 15, 20, 25, 30, 35, 38]);
    expect(countsOf(result.mask as Mask)).toEqual([32, 64]);
    expect(result.end.iteration).toBe(38);
  });
});
