import { type Mask, type Network, parametersOf } from '../../networks/network.js';
import { flowOf } from '../../tickets/flow.js';

/** The paths of surviving weights from inputs to outputs. */
export interface Paths {
  /** Decimal logarithm of their number; null where there is none. */
  readonly logCount: number | null;
  /** Of each weight by the tensor's name, in one unit common to all: how many lead over it. */
  readonly over: ReadonlyMap<string, Float64Array>;
}

/** Added to a variance by batch normalisation: with this much less than 1 in its place, a normalisation is a factor of 1. */
const EPSILON = 1e-5;

/** Paths as the flow of a signal of ones counts them: see `flowOf`. Batch normalisation lets each pass once. */
export function pathsOf(network: Network, mask: Mask): Paths {
  const ones = parametersOf(network).map(({ name, role, size }): [string, Float32Array] => {
    if (role === 'weight') return [name, Float32Array.from(mask.get(name) ?? new Uint8Array(size).fill(1))];
    return [name, new Float32Array(size).fill(role === 'variance' ? 1 - EPSILON : 1)];
  });
  const { total, flow } = flowOf(network, new Map(ones));
  const [count] = total.values;
  return { logCount: count > 0 ? Math.log10(count) + total.exponent * Math.log10(2) : null, over: flow };
}
