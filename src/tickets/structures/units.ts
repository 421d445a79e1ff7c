import { channelsOf, type Span } from '../../networks/channels.js';
import { type Mask, type Network, type Parameter, prunableParameters } from '../../networks/network.js';
import { countOf } from '../mask.js';
import { aliveElements, type ElementSet, keepHighestElements, type Member } from './elements.js';
import type { StructureKind } from './structure.js';

interface UnitSet extends ElementSet {
  /** Weight tensors whose rows the units are. */
  readonly parameters: readonly Parameter[];
}

/** The units of each group of channels: a unit's score is over its incoming weights; its outgoing weights are pruned with them. */
function setsOf(network: Network): UnitSet[] {
  const weights = new Map(prunableParameters(network).map((parameter) => [parameter.name, parameter]));
  return channelsOf(network).groups.map(({ size, rows, columns }): UnitSet => {
    const incoming = rows.filter(({ tensor }) => weights.has(tensor));
    const parameters = incoming.map(({ tensor }) => weights.get(tensor) as Parameter);
    const member = ({ tensor, repeat }: Span, scored: boolean): Member => {
      const [outputs, inputs] = (weights.get(tensor) as Parameter).shape;
      const of = (place: number) => Math.floor(place / repeat);
      const element = scored ? (output: number) => of(output) : (_: number, input: number) => of(input);
      return { tensor, shape: [outputs, inputs], element, scored };
    };
    return {
      name: parameters[0].name,
      size,
      members: [...incoming.map((span) => member(span, true)), ...columns.map((span) => member(span, false))],
      parameters,
    };
  });
}

/** One byte per unit of each group of channels, in the order of `channelsOf`: 1 where an incoming or outgoing weight survives. */
export function survivingUnits(network: Network, mask: Mask): Uint8Array[] {
  return setsOf(network).map((set) => aliveElements(set, mask));
}

/**
 * Neurons and filters: a unit is pruned with its rows and all columns that read it. Units of layers whose outputs are added
 * are one unit. Outputs of the layer that gives the logits are not units.
 */
export const units: StructureKind<{ readonly kind: 'units' }> = {
  title: 'neurons and filters with all incoming and outgoing weights, which are removed from the network',
  source: 'Li et al. 2017',
  elements: 'units',
  scopes: ['layer', 'global'],
  reason: 'a unit is in several tensors at once, while those scopes give each tensor a share of its own',
  check: () => null,
  counted: (network) =>
    setsOf(network).map(({ name, size, parameters }) => ({ name, size, shape: parameters[0].shape, parameters })),
  alive: (network, mask) => new Map(setsOf(network).map((set) => [set.name, aliveElements(set, mask)])),
  prune: (network, mask, scored, _, groups) => {
    const sets = setsOf(network);
    const alive = new Map(sets.map((set) => [set.name, countOf(aliveElements(set, mask))]));
    // Between groups that lost their last unit, those of others are left without any weight, and nothing is kept of them.
    const collapsed = [...alive.values()].includes(0);
    const left = ({ tensors }: { readonly tensors: readonly string[] }) =>
      tensors.reduce((sum, name) => sum + (alive.get(name) ?? 0), 0);
    const possible = groups.map((group) => (collapsed ? { ...group, keep: Math.min(group.keep, left(group)) } : group));
    return keepHighestElements(sets, mask, scored, possible);
  },
};
