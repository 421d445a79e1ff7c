import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDescribed, type DescribedLayer } from '../../networks/described.js';
import { namedNetworks } from '../../networks/named.js';
import { type Network, prunableParameters } from '../../networks/network.js';
import { buildStack } from '../../networks/stack.js';
import { fullMask } from '../mask.js';
import { prune } from '../prune.js';
import { erdosRenyiCounts, keepAt, type LadderSettings, ladderOf, scopeNames, scopes, uniformCounts } from './index.js';
import { countsTo, erdosRenyiKernelCounts } from './spread.js';

const lenet = namedNetworks['lenet-300-100'].build({ channels: 1, height: 28, width: 28 }, 10);
const image = { channels: 2, height: 8, width: 8 };

/** Fully connected and convolutional networks of all widths. */
const networks: fc.Arbitrary<Network> = fc.oneof(
  fc
    .array(fc.integer({ min: 1, max: 40 }), { maxLength: 5 })
    .map((hidden) => buildStack('stack', { hidden, activation: 'relu' }, image, 3)),
  fc
    .array(fc.record({ channels: fc.integer({ min: 1, max: 12 }), kernel: fc.constantFrom(1, 3, 5) }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((convolutions) => {
      const layers = convolutions.flatMap(({ channels, kernel }): DescribedLayer[] => [
        { convolution: channels, kernel, padding: (kernel - 1) / 2 },
        'relu',
      ]);
      return buildDescribed('maps', [...layers, { linear: 7 }, { linear: 3 }], image, 3);
    }),
);
const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
const scopeName = fc.constantFrom(...scopeNames);

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
const kept = (groups: readonly { keep: number }[]) => sum(groups.map(({ keep }) => keep));
const sizeOf = (network: Network) => sum(prunableParameters(network).map(({ size }) => size));

describe('a scope', () => {
  it('keeps exactly what a density asks for, counting the layers that are left alone', () => {
    fc.assert(
      fc.property(networks, scopeName, share, share, fc.boolean(), (network, scope, rate, density, outputToo) => {
        const settings: LadderSettings = { scope, rate, outputRate: rate, densities: [density] };
        const given = { ...settings, ...(outputToo ? { rates: { output: rate } } : {}) };
        const all = prunableParameters(network);
        const output = all.at(-1)?.size as number;
        const alone = scope === 'global' && !outputToo ? output : 0;
        const total = sizeOf(network);
        const wanted = Math.round(density * total);
        if (alone > wanted) {
          expect(() => keepAt(network, given, 1)).toThrow(/left alone hold/);
          return;
        }
        if (alone === total) return;
        const groups = keepAt(network, given, 1);
        expect(kept(groups) + alone).toBe(wanted);
        const sizes = new Map(all.map(({ name, size }) => [name, size]));
        for (const { tensors, keep } of groups) {
          expect(Number.isInteger(keep) && keep >= 0).toBe(true);
          expect(keep).toBeLessThanOrEqual(sum(tensors.map((name) => sizes.get(name) as number)));
        }
        expect(new Set(groups.flatMap(({ tensors }) => tensors)).size).toBe(all.length - (alone > 0 ? 1 : 0));
      }),
    );
  });

  it('never keeps more of a layer for fewer in all, so that masks of a ladder lie within each other', () => {
    fc.assert(
      fc.property(networks, scopeName, share, fc.integer({ min: 1, max: 40 }), (network, scope, rate, less) => {
        const parameters = prunableParameters(network).map((parameter, i) => ({
          parameter,
          rate: rate / (1 + (i % 2)),
        }));
        const total = sizeOf(network);
        let before = parameters.map(({ parameter }) => parameter.size);
        for (let keep = total; keep >= 0; keep -= Math.max(1, Math.ceil((total * less) / 400))) {
          const groups = scopes[scope].groups(parameters, keep);
          expect(kept(groups)).toBe(keep);
          if (scope === 'global') return;
          const now = groups.map((group) => group.keep);
          expect(now.every((count, i) => count <= before[i])).toBe(true);
          before = now;
        }
      }),
    );
  });

  it('prunes a whole ladder round by round down to its last weights', () => {
    const network = buildStack(
      'small',
      { hidden: [9, 5], activation: 'relu' },
      { channels: 1, height: 3, width: 3 },
      3,
    );
    const trained = new Map(
      prunableParameters(network).map(({ name, size }) => [name, Float32Array.from({ length: size }, (_, i) => i + 1)]),
    );
    for (const scope of scopeNames) {
      let mask = fullMask(network);
      const settings: LadderSettings = { scope, rate: 0.15, outputRate: 0.15, rates: { output: 0.15 } };
      for (let level = 1; level < 30; level++)
        mask = prune(mask, trained, 'magnitude', keepAt(network, settings, level));
      const left = sum([...mask.values()].map((bits) => sum([...bits])));
      expect(left, scope).toBe(kept(keepAt(network, settings, 29)));
      expect(left).toBeLessThan(12);
    }
  });

  it('shows on the ladder what it keeps', () => {
    for (const scope of scopeNames) {
      const settings: LadderSettings = { scope, rate: 0.2, outputRate: 0.1, densities: [0.5, 0.1] };
      const rungs = ladderOf(lenet, settings, 3);
      expect(rungs.map(({ density }) => Math.round(density * 266_200))).toEqual([266_200, 133_100, 26_620]);
      expect(rungs[0].layers.every((layer) => layer.kept === layer.total)).toBe(true);
    }
  });

  it('leaves alone what has rate 0, and refuses a density that those layers alone exceed', () => {
    const settings: LadderSettings = { scope: 'uniform', rate: 0.2, outputRate: 0.1, layers: { fc1: 0 } };
    // fc1 holds 235,200 of 266,200.
    expect(kept(keepAt(lenet, { ...settings, densities: [0.9] }, 1))).toBe(239_580 - 235_200);
    expect(() => keepAt(lenet, { ...settings, densities: [0.9, 0.88] }, 2)).toThrow(
      'densities is 0.88, but the layers of lenet-300-100 that are left alone hold 88.35% of its weights; expected more, or a rate above 0',
    );
  });

  it('refuses a level for which no density is given, rather than to go on by rounds', () => {
    const settings: LadderSettings = { scope: 'uniform', rate: 0.2, outputRate: 0.1, densities: [0.5] };
    expect(() => keepAt(lenet, settings, 2)).toThrow(
      /^densities is .*, but level 2 is asked for; expected one density for each level/,
    );
  });

  it('refuses a layer that is not there, and a second rate under global', () => {
    const settings: LadderSettings = { scope: 'erdos-renyi', rate: 0.2, outputRate: 0.1, layers: { fc9: 0.1 } };
    expect(() => keepAt(lenet, settings, 1)).toThrow(
      /layers.fc9 is .*no layer with weights of that name.*fc1, fc2, fc3/,
    );
    const two: LadderSettings = { scope: 'global', rate: 0.2, outputRate: 0.1, layers: { fc1: 0.1 }, densities: [0.5] };
    expect(() => keepAt(lenet, two, 1)).toThrow(/a global scope, which has one rate/);
  });

  it('says who proposed it', () => {
    for (const name of scopeNames) expect(scopes[name].source).toMatch(/\d{4}/);
  });
});

describe('densities by layer', () => {
  const parameters = prunableParameters(lenet);

  it('of scope layer fall at each layer\u2019s own rate', () => {
    // After one round at 20% and 10%: 188,160 + 24,000 + 900.
    const settings: LadderSettings = { scope: 'layer', rate: 0.2, outputRate: 0.1, densities: [213_060 / 266_200] };
    expect(keepAt(lenet, settings, 1).map(({ keep }) => keep)).toEqual([188_160, 24_000, 900]);
    // The rounds of the ladder itself are counted exactly.
    const { densities: _none, ...rounds } = settings;
    expect(keepAt(lenet, rounds, 1).map(({ keep }) => keep)).toEqual([188_160, 24_000, 900]);
  });

  it('of scope uniform are the same, the output layer\u2019s too', () => {
    const settings: LadderSettings = { scope: 'uniform', rate: 0.2, outputRate: 0.1 };
    expect(keepAt(lenet, settings, 1).map(({ keep }) => keep)).toEqual([188_160, 24_000, 800]);
    expect(uniformCounts(parameters, 26_620)).toEqual([23_520, 3000, 100]);
  });

  it('of Erdos and Renyi go with (inputs + outputs) / (inputs x outputs)', () => {
    // 1084, 400 and 110 over a common factor, which for 13,310 weights is 13,310 / 1594.
    expect(erdosRenyiCounts(parameters, 13_310)).toEqual([9051, 3340, 919]);
    expect(
      scopes['erdos-renyi'].groups(
        parameters.map((parameter) => ({ parameter, rate: 0.2 })),
        13_310,
      ),
    ).toEqual([
      { tensors: ['fc1.weight'], keep: 9051 },
      { tensors: ['fc2.weight'], keep: 3340 },
      { tensors: ['fc3.weight'], keep: 919 },
    ]);
  });

  it('leave a layer whole that would be more than full, and the others share the rest', () => {
    // fc3 would keep 3674 of its 1000; 52,240 are left for 1084 and 400.
    expect(erdosRenyiCounts(parameters, 53_240)).toEqual([38_159, 14_081, 1000]);
    expect(erdosRenyiCounts(parameters, 266_200)).toEqual([235_200, 30_000, 1000]);
    expect(erdosRenyiCounts(parameters, 266_199)).toEqual([235_199, 30_000, 1000]);
    expect(erdosRenyiCounts(parameters, 0)).toEqual([0, 0, 0]);
  });

  it('of Erdos and Renyi with kernels count a window\u2019s sides too', () => {
    const network = buildDescribed(
      'maps',
      [{ convolution: 4, kernel: [3, 5], padding: 2 }, 'relu', 'global-average-pool', { linear: 10 }],
      image,
      10,
    );
    const convolutional = prunableParameters(network);
    // 4 x 2 x 3 x 5 and 10 x 4. Sums of sides 14 and 14: each keeps as many. Without sides: 6 x 15 and 14.
    expect(erdosRenyiKernelCounts(convolutional, 30)).toEqual([15, 15]);
    expect(erdosRenyiCounts(convolutional, 52)).toEqual([45, 7]);
  });

  it('are dealt out to the first where several go up at once', () => {
    const same = (factor: number) => [3 * factor, 3 * factor, 3 * factor];
    const way = [0, 1] as const;
    expect([0, 1, 2, 3, 4, 9].map((total) => countsTo(total, [3, 3, 3], same, way))).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [1, 1, 0],
      [1, 1, 1],
      [2, 1, 1],
      [3, 3, 3],
    ]);
    expect(() => countsTo(10, [3, 3, 3], same, way)).toThrow(/10 weights cannot be spread over 3, 3, 3/);
    expect(() => countsTo(-1, [3, 3, 3], same, way)).toThrow(RangeError);
  });
});
