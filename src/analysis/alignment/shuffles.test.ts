import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallNetworks } from '../../../test/fixtures/small-networks.js';
import { type Mask, type Network, prunableParameters } from '../../networks/network.js';
import { buildStack } from '../../networks/stack.js';
import { StreamReader, stream } from '../../random/stream.js';
import { dealtTensors, rewiredMask, shuffleNames, shuffles } from './shuffles.js';

function someMask(network: Network, seed: number): Mask {
  const reader = new StreamReader(stream(seed, 'mask'));
  return new Map(
    prunableParameters(network).map(({ name, size }) => {
      const tenths = reader.below(11);
      return [name, Uint8Array.from({ length: size }, () => (reader.below(10) < tenths ? 1 : 0))];
    }),
  );
}

const totals = (bits: Uint8Array, part: (place: number) => number) => {
  const sums = new Map<number, number>();
  bits.forEach((bit, place) => {
    sums.set(part(place), (sums.get(part(place)) ?? 0) + bit);
  });
  return [...sums].sort(([a], [b]) => a - b);
};

describe('shuffled masks', () => {
  it('keep what they say they keep', () => {
    fc.assert(
      fc.property(smallNetworks, fc.nat(1000), (network, seed) => {
        const mask = someMask(network, seed);
        for (const name of shuffleNames) {
          const shuffled = shuffles[name].mask(network, mask, seed);
          for (const { name: tensor, size, shape } of prunableParameters(network)) {
            const [before, after] = [mask.get(tensor)!, shuffled.get(tensor)!];
            expect(totals(after, () => 0)).toEqual(totals(before, () => 0));
            if (name !== 'degrees') continue;
            const length = size / shape[0];
            for (const part of [(i: number) => Math.floor(i / length), (i: number) => i % length]) {
              expect(totals(after, part)).toEqual(totals(before, part));
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are wired anew in every way that is left, each as often as any other', () => {
    // Of two 1s in each row and column of a 3 x 3 matrix there are six.
    const network = buildStack('net', { hidden: [3], activation: 'relu' }, { channels: 3, height: 1, width: 1 }, 2);
    const mask = new Map([['fc1.weight', Uint8Array.of(1, 1, 0, 0, 1, 1, 1, 0, 1)]]);
    const found = new Map<string, number>();
    for (let seed = 0; seed < 1200; seed++) {
      const text = rewiredMask(network, mask, seed).get('fc1.weight')!.join('');
      found.set(text, (found.get(text) ?? 0) + 1);
    }
    expect(found.size).toBe(6);
    for (const count of found.values()) expect(Math.abs(count - 200)).toBeLessThan(60);
  });

  it('take their values with them, survivors apart from what is pruned', () => {
    const network = buildStack('net', { hidden: [7], activation: 'relu' }, { channels: 5, height: 1, width: 1 }, 2);
    const mask = someMask(network, 5);
    const to = shuffles.weights.mask(network, mask, 6);
    const tensors = new Map(
      [...prunableParameters(network), { name: 'fc1.bias', size: 7 }].map(({ name, size }) => [
        name,
        Float32Array.from({ length: size }, (_, i) => i + 1),
      ]),
    );
    const dealt = dealtTensors(tensors, mask, to, 3);
    const kept = (values: Float32Array, bits: Uint8Array | undefined, bit: number) =>
      [...values].filter((_, i) => (bits?.[i] ?? 1) === bit).sort((a, b) => a - b);
    for (const [name, values] of tensors) {
      const after = dealt.get(name)!;
      for (const bit of [0, 1]) expect(kept(after, to.get(name), bit)).toEqual(kept(values, mask.get(name), bit));
      expect(after).not.toEqual(values);
    }
  });
});
