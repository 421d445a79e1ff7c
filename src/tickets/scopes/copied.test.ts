import { describe, expect, it } from 'vitest';
import { buildStack } from '../../networks/stack.js';
import { keepAt, type LadderSettings, ladderOf } from './index.js';

const network = buildStack('small', { hidden: [10, 6], activation: 'relu' }, { channels: 1, height: 5, width: 4 }, 3);
const settings = (over: Partial<LadderSettings>): LadderSettings => ({
  scope: 'layer',
  rate: 0.2,
  outputRate: 0.1,
  ...over,
});

describe('densities copied from another ticket', () => {
  it('are those of the layers that are named, to the weight; others stay whole', () => {
    const copied = settings({ layerDensities: { fc1: 0.125, fc3: 0.5 } });
    expect(keepAt(network, copied, 1)).toEqual([
      { tensors: ['fc1.weight'], keep: 25 },
      { tensors: ['fc3.weight'], keep: 9 },
    ]);
    expect(keepAt(network, copied, 0)).toEqual([]);
    const [dense, ticket] = ladderOf(network, copied, 2);
    expect(dense.density).toBe(1);
    expect(ticket.layers.map(({ kept }) => kept)).toEqual([25, 60, 9]);
    expect(ticket.density).toBeCloseTo((25 + 60 + 9) / (200 + 60 + 18), 12);
  });

  it('are refused with another scope, for a layer that is not there, and for more than one level', () => {
    const copied = { fc1: 0.125 };
    expect(() => keepAt(network, settings({ scope: 'global', layerDensities: copied }), 1)).toThrow('expected layer');
    expect(() => keepAt(network, settings({ layerDensities: { fc9: 1 } }), 1)).toThrow(/fc9.*fc1, fc2, fc3/);
    expect(() => keepAt(network, settings({ layerDensities: copied }), 2)).toThrow('expected one level');
  });
});
