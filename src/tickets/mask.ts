import { type Mask, type Network, prunableParameters, type Tensors } from '../networks/network.js';

export { fullMask } from '../networks/network.js';

/** Surviving weights of one layer. */
export interface KeptCount {
  readonly layer: string;
  readonly kept: number;
  readonly total: number;
}

/** Survivors among the bits of one tensor. */
export function countOf(bits: Uint8Array = new Uint8Array()): number {
  let kept = 0;
  for (let i = 0; i < bits.length; i++) kept += bits[i];
  return kept;
}

/** How many weights of each layer survive. */
export function keptCounts(network: Network, mask: Mask | null): KeptCount[] {
  return prunableParameters(network).map(({ name, layer, size }) => {
    const bits = mask?.get(name);
    return { layer, kept: bits ? countOf(bits) : size, total: size };
  });
}

/** Share of prunable weights kept. */
export function densityOf(counts: readonly KeptCount[]): number {
  const kept = counts.reduce((sum, count) => sum + count.kept, 0);
  return kept / counts.reduce((sum, { total }) => sum + total, 0);
}

/** Copies of the tensors in which pruned places are +0. */
export function applyMask(tensors: Tensors, mask: Mask): Map<string, Float32Array> {
  return new Map(
    [...tensors].map(([name, values]): [string, Float32Array] => {
      const bits = mask.get(name);
      const copy = values.slice();
      if (bits) for (let i = 0; i < bits.length; i++) if (bits[i] === 0) copy[i] = 0;
      return [name, copy];
    }),
  );
}
