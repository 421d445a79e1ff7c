import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallNetworks } from '../../../test/fixtures/small-networks.js';
import { channelsOf } from '../../networks/channels.js';
import { InputError } from '../../networks/errors.js';
import { namedNetworks } from '../../networks/named.js';
import { type Mask, type Network, prunableParameters } from '../../networks/network.js';
import { buildStack } from '../../networks/stack.js';
import { shrunken, weightCount } from '../../networks/widths.js';
import { StreamReader, stream } from '../../random/stream.js';
import { maskDigest } from '../digest.js';
import { pruneInSteps } from '../in-steps.js';
import { ladder } from '../ladder.js';
import { countOf, densityOf, fullMask, keptCounts } from '../mask.js';
import { keepHighest, type Scored } from '../prune.js';
import { keepAt, type LadderSettings, ladderOf, type ScopeName, scopeNames } from '../scopes/index.js';
import {
  elementCounts,
  pruneByStructure,
  pruneElements,
  type Structure,
  structureNames,
  structures,
  survivingElements,
} from './index.js';

/** Weights of few values, so that many scores are equal. */
function coarseWeights(network: Network, seed: number): Map<string, Float32Array> {
  const reader = new StreamReader(stream(seed, 'coarse'));
  return new Map(
    prunableParameters(network).map(({ name, size }) => [
      name,
      Float32Array.from({ length: size }, () => reader.below(9) - 4),
    ]),
  );
}

const magnitudes = (weights: ReadonlyMap<string, Float32Array>): Scored =>
  new Map([...weights].map(([name, values]) => [name, values.map(Math.abs)]));

const someStructure: fc.Arbitrary<Structure> = fc.oneof(
  fc.constant<Structure>({ kind: 'weights' }),
  fc.constant<Structure>({ kind: 'units' }),
  fc.integer({ min: 1, max: 5 }).map((size): Structure => ({ kind: 'blocks', size })),
);
const someRatio = fc
  .tuple(fc.integer({ min: 2, max: 6 }), fc.nat(100))
  .map(([of, draw]) => ({ kind: 'n-of-m', keep: 1 + (draw % (of - 1)), of }) as const);

const settingsOf = (structure: Structure, scope: ScopeName, rate: number): LadderSettings => ({
  structure,
  scope,
  rate,
  outputRate: scope === 'global' ? rate : rate / 2,
});

const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
const bitsOf = (mask: Mask, name: string) => mask.get(name) as Uint8Array;
const isBelow = (after: Mask, before: Mask) =>
  [...after].every(([name, bits]) => bits.every((bit, i) => bit <= bitsOf(before, name)[i]));

describe('every structure and scope', () => {
  it('keep exact counts of elements, round after round, whatever the network and the weights', () => {
    fc.assert(
      fc.property(
        smallNetworks,
        someStructure,
        fc.constantFrom(...scopeNames),
        fc.double({ min: 0.05, max: 0.6, noNaN: true }),
        fc.nat(1000),
        (network, structure, scope, rate, seed) => {
          fc.pre(structures[structure.kind].scopes.includes(scope));
          const settings = settingsOf(structure, scope, rate);
          let mask: Mask = fullMask(network);
          for (let level = 1; level <= 3; level++) {
            const groups = keepAt(network, settings, level);
            const weights = coarseWeights(network, seed + level);
            const next = pruneByStructure(network, structure, mask, weights, 'magnitude', groups);
            const alive = survivingElements(network, next, structure);
            const collapsed = structure.kind === 'units' && [...alive.values()].includes(0);
            for (const { tensors, keep } of groups) {
              const kept = sum(tensors.map((name) => alive.get(name) as number));
              if (collapsed) expect(kept).toBeLessThanOrEqual(keep);
              else expect(kept).toBe(keep);
            }
            expect(isBelow(next, mask)).toBe(true);
            const named = new Set(groups.flatMap(({ tensors }) => tensors));
            for (const { name, size } of elementCounts(network, structure)) {
              if (!named.has(name) && !collapsed) expect(alive.get(name)).toBe(size);
            }
            mask = next;
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('prune to densities of all weights', () => {
    fc.assert(
      fc.property(
        smallNetworks,
        someStructure,
        fc.constantFrom(...scopeNames),
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        (network, structure, scope, density) => {
          fc.pre(structures[structure.kind].scopes.includes(scope) && structure.kind !== 'units');
          const settings = { ...settingsOf(structure, scope, 0.2), densities: [density], rates: { output: 0.2 } };
          const total = sum(elementCounts(network, structure).map(({ size }) => size));
          const kept = sum(keepAt(network, settings, 1).map(({ keep }) => keep));
          expect(kept).toBe(Math.round(density * total));
        },
      ),
    );
  });

  it('say who proposed them, and why they do not go with other scopes', () => {
    const network = buildStack(
      'small',
      { hidden: [5, 4], activation: 'relu' },
      { channels: 1, height: 2, width: 3 },
      3,
    );
    const settings: Record<string, Structure> = {
      weights: { kind: 'weights' },
      units: { kind: 'units' },
      blocks: { kind: 'blocks', size: 2 },
      'n-of-m': { kind: 'n-of-m', keep: 2, of: 4 },
    };
    for (const name of structureNames) {
      expect(structures[name].source).toMatch(/\d{4}/);
      for (const scope of scopeNames) {
        const attempt = () => keepAt(network, settingsOf(settings[name], scope, 0.2), 1);
        if ((structures[name].scopes as readonly string[]).includes(scope)) attempt();
        else expect(attempt).toThrow(`pruning.structure ${name} cannot go with pruning.scope ${scope}: `);
      }
    }
    const refused = (structure: Structure, more: Partial<LadderSettings> = {}, level = 1) =>
      expect(() => keepAt(network, { ...settingsOf(structure, 'layer', 0.2), ...more }, level));
    refused({ kind: 'blocks', size: 0 }).toThrow('size is 0; expected a whole number of at least 1');
    refused({ kind: 'n-of-m', keep: 4, of: 4 }).toThrow('keeps 4 of 4; expected');
    refused(settings['n-of-m'], {}, 2).toThrow('n-of-m has no level 2');
    refused(settings['n-of-m'], { densities: [0.5] }).toThrow('leave densities out');
    refused(settings.units, { densities: [0.01] }).toThrow(
      /densities has 0\.01, but with one unit left wherever units go, small still has 16\.13%/,
    );
    refused(settings.units, { densities: [0.5] }, 2).toThrow('none for level 2');
    expect(() =>
      pruneElements(network, fullMask(network), new Map(), settings.units, [{ tensors: ['fc1'], keep: 1 }]),
    ).toThrow(InputError);
    expect(() =>
      pruneElements(network, fullMask(network), new Map(), settings.units, [{ tensors: ['fc1.weight'], keep: 1 }]),
    ).toThrow('fc1.weight has no scores; expected one for each of 30 weights.');
  });
});

describe('single weights', () => {
  it('are pruned as ever, and their ladder is what it was', () => {
    fc.assert(
      fc.property(smallNetworks, fc.constantFrom('layer', 'global'), fc.nat(1000), (network, scope, seed) => {
        const structure: Structure = { kind: 'weights' };
        const scored = magnitudes(coarseWeights(network, seed));
        const settings = { scope, rate: 0.3, outputRate: 0.1 } as const;
        const groups = keepAt(network, settings, 2);
        const mask = pruneElements(network, fullMask(network), scored, structure, groups);
        expect(maskDigest(mask)).toBe(maskDigest(keepHighest(fullMask(network), scored, groups)));
        expect(ladderOf(network, { ...settings, structure }, 4)).toEqual(ladder(network, settings, 4));
        expect(ladderOf(network, settings, 4)).toEqual(ladder(network, settings, 4));
      }),
    );
  });
});

/** Every weight's place as [output, input, place of the kernel]. */
function placesOf(shape: readonly number[]): [number, number, number][] {
  const [outputs, inputs, rows = 1, columns = 1] = shape;
  return Array.from({ length: outputs * inputs * rows * columns }, (_, w) => [
    Math.floor(w / (inputs * rows * columns)),
    Math.floor(w / (rows * columns)) % inputs,
    w % (rows * columns),
  ]);
}

/** The places of elements in the order in which they go, from what each is made of. */
function order(means: readonly number[]): number[] {
  return [...means.keys()].sort((a, b) => means[a] - means[b] || a - b);
}

describe('blocks', () => {
  it('go whole, ragged ones at the edges too, by the mean of what is left of them', () => {
    fc.assert(
      fc.property(smallNetworks, fc.integer({ min: 1, max: 5 }), fc.nat(1000), (network, size, seed) => {
        const scored = magnitudes(coarseWeights(network, seed));
        const holes = new StreamReader(stream(seed, 'holes'));
        const before = new Map(
          [...fullMask(network)].map(([name, bits]) => [name, bits.map(() => (holes.below(4) > 0 ? 1 : 0))] as const),
        );
        for (const { name, shape } of prunableParameters(network)) {
          const found = new Map<string, number[]>();
          placesOf(shape).forEach(([o, i], w) => {
            const key = `${Math.floor(o / size)} ${Math.floor(i / size)}`;
            found.set(key, [...(found.get(key) ?? []), ...(bitsOf(before, name)[w] === 1 ? [w] : [])]);
          });
          const alive = [...found.values()].filter((weights) => weights.length > 0);
          const scores = scored.get(name) as Float32Array;
          const means = alive.map((weights) => sum(weights.map((w) => scores[w])) / weights.length);
          const keep = Math.floor(alive.length / 2);
          const expected = bitsOf(before, name).slice();
          for (const e of order(means).slice(0, alive.length - keep)) for (const w of alive[e]) expected[w] = 0;
          const groups = [{ tensors: [name], keep }];
          const mask = pruneElements(network, before, scored, { kind: 'blocks', size }, groups);
          expect(mask.get(name)).toEqual(expected);
          expect(elementCounts(network, { kind: 'blocks', size }).find((counted) => counted.name === name)?.size).toBe(
            found.size,
          );
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('n of each m', () => {
  it('are the highest of each few inputs, at each kernel place', () => {
    fc.assert(
      fc.property(smallNetworks, someRatio, fc.nat(1000), (network, structure, seed) => {
        const scored = magnitudes(coarseWeights(network, seed));
        const settings = { ...settingsOf(structure, 'layer', 0.5), outputRate: 0 };
        const groups = keepAt(network, settings, 1);
        const mask = pruneElements(network, fullMask(network), scored, structure, groups);
        for (const { name, shape, output } of prunableParameters(network)) {
          const rows = new Map<string, number[]>();
          placesOf(shape).forEach(([o, i, place], w) => {
            const key = `${o} ${place} ${Math.floor(i / structure.of)}`;
            rows.set(key, [...(rows.get(key) ?? []), w]);
          });
          const scores = scored.get(name) as Float32Array;
          const expected = new Uint8Array(scores.length).fill(1);
          for (const row of rows.values()) {
            const keep = output ? row.length : Math.ceil((structure.keep * row.length) / structure.of);
            for (const r of order(row.map((w) => scores[w])).slice(0, row.length - keep)) expected[row[r]] = 0;
          }
          expect(mask.get(name), name).toEqual(expected);
        }
        // What the ladder says beforehand is what there is.
        const [dense, pruned] = ladderOf(network, settings, 2);
        expect(dense.density).toBe(1);
        expect(pruned.layers).toEqual(keptCounts(network, mask));
        expect(
          maskDigest(pruneElements(network, fullMask(network), scored, structure, keepAt(network, settings, 0))),
        ).toBe(maskDigest(fullMask(network)));
      }),
      { numRuns: 60 },
    );
  });

  it('refuses any other count', () => {
    const network = buildStack('small', { hidden: [4], activation: 'relu' }, { channels: 1, height: 2, width: 3 }, 3);
    const scored = magnitudes(coarseWeights(network, 1));
    const groups = [{ tensors: ['fc1.weight'], keep: 13 }];
    expect(() => pruneElements(network, fullMask(network), scored, { kind: 'n-of-m', keep: 2, of: 4 }, groups)).toThrow(
      'fc1.weight: 13 weights are to survive; 2 of each 4 are 12, and all are 24.',
    );
  });
});

describe('units', () => {
  const small = buildStack('small', { hidden: [3, 2], activation: 'relu' }, { channels: 1, height: 1, width: 2 }, 2);

  it('lose their row and the columns that read it, by the mean of what comes in', () => {
    const scored: Scored = new Map([
      ['fc1.weight', Float32Array.of(5, 1, 2, 2, 0, 9)],
      ['fc2.weight', Float32Array.of(1, 1, 1, 3, 0, 2)],
    ]);
    const mask = pruneElements(small, fullMask(small), scored, { kind: 'units' }, [
      { tensors: ['fc1.weight'], keep: 2 },
      { tensors: ['fc2.weight'], keep: 1 },
    ]);
    // Means 3, 2, 4.5 and 1, 5/3.
    expect([...bitsOf(mask, 'fc1.weight')]).toEqual([1, 1, 0, 0, 1, 1]);
    expect([...bitsOf(mask, 'fc2.weight')]).toEqual([0, 0, 0, 1, 0, 1]);
    expect([...bitsOf(mask, 'fc3.weight')]).toEqual([0, 1, 0, 1]);
    // Ranked together the lowest two of 3, 2, 4.5, 1, 5/3 go: both of the second layer.
    const ranked = pruneElements(small, fullMask(small), scored, { kind: 'units' }, [
      { tensors: ['fc1.weight', 'fc2.weight'], keep: 3 },
    ]);
    expect([...survivingElements(small, ranked, { kind: 'units' })]).toEqual([
      ['fc1.weight', 3],
      ['fc2.weight', 0],
    ]);
    // All 5 cannot be wanted once 2 are gone; but of a network that is cut in two what is left stays.
    expect(() => pruneElements(small, mask, scored, { kind: 'units' }, [{ tensors: ['fc1.weight'], keep: 3 }])).toThrow(
      'fc1.weight: 3 weights are to survive, but only 2 are left.',
    );
    expect(() =>
      pruneElements(small, ranked, scored, { kind: 'units' }, [{ tensors: ['fc1.weight', 'fc2.weight'], keep: 4 }]),
    ).not.toThrow();
  });

  it('go from all tied layers of a residual stage, by one score', () => {
    const { build, input } = namedNetworks['resnet-20'];
    const network = build({ ...input, height: 8, width: 8 }, 10);
    const weights = coarseWeights(network, 4);
    const settings = settingsOf({ kind: 'units' }, 'layer', 0.25);
    const groups = keepAt(network, settings, 1);
    const mask = pruneByStructure(network, { kind: 'units' }, fullMask(network), weights, 'magnitude', groups);
    const parameters = new Map(prunableParameters(network).map((parameter) => [parameter.name, parameter]));
    const [, , , , , stage] = channelsOf(network).groups;
    const incoming = stage.rows.filter(({ tensor }) => parameters.has(tensor));
    const means = Array.from({ length: 32 }, (_, unit) => {
      let [total, count] = [0, 0];
      for (const { tensor } of incoming) {
        const { size } = parameters.get(tensor) as { size: number };
        const row = (weights.get(tensor) as Float32Array).subarray((unit * size) / 32, ((unit + 1) * size) / 32);
        for (const value of row) total += Math.abs(value);
        count += row.length;
      }
      return total / count;
    });
    const gone = new Set(order(means).slice(0, 8));
    for (const { tensor } of incoming) {
      const bits = bitsOf(mask, tensor);
      const size = bits.length / 32;
      for (let unit = 0; unit < 32; unit++) {
        expect(countOf(bits.subarray(unit * size, (unit + 1) * size)) > 0).toBe(!gone.has(unit));
      }
    }
    const [layer] = [bitsOf(mask, 'fc.weight')];
    expect(countOf(layer)).toBe(10 * 48);
  });

  it('leave what the ladder says, exactly where each group has its own count', () => {
    fc.assert(
      fc.property(
        smallNetworks,
        fc.double({ min: 0.05, max: 0.5, noNaN: true }),
        fc.nat(1000),
        (network, rate, seed) => {
          const settings = settingsOf({ kind: 'units' }, 'layer', rate);
          const rungs = ladderOf(network, settings, 4);
          let mask: Mask = fullMask(network);
          for (const { level, density, layers } of rungs) {
            const groups = keepAt(network, settings, level);
            mask = pruneByStructure(
              network,
              { kind: 'units' },
              mask,
              coarseWeights(network, seed),
              'magnitude',
              groups,
            );
            expect(keptCounts(network, mask)).toEqual(layers);
            expect(density).toBe(densityOf(layers));
          }
        },
      ),
    );
  });

  it('are as many as one common share leaves within a density', () => {
    fc.assert(
      fc.property(smallNetworks, fc.double({ min: 0.02, max: 1, noNaN: true }), (network, density) => {
        const settings = { ...settingsOf({ kind: 'units' }, 'layer', 0.2), densities: [density] };
        const { groups } = channelsOf(network);
        const weightsOf = (counts: readonly number[]) =>
          weightCount(shrunken(network, new Map(groups.map(({ name }, g) => [name, counts[g]])))) /
          weightCount(network);
        if (weightsOf(groups.map(() => 1)) > density) {
          expect(() => keepAt(network, settings, 1)).toThrow(InputError);
          return;
        }
        const counts = keepAt(network, settings, 1).map(({ keep }) => keep);
        expect(weightsOf(counts)).toBeLessThanOrEqual(density);
        expect(ladderOf(network, settings, 2)[1].density).toBe(weightsOf(counts));
        // Every share in steps finer than any channel: none that fits has more.
        const shares = new Map(
          Array.from({ length: 1000 }, (_, i) => {
            const widths = groups.map(({ size }) => Math.max(1, Math.floor((size * (i + 1)) / 1000 + 0.5)));
            return [widths.join(), widths];
          }),
        );
        const most = Math.max(...[...shares.values()].map(weightsOf).filter((share) => share <= density));
        expect(weightsOf(counts)).toBeGreaterThanOrEqual(most);
        const together = keepAt(network, { ...settings, scope: 'global' }, 1);
        expect(together.map(({ keep }) => keep)).toEqual([sum(counts)]);
      }),
      { numRuns: 30 },
    );
  });

  it('need one rate where outputs are added', () => {
    const { build, input } = namedNetworks['resnet-20'];
    const network = build(input, 10);
    const settings = { ...settingsOf({ kind: 'units' }, 'layer', 0.2), rates: { downsampling: 0 } };
    expect(() => keepAt(network, settings, 1)).toThrow(
      'layer2.0.conv2 (convolution) has rate 0.2 and layer2.0.shortcut.conv (downsampling) 0, but their outputs are added',
    );
    const alone = { ...settings, rates: {}, layers: { 'layer2.0.conv1': 0 } };
    expect(keepAt(network, alone, 1).map(({ tensors }) => tensors[0])).not.toContain('layer2.0.conv1.weight');
    expect(keepAt(network, alone, 1)).toHaveLength(11);
  });

  it('and blocks are pruned in steps as well as at once', () => {
    fc.assert(
      fc.property(smallNetworks, fc.boolean(), fc.nat(100), (network, whole, seed) => {
        const structure: Structure = whole ? { kind: 'units' } : { kind: 'blocks', size: 2 };
        const weights = coarseWeights(network, seed);
        const groups = keepAt(network, settingsOf(structure, 'layer', 0.4), 1);
        const found = pruneInSteps(
          fullMask(network),
          weights,
          { score: 'random', groups, elements: { network, structure }, steps: 3 },
          { seed },
          undefined,
        );
        expect(groups.map(({ tensors: [name] }) => survivingElements(network, found, structure).get(name))).toEqual(
          groups.map(({ keep }) => keep),
        );
      }),
      { numRuns: 40 },
    );
  });
});
