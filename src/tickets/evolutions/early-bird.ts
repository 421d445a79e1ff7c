import type { Mask } from '../../networks/network.js';
import type { KeepGroup } from '../ladder.js';
import type { Score, ScoreName } from '../scores/index.js';
import { checkGroups, checkShare, checkWhole } from './checks.js';
import { checkScore, drawAt } from './draw.js';
import type { Evolution } from './evolution.js';

export interface EarlyBirdSettings {
  readonly kind: 'early-bird';
  /** Iterations between masks: an epoch, in the paper. */
  readonly every: number;
  readonly score: ScoreName | Score;
  /** Survivors of each mask. Tensors in no group are not pruned. */
  readonly groups: readonly KeepGroup[];
  /** Earlier masks that the next is compared with; default: 5. */
  readonly memory?: number;
  /** Distance that all of them must be below, as a share of all bits; default: 0.1. */
  readonly threshold?: number;
}

/** Share of all prunable weights that one mask keeps and the other does not. */
export function maskDistance(one: Mask, other: Mask): number {
  let different = 0;
  let total = 0;
  for (const [name, bits] of one) {
    const others = other.get(name) as Uint8Array;
    for (let i = 0; i < bits.length; i++) if (bits[i] !== others[i]) different++;
    total += bits.length;
  }
  return total === 0 ? 0 : different / total;
}

/**
 * Trains the dense network until the mask that pruning would give stays the same: a mask is computed at regular intervals, and
 * when the largest distance to those before it is small, training stops with it. If that never happens, the result is the mask
 * at the end of training.
 */
export const earlyBird: Evolution<EarlyBirdSettings> = {
  title: 'the dense network is trained until the mask that pruning would give has settled, then pruned to it',
  source: 'You et al. 2020 (Early-Bird), section 3 and algorithm 1',
  begins: 'dense',
  of: ({ every, score, groups, memory = 5, threshold = 0.1 }, network, seed) => {
    checkWhole('every', every, 1);
    checkWhole('memory', memory, 1);
    checkShare('threshold', threshold);
    checkScore(score);
    checkGroups(network, groups);
    let last: Mask[] = [];
    return {
      next: (iteration) => Math.max(1, Math.ceil(iteration / every)) * every,
      change: (moment) => {
        const mask = drawAt(moment, score, groups, seed);
        const settled = last.length === memory && last.every((before) => maskDistance(mask, before) < threshold);
        if (settled || moment.iteration === moment.iterations) return { kind: 'stop', mask };
        last = [...last, mask].slice(-memory);
        return { kind: 'keep' };
      },
      save: () =>
        new Map(
          last.flatMap((mask, place) =>
            [...mask].map(([name, bits]): [string, Uint8Array] => [`${place}/${name}`, bits]),
          ),
        ),
      load: (state) => {
        const masks: Map<string, Uint8Array>[] = [];
        for (const [key, bits] of state) {
          const slash = key.indexOf('/');
          const place = Number(key.slice(0, slash));
          masks[place] ??= new Map();
          masks[place].set(key.slice(slash + 1), bits as Uint8Array);
        }
        last = masks;
      },
    };
  },
};
