import { channelsOf, type Span } from '../networks/channels.js';
import {
  type Mask,
  type Network,
  type Parameter,
  parametersOf,
  prunableParameters,
  type Tensors,
} from '../networks/network.js';
import { shrunken } from '../networks/widths.js';
import { survivingUnits } from './structures/units.js';

/** A network without the units that a mask prunes whole, and the way from its tensors to those of the whole one and back. */
export interface Compact {
  /** The same layers, smaller where units are gone. */
  readonly network: Network;
  /** What is pruned of those units that are left. */
  readonly mask: Mask;
  /** Channels that are left, by the name of their group, in order. */
  readonly channels: ReadonlyMap<string, Int32Array>;
  /** Tensors of the whole network without what is gone. */
  readonly shrink: (tensors: Tensors) => Map<string, Float32Array>;
  /** Tensors of the compact network in the places they have in the whole one; +0 in all others. */
  readonly grow: (tensors: Tensors) => Map<string, Float32Array>;
  readonly shrinkMask: (mask: Mask) => Map<string, Uint8Array>;
  /** Likewise: what is gone is pruned. */
  readonly growMask: (mask: Mask) => Map<string, Uint8Array>;
}

/**
 * Removes every unit that is pruned whole: all weights that come in, in all layers whose outputs are added, and all that
 * read it. Its biases, scale and shift are removed with it, and nothing that the network computes changes: neither its outputs nor,
 * since a sum skips pruned weights as it does missing ones, a bit of how the rest is trained; except by dropout, whose random
 * numbers depend on the place, and by clipping, whose norm is of all gradients together.
 *
 * Of a group without any survivor the first channel stays, since a layer must give something; all of its weights are pruned.
 */
export function compactNetwork(network: Network, mask: Mask): Compact {
  const given = wholeMask(network, mask);
  const alive = survivingUnits(network, given);
  const { groups } = channelsOf(network);
  const channels = new Map(
    groups.map(({ name }, g): [string, Int32Array] => {
      const kept = [...alive[g].keys()].filter((unit) => alive[g][unit] !== 0);
      return [name, Int32Array.from(kept.length === 0 ? [0] : kept)];
    }),
  );
  const widths = new Map([...channels].map(([name, kept]) => [name, kept.length]));
  const compact = shrunken(network, widths);

  const places = new Map<string, Int32Array>();
  for (const parameter of parametersOf(network)) {
    const { name, shape } = parameter;
    const along = (side: 'rows' | 'columns', size: number): Int32Array => {
      for (const group of groups) {
        const span = group[side].find(({ tensor }) => tensor === name);
        if (span !== undefined) return spread(channels.get(group.name) as Int32Array, span);
      }
      return Int32Array.from({ length: size }, (_, i) => i);
    };
    places.set(name, placesOf(parameter, along('rows', shape[0]), along('columns', shape[1] ?? 1)));
  }
  const whole = new Map(parametersOf(network).map(({ name, size }) => [name, size]));
  const taken = (name: string, values: ArrayLike<unknown>, expected: number): Int32Array => {
    if (values.length !== expected) {
      throw new RangeError(`${name} has ${values.length} values; expected ${expected}.`);
    }
    return places.get(name) as Int32Array;
  };
  const shrink = <T extends Float32Array | Uint8Array>(arrays: ReadonlyMap<string, T>, make: (size: number) => T) =>
    new Map(
      [...arrays].map(([name, values]): [string, T] => {
        const from = taken(name, values, whole.get(name) as number);
        const found = make(from.length);
        for (let i = 0; i < from.length; i++) found[i] = values[from[i]];
        return [name, found];
      }),
    );
  const grow = <T extends Float32Array | Uint8Array>(arrays: ReadonlyMap<string, T>, make: (size: number) => T) =>
    new Map(
      [...arrays].map(([name, values]): [string, T] => {
        const to = taken(name, values, places.get(name)?.length as number);
        const found = make(whole.get(name) as number);
        for (let i = 0; i < to.length; i++) found[to[i]] = values[i];
        return [name, found];
      }),
    );
  const floats = (size: number) => new Float32Array(size);
  const bytes = (size: number) => new Uint8Array(size);
  return {
    network: compact,
    mask: shrink(given, bytes),
    channels,
    shrink: (tensors) => shrink(tensors, floats),
    grow: (tensors) => grow(tensors, floats),
    shrinkMask: (bits) => shrink(bits, bytes),
    growMask: (bits) => grow(bits, bytes),
  };
}

/** A mask that names every weight tensor. */
function wholeMask(network: Network, mask: Mask): Map<string, Uint8Array> {
  return new Map(
    prunableParameters(network).map(({ name, size }) => [name, mask.get(name) ?? new Uint8Array(size).fill(1)]),
  );
}

/** Rows or columns of channels that are left. */
function spread(kept: Int32Array, { repeat }: Span): Int32Array {
  return Int32Array.from(
    { length: kept.length * repeat },
    (_, i) => kept[Math.floor(i / repeat)] * repeat + (i % repeat),
  );
}

/** Places in the whole tensor of what is left of it, in order. */
function placesOf({ shape: [, inputs = 1, ...window] }: Parameter, rows: Int32Array, columns: Int32Array): Int32Array {
  const area = window.reduce((product, size) => product * size, 1);
  const places = new Int32Array(rows.length * columns.length * area);
  let next = 0;
  for (const row of rows) {
    for (const column of columns) {
      for (let place = 0; place < area; place++) places[next++] = (row * inputs + column) * area + place;
    }
  }
  return places;
}
