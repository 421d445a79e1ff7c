import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coarseWeights, order, settingsOf, sum } from '../../../test/fixtures/elements.js';
import { smallNetworks } from '../../../test/fixtures/small-networks.js';
import { channelsOf } from '../../networks/channels.js';
import { InputError } from '../../networks/errors.js';
import { namedNetworks } from '../../networks/named.js';
import { type Mask, prunableParameters } from '../../networks/network.js';
import { buildStack } from '../../networks/stack.js';
import { shrunken, weightCount } from '../../networks/widths.js';
import { pruneInSteps } from '../in-steps.js';
import { countOf, densityOf, fullMask, keptCounts } from '../mask.js';
import type { Scored } from '../prune.js';
import { keepAt, ladderOf } from '../scopes/index.js';
import { pruneByStructure, pruneElements, type Structure, survivingElements } from './index.js';

const bitsOf = (mask: Mask, name: string) => mask.get(name) as Uint8Array;

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
