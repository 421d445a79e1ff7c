import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../networks/errors.js';
import { type Layer, type Network, prunableParameters } from '../networks/network.js';
import { kindOf, type PruningRates, pruningGroups } from './groups.js';
import { fullMask, keptCounts } from './mask.js';
import { collapsedLayers, prune } from './prune.js';
import { keepAt, ladderOf } from './scopes/index.js';

const convolution = (name: string, inputs: number, outputs: number, more: object = {}): Layer => ({
  kind: 'convolution',
  name,
  inputs,
  outputs,
  kernel: [3, 3],
  stride: 1,
  padding: 1,
  bias: true,
  ...more,
});
const linear = (name: string, inputs: number, outputs: number): Layer => ({ kind: 'linear', name, inputs, outputs });

const networkOf = (layers: readonly Layer[]): Network => ({
  name: 'tried',
  input: { channels: 3, height: 32, width: 32 },
  classes: 10,
  layers,
});

/** The weights of the paper's Conv-2: 4.3 million. */
const conv2 = networkOf([
  convolution('conv1', 3, 64),
  convolution('conv2', 64, 64),
  { kind: 'max-pool', kernel: 2, stride: 2 },
  linear('fc1', 16 * 16 * 64, 256),
  linear('fc2', 256, 256),
  linear('fc3', 256, 10),
]);

/** A residual network in small: a shortcut with a convolution, and batch normalisation, which is never pruned. */
const residual = networkOf([
  convolution('conv1', 3, 4),
  { kind: 'batch-normalisation', name: 'bn1', channels: 4 },
  convolution('block.conv', 4, 8),
  convolution('block.shortcut', 4, 8, { kernel: [1, 1], padding: 0, downsampling: true, from: ['bn1'] }),
  { kind: 'addition', from: ['block.conv', 'block.shortcut'] },
  { kind: 'global-average-pool' },
  linear('fc', 8, 10),
]);

const keptAt = (network: Network, rates: PruningRates, level: number) =>
  Object.fromEntries(ladderOf(network, rates, level + 1)[level].layers.map(({ layer, kept }) => [layer, kept]));

describe('rates by kind', () => {
  const paper: PruningRates = { scope: 'layer', rate: 0.2, outputRate: 0.1, rates: { convolution: 0.1 } };

  it('prune Conv-2 as the paper does, to the exact counts', () => {
    expect(keptAt(conv2, paper, 1)).toEqual({ conv1: 1555, conv2: 33_178, fc1: 3_355_443, fc2: 52_429, fc3: 2304 });
    // 1555 - round(155.5) = 1399: counts are rounded round by round, as a mask must be.
    expect(keptAt(conv2, paper, 2)).toEqual({ conv1: 1399, conv2: 29_860, fc1: 2_684_354, fc2: 41_943, fc3: 2074 });
    expect(ladderOf(conv2, paper, 3).map(({ density }) => (density * 100).toFixed(2))).toEqual([
      '100.00',
      '80.10',
      '64.16',
    ]);
  });

  it('may be said kind by kind, or layer by layer', () => {
    const kinds: PruningRates = {
      scope: 'layer',
      rate: 0.5,
      outputRate: 0.5,
      rates: { convolution: 0.1, linear: 0.2, output: 0.1 },
    };
    expect(keepAt(conv2, kinds, 5)).toEqual(keepAt(conv2, paper, 5));
    const layers = { conv1: 0.1, conv2: 0.1, fc1: 0.2, fc2: 0.2, fc3: 0.1 };
    expect(keepAt(conv2, { ...kinds, rates: { linear: 0.9 }, layers }, 5)).toEqual(keepAt(conv2, paper, 5));
  });

  it('leave a layer at 0 alone', () => {
    const rates: PruningRates = { ...paper, layers: { fc1: 0 } };
    expect(keptAt(conv2, rates, 4).fc1).toBe(4_194_304);
    expect(keepAt(conv2, rates, 4).flatMap(({ tensors }) => tensors)).not.toContain('fc1.weight');
  });

  it('know a shortcut from other convolutions, which lend it their rate', () => {
    expect(prunableParameters(residual).map(kindOf)).toEqual(['convolution', 'convolution', 'downsampling', 'output']);
    expect(keptAt(residual, { ...paper, rates: { convolution: 0.5, downsampling: 0.25 } }, 1)).toEqual({
      conv1: 54,
      'block.conv': 144,
      'block.shortcut': 24,
      fc: 72,
    });
    expect(keptAt(residual, { ...paper, rates: { convolution: 0.5 } }, 1)['block.shortcut']).toBe(16);
  });
});

describe('a global scope', () => {
  const overConvolutions: PruningRates = {
    scope: 'global',
    rate: 0.2,
    outputRate: 0.1,
    rates: { linear: 0, downsampling: 0 },
  };

  it('counts those left alone out of N', () => {
    const [group, ...others] = keepAt(residual, overConvolutions, 1);
    expect(others).toEqual([]);
    expect(group.tensors).toEqual(['conv1.weight', 'block.conv.weight']);
    // 108 + 288 convolution weights lose 79, not a fifth of all 508.
    expect(group.keep).toBe(396 - 79);
    expect(ladderOf(residual, overConvolutions, 2)[1].density).toBe((508 - 79) / 508);
  });

  it('includes the output layer, or any layer, only on request', () => {
    const names = (rates: PruningRates) => keepAt(residual, rates, 1).flatMap(({ tensors }) => tensors);
    expect(names({ ...overConvolutions, rates: {} })).toHaveLength(3);
    expect(names({ ...overConvolutions, rates: { output: 0.2 } })).toHaveLength(4);
    expect(names({ ...overConvolutions, layers: { fc: 0.2, conv1: 0 } })).toEqual(['block.conv.weight', 'fc.weight']);
  });

  it('refuses a second rate, and layers that are not there', () => {
    expect(() => pruningGroups(residual, { ...overConvolutions, rates: { convolution: 0.1 } })).toThrow(
      'conv1 (convolution) has rate 0.1 in a global scope, which has one rate, 0.2',
    );
    expect(() => pruningGroups(residual, { ...overConvolutions, layers: { conv9: 0.2 } })).toThrow(
      /^layers\.conv9 is 0\.2, but .*; expected one of conv1, block\.conv, block\.shortcut, fc\./,
    );
    expect(() => pruningGroups(residual, { ...overConvolutions, layers: { bn1: 0.2 } })).toThrow(InputError);
  });

  it('keeps exact counts in its group and every weight elsewhere, whatever the weights', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 508, maxLength: 508 }), (drawn) => {
        let at = 0;
        const trained = new Map(
          prunableParameters(residual).map(({ name, size }) => {
            at += size;
            return [name, Float32Array.from(drawn.slice(at - size, at))];
          }),
        );
        let mask = fullMask(residual);
        let remaining = 396;
        for (let level = 1; level <= 3; level++) {
          mask = prune(mask, trained, 'magnitude', keepAt(residual, overConvolutions, level));
          remaining -= Math.round(0.2 * remaining);
          const kept = Object.fromEntries(keptCounts(residual, mask).map((count) => [count.layer, count.kept]));
          expect(kept.conv1 + kept['block.conv']).toBe(remaining);
          expect(kept['block.shortcut']).toBe(32);
          expect(kept.fc).toBe(80);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('may empty a layer, which is then named', () => {
    const trained = new Map(
      prunableParameters(residual).map(({ name, size }) => [
        name,
        new Float32Array(size).fill(name === 'conv1.weight' ? 0.01 : 1),
      ]),
    );
    const rates: PruningRates = { ...overConvolutions, rate: 0.5 };
    const mask = prune(fullMask(residual), trained, 'magnitude', keepAt(residual, rates, 1));
    const counts = keptCounts(residual, mask);
    expect(counts.map(({ kept }) => kept)).toEqual([0, 198, 32, 80]);
    expect(collapsedLayers(counts)).toEqual(['conv1']);
    // What is empty stays so, and the next round continues with the rest.
    const next = keptCounts(residual, prune(mask, trained, 'magnitude', keepAt(residual, rates, 2)));
    expect(next.map(({ kept }) => kept)).toEqual([0, 99, 32, 80]);
  });
});
