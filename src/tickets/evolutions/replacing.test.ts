import { beforeAll, describe, expect, it } from 'vitest';
import { type ReferenceWeights, referenceLoss } from '../../../test/fixtures/reference-network.js';
import { toyPlan } from '../../../test/fixtures/toy-plan.js';
import { countsOf, FIRST, momentOf, runOf, SECOND, toy } from '../../../test/fixtures/watched-evolution.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import type { Mask } from '../../networks/network.js';
import { StreamReader, shuffle, stream } from '../../random/stream.js';
import type { TrainingPlan } from '../../training/index.js';
import { spreadMask } from '../controls.js';
import { countOf } from '../mask.js';
import { type EvolutionSettings, evolutionOf } from './index.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

/** What SET and RigL have in common: counts that stay, nothing dead that trains, and who goes. */
async function checkReplacing(
  plan: TrainingPlan,
  settings: EvolutionSettings,
  losing: (kept: number, t: number) => number,
) {
  const { result, changes, seen } = await runOf(kernels, plan, settings);
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

  it('replaces the smallest by as many at random, never by those that just went', async () => {
    const plan = toyPlan(kernels, { ...toy, density: 0.4 }, 'auto', 50);
    const { changes } = await checkReplacing(plan, settings, (kept) => Math.round(0.3 * kept));
    expect(changes.map(({ moment }) => moment.iteration)).toEqual([6, 12, 18, 24, 30, 36]);
    for (const { before, after } of changes) {
      for (const [name, was] of before) {
        const is = after.get(name) as Uint8Array;
        const gone = was.filter((bit, i) => bit === 1 && is[i] === 0).length;
        expect(gone).toBe(Math.round(0.3 * countOf(was)));
      }
    }
    const again = (await runOf(kernels, plan, settings, 1)).changes.map(({ after }) => after);
    expect(again).toEqual(changes.map(({ after }) => after));
    expect((await runOf(kernels, plan, settings, 2)).changes[0].after).not.toEqual(changes[0].after);
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

  it('replaces no more than there are pruned weights, and leaves a whole layer whole', async () => {
    const plan = toyPlan(kernels, toy, 'auto', 20);
    const mask = spreadMask(plan.network, new Map([[FIRST, 310]]), 1);
    const { changes } = await runOf(kernels, { ...plan, mask }, settings);
    for (const { before, after } of changes) {
      const [was, is] = [before, after].map((bits) => bits.get(FIRST) as Uint8Array);
      expect(is.every((bit, i) => bit === 1 || was[i] === 1)).toBe(true);
      expect(was.every((bit, i) => bit === 1 || is[i] === 1)).toBe(true);
      expect(countsOf(after)).toEqual([310, 64]);
    }
    await expect(runOf(kernels, plan, settings)).rejects.toThrow(/every weight of toy survives.*sparse mask/);
  });
});

describe('the rigged lottery', () => {
  const settings = { kind: 'rigl', every: 6, until: 40, fraction: 0.3 } as const;
  const share = (t: number) => 0.15 * (1 + Math.cos((Math.PI * t) / 40));

  it('grows exactly where the dense gradient on the due batch is largest, by central differences', async () => {
    const plan = toyPlan(kernels, { ...toy, density: 0.4 }, 'auto', 50);
    const { changes, result } = await checkReplacing(plan, settings, (kept, t) => Math.round(share(t) * kept));
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
