import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { bitsOf, toyPlan } from '../../../test/fixtures/toy-plan.js';
import { FIRST, halves, runOf, SECOND, toy } from '../../../test/fixtures/watched-evolution.js';
import { mapAtOnce } from '../../experiments/at-once.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { type EvolutionSettings, evolutionNames, evolutionOf, evolutions } from './index.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

describe('every evolution', () => {
  const settingsOf: Readonly<Record<string, EvolutionSettings>> = {
    gradual: { kind: 'gradual', begin: 2, end: 20, every: 4, score: 'taylor', groups: halves },
    'early-bird': { kind: 'early-bird', every: 3, score: 'magnitude', groups: halves, memory: 2, threshold: 0.05 },
    set: { kind: 'set', every: 4, until: 24, fraction: 0.4 },
    rigl: { kind: 'rigl', every: 4, until: 24, fraction: 0.4 },
  };

  it.each(evolutionNames)('%s gives the same bits dense and sparse', async (name) => {
    expect(evolutions[name].title.length + evolutions[name].source.length).toBeGreaterThan(20);
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), fc.constantFrom('relu' as const, 'tanh' as const), async (seed, activation) => {
        const density = evolutions[name].begins === 'sparse' ? 0.3 : 1;
        const results = await mapAtOnce(
          ['dense', 'sparse', 'auto'] as const,
          async (storage) => {
            const plan = toyPlan(kernels, { ...toy, seed, activation, density }, storage, 26);
            const { result } = await runOf(kernels, { ...plan, snapshots: [5, 12] }, settingsOf[name], seed);
            const { history, mask, earlyStopMask, finalWeights, earlyStopWeights, snapshots } = result;
            const weights = [finalWeights, earlyStopWeights, ...snapshots.values()].map(bitsOf);
            return { history, mask, earlyStopMask, weights };
          },
          1,
        );
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
      /fc9.weight.*not a weight tensor of toy/,
    );
    refused('gradual', { groups: [{ tensors: [FIRST, FIRST], keep: 1 }] }).toThrow(/fc1.weight twice/);
    refused('early-bird', { groups: [{ tensors: [SECOND], keep: 65 }] }).toThrow(/65 weights.*from 0 to 64/);
    refused('early-bird', { threshold: 0 }).toThrow(/threshold is 0; expected a share above 0/);
    refused('early-bird', { memory: 1.5 }).toThrow(/memory is 1.5/);
    refused('set', { fraction: 1.2 }).toThrow(/fraction is 1.2/);
    refused('rigl', { until: -1 }).toThrow(/until is -1/);
    refused('set', { kind: 'deep-rewiring' }).toThrow(/kind is deep-rewiring; expected one of gradual/);
  });
});
