import type { Mask, Network, Tensors } from '../networks/network.js';
import type { KeepGroup } from './ladder.js';
import { applyMask, countOf } from './mask.js';
import type { Measurer } from './measure.js';
import { power } from './power.js';
import { type PruneSource, prune } from './prune.js';
import type { Score, ScoreName } from './scores/index.js';
import { pruneByStructure, type Structure, survivingElements } from './structures/index.js';

/** How a network is pruned at one point of its training, in one step or in several. */
export interface Pruning {
  readonly score: ScoreName | Score;
  /** Final numbers of survivors. */
  readonly groups: readonly KeepGroup[];
  /** What is pruned together; default: single weights. */
  readonly elements?: { readonly network: Network; readonly structure: Structure } | undefined;
  /** Steps; each scores what the step before left. Each reduces the density by the same factor (Tanaka et al. 2020, section 6). */
  readonly steps: number;
}

/**
 * Prunes in steps without training between them; pruned weights are at zero while the next are scored.
 *
 * @param mask survivors before the first step
 * @param weights values that are scored
 * @param measurer of scores that need something measured
 */
export function pruneInSteps(
  mask: Mask,
  weights: Tensors,
  { score, groups, elements, steps }: Pruning,
  source: Omit<PruneSource, 'measure'>,
  measurer: Measurer | undefined,
): Map<string, Uint8Array> {
  const alive = elements && survivingElements(elements.network, mask, elements.structure);
  const survivorsOf = ({ tensors }: KeepGroup) =>
    tensors.reduce((sum, name) => sum + (alive ? (alive.get(name) ?? 0) : countOf(mask.get(name))), 0);
  const first = groups.map(survivorsOf);
  let left = new Map([...mask].map(([name, bits]): [string, Uint8Array] => [name, bits.slice()]));
  for (let step = 1; step <= steps; step++) {
    const now = groups.map((group, g) => {
      const share = first[g] === 0 ? 1 : group.keep / first[g];
      const keep = step === steps ? group.keep : Math.round(first[g] * power(share, step / steps));
      return { ...group, keep: Math.max(group.keep, Math.min(first[g], keep)) };
    });
    const masked = applyMask(weights, left);
    const measure = measurer && ((quantity: Parameters<Measurer['measure']>[0]) => measurer.measure(quantity, masked));
    left = elements
      ? pruneByStructure(elements.network, elements.structure, left, masked, score, now, { ...source, measure })
      : prune(left, masked, score, now, { ...source, measure });
  }
  return left;
}
