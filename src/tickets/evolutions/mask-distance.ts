import type { Mask } from '../../networks/network.js';
import type { KeepGroup } from '../ladder.js';

function differing(one: Mask, other: Mask): { readonly different: number; readonly total: number } {
  let different = 0;
  let total = 0;
  for (const [name, bits] of one) {
    const others = other.get(name) as Uint8Array;
    for (let i = 0; i < bits.length; i++) if (bits[i] !== others[i]) different++;
    total += bits.length;
  }
  return { different, total };
}

/** Share of all bits in which two masks differ: at most twice their density. */
export function maskDistance(one: Mask, other: Mask): number {
  const { different, total } = differing(one, other);
  return total === 0 ? 0 : different / total;
}

/**
 * The bits in which two masks differ, as a share of the most in which two of these counts can: where k of n bits are set, those are
 * 2 min(k, n - k). 0 for equal masks, 1 for masks with as little in common as possible, at every density.
 *
 * @param groups bits that are chosen together, and how many are set; all others are set
 */
export function relativeDistance(one: Mask, other: Mask, groups: readonly KeepGroup[]): number {
  const most = groups.reduce((sum, { tensors, keep }) => {
    const size = tensors.reduce((all, name) => all + (one.get(name) as Uint8Array).length, 0);
    return sum + 2 * Math.min(keep, size - keep);
  }, 0);
  return most === 0 ? 0 : differing(one, other).different / most;
}
