import { type ChannelGroup, channelsOf } from '../../networks/channels.js';
import { InputError } from '../../networks/errors.js';
import { type Mask, type Network, type Parameter, parametersOf, type Tensors } from '../../networks/network.js';
import type { KeepGroup } from '../ladder.js';
import { pruneElements, structures } from '../structures/index.js';

const units = { kind: 'units' } as const;

/** Groups of channels by the name that `KeepGroup.tensors` has for them, with their weights and the scales over them. */
function scaledGroups(network: Network) {
  const parameters = new Map(parametersOf(network).map((parameter) => [parameter.name, parameter]));
  return channelsOf(network).groups.map((group: ChannelGroup) => {
    const rows = group.rows.map(({ tensor, repeat }) => ({ parameter: parameters.get(tensor) as Parameter, repeat }));
    const incoming = rows.filter(({ parameter }) => parameter.role === 'weight');
    const scales = rows.filter(({ parameter }) => parameter.role === 'scale');
    return { name: incoming[0].parameter.name, size: group.size, incoming, scales };
  });
}

/** Whether some channels of a network have batch normalisation over them. */
export function hasScaledChannels(network: Network): boolean {
  return scaledGroups(network).some(({ scales }) => scales.length > 0);
}

/** @throws InputError when groups name channels that are not there or have no batch normalisation, or keep more than there are */
export function checkChannels(network: Network, groups: readonly KeepGroup[]): void {
  const found = new Map(scaledGroups(network).map((group) => [group.name, group]));
  for (const { tensors, keep } of groups) {
    let total = 0;
    for (const name of tensors) {
      const group = found.get(name);
      if (group === undefined || group.scales.length === 0) {
        const names = [...found.values()].filter(({ scales }) => scales.length > 0).map((one) => one.name);
        throw new InputError(
          `${name} of ${network.name} has no channels with a batch normalisation over them, by whose scale they would be chosen; expected ${
            names.length === 0 ? 'a network with batch normalisation' : `those of ${names.join(', ')}`
          }.`,
        );
      }
      total += group.size;
    }
    if (!Number.isInteger(keep) || keep < 0 || keep > total) {
      throw new InputError(
        `${tensors.join(', ')}: ${keep} channels are to survive; expected a whole number from 0 to ${total}.`,
      );
    }
  }
}

/**
 * The channels of largest |scale| of the batch normalisation over them (Liu et al. 2017), as a mask of weights: a channel goes with
 * its incoming and outgoing weights. Where layers share their channels, their mean |scale|; of equal ones the first go first.
 *
 * @param tensors every tensor, the scales among them
 */
export function pruneChannels(network: Network, mask: Mask, tensors: Tensors, groups: readonly KeepGroup[]): Mask {
  const scored = new Map<string, Float64Array>();
  for (const { size, incoming, scales } of scaledGroups(network)) {
    const means = new Float64Array(size);
    for (const { parameter, repeat } of scales) {
      (tensors.get(parameter.name) as Float32Array).forEach((scale, i) => {
        means[Math.floor(i / repeat)] += Math.abs(scale) / (repeat * scales.length);
      });
    }
    for (const { parameter, repeat } of incoming) {
      const inputs = parameter.size / parameter.shape[0];
      scored.set(
        parameter.name,
        Float64Array.from({ length: parameter.size }, (_, w) => means[Math.floor(Math.floor(w / inputs) / repeat)]),
      );
    }
  }
  return pruneElements(network, mask, scored, units, groups);
}

/** One byte a channel of each group: 1 where it survives. */
export function survivingChannels(network: Network, mask: Mask): Mask {
  return structures.units.alive(network, mask, units);
}
