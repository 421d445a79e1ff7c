import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coarseWeights, magnitudes, order, settingsOf, sum } from '../../../test/fixtures/elements.js';
import { smallNetworks } from '../../../test/fixtures/small-networks.js';
import { InputError } from '../../networks/errors.js';
import { type Mask, type Network, prunableParameters } from '../../networks/network.js';
import { buildStack } from '../../networks/stack.js';
import { StreamReader, stream } from '../../random/stream.js';
import { maskDigest } from '../digest.js';
import { type PruningRates, pruningGroups } from '../groups.js';
import { afterRounds, type Rung } from '../ladder.js';
import { fullMask, keptCounts } from '../mask.js';
import { keepHighest } from '../prune.js';
import { keepAt, type LadderSettings, ladderOf, scopeNames } from '../scopes/index.js';
import {
  elementCounts,
  pruneByStructure,
  pruneElements,
  type Structure,
  structureNames,
  structures,
  survivingElements,
} from './index.js';

const someStructure: fc.Arbitrary<Structure> = fc.oneof(
  fc.constant<Structure>({ kind: 'weights' }),
  fc.constant<Structure>({ kind: 'units' }),
  fc.integer({ min: 1, max: 5 }).map((size): Structure => ({ kind: 'blocks', size })),
);
const someRatio = fc
  .tuple(fc.integer({ min: 2, max: 6 }), fc.nat(100))
  .map(([of, draw]) => ({ kind: 'n-of-m', keep: 1 + (draw % (of - 1)), of }) as const);

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
        else expect(attempt).toThrow(`scope is ${scope}, but structure ${name} cannot go with it: `);
      }
    }
    const refused = (structure: Structure, more: Partial<LadderSettings> = {}, level = 1) =>
      expect(() => keepAt(network, { ...settingsOf(structure, 'layer', 0.2), ...more }, level));
    refused({ kind: 'blocks', size: 0 }).toThrow('structure.blocks is 0; expected a whole number of at least 1.');
    refused({ kind: 'n-of-m', keep: 4, of: 4 }).toThrow('structure.keep is 4, but of is 4; expected whole numbers');
    refused(settings['n-of-m'], {}, 2).toThrow('level 2 is asked for, and once 2 of each 4 weights are left');
    refused(settings['n-of-m'], { densities: [0.5] }).toThrow(
      'densities is [0.5], but structure n-of-m sets the density itself, 2 of each 4; expected none.',
    );
    refused(settings.units, { densities: [0.01] }).toThrow(
      /densities is 0\.01, but with one unit left wherever units are pruned small still has 16\.13%/,
    );
    refused(settings.units, { densities: [0.5] }, 2).toThrow('level 2 is asked for');
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
        expect(ladderOf(network, { ...settings, structure }, 4)).toEqual(plainLadder(network, settings, 4));
        expect(ladderOf(network, settings, 4)).toEqual(plainLadder(network, settings, 4));
      }),
    );
  });
});

/** A ladder of single weights as it was before there was anything else to prune: group by group, round by round. */
function plainLadder(network: Network, rates: PruningRates, levels: number): Rung[] {
  const parameters = prunableParameters(network);
  const total = sum(parameters.map(({ size }) => size));
  const groups = pruningGroups(network, rates);
  return Array.from({ length: levels }, (_, level): Rung => {
    const keeping = groups.map((group) => ({ ...group, keep: afterRounds(group.size, group.rate, level) }));
    const layers = parameters.map(({ name, layer, size }) => {
      const group = keeping.find(({ parameters: own }) => own.some((one) => one.name === name));
      return { layer, kept: group ? Math.round((size * group.keep) / group.size) : size, total: size };
    });
    const kept =
      rates.scope === 'layer'
        ? sum(layers.map((one) => one.kept))
        : total - sum(keeping.map(({ size, keep }) => size - keep));
    return { level, density: kept / total, layers };
  });
}

/** Every weight's place as [output, input, place of the kernel]. */
function placesOf(shape: readonly number[]): [number, number, number][] {
  const [outputs, inputs, rows = 1, columns = 1] = shape;
  return Array.from({ length: outputs * inputs * rows * columns }, (_, w) => [
    Math.floor(w / (inputs * rows * columns)),
    Math.floor(w / (rows * columns)) % inputs,
    w % (rows * columns),
  ]);
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
