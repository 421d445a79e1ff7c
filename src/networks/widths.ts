import { type ChannelGroup, channelsOf } from './channels.js';
import { InputError } from './errors.js';
import { type Layer, type Network, prunableParameters } from './network.js';
import { INPUT, nodesOf } from './shapes.js';

/** Channels of groups, by the group's name; a group that is not named stays whole. */
export type Widths = ReadonlyMap<string, number>;

/** Prunable weights of a network. */
export function weightCount(network: Network): number {
  return prunableParameters(network).reduce((sum, { size }) => sum + size, 0);
}

/**
 * The network with so many channels in its groups: the same layers by the same names, smaller.
 *
 * @throws InputError when a group is named that is not there, or cannot have so many channels
 */
export function shrunken(network: Network, widths: Widths): Network {
  const { groups } = channelsOf(network);
  for (const [name, width] of widths) {
    const group = groups.find((known) => known.name === name);
    if (group === undefined) {
      throw new InputError(
        `${name} is not a group of channels of ${network.name}; those are ${groups.map((known) => known.name).join(', ') || 'none'}.`,
      );
    }
    if (!Number.isInteger(width) || width < 1 || width > group.size) {
      throw new InputError(`${name} of ${network.name} is to have ${width} channels; expected 1 to ${group.size}.`);
    }
  }
  return withWidths(network, widths);
}

/** The same for counts of any size, 0 too: a network that can be counted and not computed where a group has no channel. */
export function withWidths(network: Network, widths: Widths): Network {
  const { given } = channelsOf(network);
  const values = (name: string, whole: number): number => {
    const { group, repeat } = given.get(name) as { group: ChannelGroup | null; repeat: number };
    return group === null ? whole : (widths.get(group.name) ?? group.size) * repeat;
  };
  const layers = nodesOf(network).map(({ layer, name, sources, inputShape, outputShape }): Layer => {
    const inputs = values(sources[0] ?? INPUT, inputShape.channels);
    const area = inputShape.height * inputShape.width;
    switch (layer.kind) {
      case 'linear':
        return { ...layer, inputs: inputs * area, outputs: values(name, outputShape.channels) };
      case 'convolution':
        return { ...layer, inputs, outputs: values(name, outputShape.channels) };
      case 'batch-normalisation':
        return { ...layer, channels: inputs };
      case 'activation':
        return { ...layer, units: inputs * area };
      default:
        return layer;
    }
  });
  return { ...network, layers };
}

/** A share as a fraction, so that no rounding decides how many channels it is. */
interface Share {
  readonly part: number;
  readonly of: number;
}

/** A share of each group's channels, rounded, at least one. */
function widthsAt(groups: readonly ChannelGroup[], { part, of }: Share): Map<string, number> {
  return new Map(
    groups.map(({ name, size }) => [name, Math.max(1, Math.floor((2 * part * size + of) / (2 * of)))] as const),
  );
}

/** The shares at which some group gets one channel more, from the lowest up. */
function stepsOf(groups: readonly ChannelGroup[]): Share[] {
  const shares = groups.flatMap(({ size }) =>
    Array.from({ length: size }, (_, k): Share => ({ part: 2 * k + 1, of: 2 * size })),
  );
  return shares.sort((a, b) => a.part * b.of - b.part * a.of);
}

/**
 * The widest of the networks in which some groups of channels keep one common share, rounded and at least one channel, whose
 * prunable weights are at most so many; and the next wider one.
 *
 * @param groups those that give channels up; others stay whole
 * @returns null where even one channel a group is too many; `wider` is null where nothing is wider
 */
export function commonWidths(
  network: Network,
  groups: readonly ChannelGroup[],
  weights: number,
): { readonly widths: Widths | null; readonly wider: Widths | null } {
  const steps = stepsOf(groups);
  const fits = (step: number) => weightCount(withWidths(network, widthsAt(groups, steps[step]))) <= weights;
  // Steps below `low` fit, those from `high` on do not.
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle + 1;
    else high = middle;
  }
  return {
    widths: low === 0 ? null : widthsAt(groups, steps[low - 1]),
    wider: low === steps.length ? null : widthsAt(groups, steps[low]),
  };
}

/**
 * The network with one common share of the channels of all its groups, at least one each, whose number of prunable weights is
 * nearest to `weights`, the smaller of two equally near: a small dense network to compare a ticket with.
 *
 * @param weights at least 1
 * @throws InputError when that is not a number of weights
 */
export function smallDense(network: Network, weights: number): Network {
  if (!Number.isInteger(weights) || weights < 1) {
    throw new InputError(`a small dense network is to have ${weights} weights; expected a whole number of at least 1.`);
  }
  const { groups } = channelsOf(network);
  if (groups.length === 0) return network;
  const { widths, wider } = commonWidths(network, groups, weights);
  const [small, large] = [widths, wider].map((found) => (found === null ? null : withWidths(network, found)));
  if (small === null) return large as Network;
  if (large === null) return small;
  return weightCount(large) - weights < weights - weightCount(small) ? large : small;
}
