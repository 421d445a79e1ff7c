import { beforeAll, describe, expect, it } from 'vitest';
import { bitsOf, toyPlan } from '../../../test/fixtures/toy-plan.js';
import { countsOf, FIRST, momentOf, runOf, SECOND, toy } from '../../../test/fixtures/watched-evolution.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import type { Mask, Tensors } from '../../networks/network.js';
import { spreadMask } from '../controls.js';
import { countOf } from '../mask.js';
import { type EvolutionSettings, evolutionOf } from './index.js';
import { withoutNearestZero } from './lose.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

describe("SET as its authors' code has it", () => {
  const settings = { kind: 'set', every: 6, until: 40, fraction: 0.3, drop: 'by-sign', grow: 'anywhere' } as const;

  it('drops of each sign the share nearest to zero, by hand', () => {
    // Ten positive and five negative weights of 0.1 to 1 and -2 to -10; three and 1.5, rounded to 2, go. By magnitude alone
    // 0.3 x 15 would be the five smallest positive ones.
    const positive = [0.5, 0.1, 0.9, 0.3, 1, 0.2, 0.7, 0.4, 0.8, 0.6];
    const negative = [-6, -2, -10, -4, -8];
    const weights = Float32Array.from([...positive, ...negative, 0.05]);
    const bits = Uint8Array.from([...positive.map(() => 1), ...negative.map(() => 1), 0]);
    const left = withoutNearestZero(bits, weights, 0.3);
    const gone = [...weights].filter((_, i) => bits[i] === 1 && left[i] === 0).map((w) => Number(w.toFixed(6)));
    expect(gone).toEqual([0.1, 0.3, 0.2, -2, -4]);
    expect(left[15]).toBe(0);
    // What is zero has no sign, and goes whatever the share.
    expect([...withoutNearestZero(Uint8Array.of(1, 1, 1), Float32Array.of(0, -0, 3), 0.1)]).toEqual([0, 0, 1]);
    // The first of equal ones goes first.
    expect([...withoutNearestZero(Uint8Array.of(1, 1, 1, 1), Float32Array.of(2, 2, -1, -1), 0.5)]).toEqual([
      0, 1, 0, 1,
    ]);
  });

  it('grows in every empty place as often as in any other, those just emptied too', () => {
    const { network } = toyPlan(kernels, toy, 'auto', 1);
    const mask = spreadMask(network, new Map([[FIRST, 100]]), 1);
    const weights = new Map(
      [...mask].map(([name, bits]) => [name, bits.reduce(alternating, new Float32Array(bits.length))]),
    );
    const evolution = evolutionOf(network, { ...settings, every: 1, until: 2001 }, 5);
    const was = mask.get(FIRST) as Uint8Array;
    const lost = withoutNearestZero(was, weights.get(FIRST) as Float32Array, 0.3).map((bit, i) => was[i] - bit);
    expect(countOf(lost)).toBe(30);
    const grown = new Float64Array(320);
    for (let t = 1; t <= 2000; t++) {
      const change = evolution.change(momentOf(network, t, weights, mask));
      if (change.kind !== 'change') throw new Error(change.kind);
      const is = change.mask.get(FIRST) as Uint8Array;
      expect(countOf(is)).toBe(100);
      // What grows anew: everything that stands where nothing was left.
      if (t <= 20) expect(change.anew?.get(FIRST)).toEqual(is.map((bit, i) => bit & +(was[i] === 0 || lost[i] === 1)));
      is.forEach((bit, i) => {
        if (bit === 1 && (was[i] === 0 || lost[i] === 1)) grown[i]++;
      });
    }
    // 30 of 250 each time: 240 times in 2000, five deviations of 14.5 either way.
    was.forEach((bit, i) => {
      if (bit === 1 && lost[i] === 0) expect(grown[i]).toBe(0);
      else expect(Math.abs(grown[i] - 2000 * (30 / 250))).toBeLessThan(73);
    });
  });

  it('begins at zero in a place that was emptied just before, and leaves a dense layer alone', async () => {
    const plan = toyPlan(kernels, toy, 'auto', 20);
    const mask = spreadMask(plan.network, new Map([[FIRST, 300]]), 1);
    const at = [6, 12, 18];
    const { changes, result } = await runOf(kernels, { ...plan, mask, snapshots: at }, settings);
    expect(changes.map(({ moment }) => moment.iteration)).toEqual(at);
    let again = 0;
    for (const { moment, before, after } of changes) {
      expect(countsOf(after)).toEqual([300, 64]);
      const values = moment.weights.get(FIRST) as Float32Array;
      const left = withoutNearestZero(before.get(FIRST) as Uint8Array, values, 0.3);
      const now = (result.snapshots.get(moment.iteration) as Tensors).get(FIRST) as Float32Array;
      (after.get(FIRST) as Uint8Array).forEach((bit, i) => {
        if (left[i] === 1) expect(now[i]).toBe(values[i]);
        else expect(Object.is(now[i], 0)).toBe(true);
        if (left[i] === 0 && bit === 1 && before.get(FIRST)?.[i] === 1) again++;
      });
      expect(result.snapshots.get(moment.iteration)?.get(SECOND)).toEqual(moment.weights.get(SECOND));
    }
    // 20 of 320 are empty, 90 more each time: most of those that grow were there just before.
    expect(again).toBeGreaterThan(150);
  });
});

describe("RigL as its authors' code has it", () => {
  const settings = { kind: 'rigl', every: 6, until: 40, fraction: 0.3, atChange: 'hold' } as const;

  it('takes no step where its mask changes: weights stay, and so many steps fewer are taken', async () => {
    const plan = toyPlan(kernels, { ...toy, density: 0.4 }, 'auto', 50);
    const every = Array.from({ length: 51 }, (_, i) => i);
    const { changes, result } = await runOf(kernels, { ...plan, snapshots: every }, settings);
    const at = [6, 12, 18, 24, 30, 36];
    expect(changes.map(({ moment }) => moment.iteration)).toEqual(at);
    for (let t = 0; t < 50; t++) {
      const [now, next] = [t, t + 1].map((iteration) => bitsOf(result.snapshots.get(iteration) as Tensors));
      if (at.includes(t)) expect(next).toEqual(now);
      else if (!at.includes(t + 1)) expect(next).not.toEqual(now);
    }
    expect(result.end.iteration).toBe(50);
    expect([result.work.examples, result.work.searchExamples]).toEqual([20 * (50 - 6), 20 * 6]);
  });

  it('finds the mask of its first change as it does with steps, and others after', async () => {
    const plan = toyPlan(kernels, { ...toy, density: 0.4 }, 'auto', 50);
    const [held, stepped] = [settings, { ...settings, atChange: 'step' as const }];
    const masks = async (given: EvolutionSettings) =>
      (await runOf(kernels, plan, given)).changes.map(({ after }): Mask => after);
    const [one, other] = [await masks(held), await masks(stepped)];
    expect(one[0]).toEqual(other[0]);
    expect(one.at(-1)).not.toEqual(other.at(-1));
    const { atChange: _before, ...unsaid } = stepped;
    expect(await masks(unsaid)).toEqual(other);
  });
});

/** Weights of alternating signs and growing size. */
function alternating(values: Float32Array, bit: number, i: number): Float32Array {
  values[i] = bit === 0 ? 0 : (i % 2 === 0 ? 1 : -1) * (1 + i / 1000);
  return values;
}
