import { prunableParameters } from '../../networks/network.js';
import type { KeepGroup } from '../ladder.js';
import { countOf } from '../mask.js';
import type { Score, ScoreName } from '../scores/index.js';
import { checkGroups, checkWhole } from './checks.js';
import { checkScore, drawAt } from './draw.js';
import type { Evolution } from './evolution.js';

/** All in iterations. */
export interface GradualSettings {
  readonly kind: 'gradual';
  /** Nothing is pruned up to here. */
  readonly begin: number;
  /** Everything is pruned from here on. Training that ends before prunes the rest at its end. */
  readonly end: number;
  /** From one step of pruning to the next; the last one is at `end`, whether or not that is a whole number of steps away. */
  readonly every: number;
  readonly score: ScoreName | Score;
  /** Final numbers of survivors. Tensors in no group are not pruned. */
  readonly groups: readonly KeepGroup[];
}

/**
 * Of N weights of which K survive at the end, (N - K)(1 - (1 - x)^3) are pruned at the share x of the period, rounded to a whole
 * number: quickly while there are many to choose from, slowly towards the end. A mask that was given is never made denser.
 */
export function gradualCount(size: number, keep: number, way: number): number {
  const rest = 1 - way;
  return size - Math.round((size - keep) * (1 - rest * rest * rest));
}

/** The paper's equation 1 with an initial sparsity of 0. */
export const gradual: Evolution<GradualSettings> = {
  title: 'weights are pruned step by step during training, many at first and few at last',
  source: 'Zhu and Gupta 2018, equation 1',
  begins: 'dense',
  of: ({ begin, end, every, score, groups }, network, seed) => {
    checkWhole('begin', begin, 0);
    checkWhole('end', end, begin + 1);
    checkWhole('every', every, 1);
    checkScore(score);
    checkGroups(network, groups);
    const sizes = new Map(prunableParameters(network).map(({ name, size }) => [name, size]));
    const sum = (tensors: readonly string[], of: (name: string) => number) =>
      tensors.reduce((total, name) => total + of(name), 0);
    return {
      next: (iteration) => {
        if (iteration > end) return Number.POSITIVE_INFINITY;
        const steps = Math.max(1, Math.ceil((iteration - begin) / every));
        return Math.min(end, begin + steps * every);
      },
      change: (moment) => {
        const { iteration, iterations, mask } = moment;
        const over = iteration >= end || iteration === iterations;
        const way = over ? 1 : Math.max(0, iteration - begin) / (end - begin);
        let going = 0;
        const now = groups.map(({ tensors, keep }) => {
          const left = sum(tensors, (name) => countOf(mask.get(name)));
          const size = sum(tensors, (name) => sizes.get(name) as number);
          const next = Math.max(keep, Math.min(left, gradualCount(size, keep, way)));
          going += Math.abs(left - next);
          return { tensors, keep: next };
        });
        return going === 0 ? { kind: 'keep' } : { kind: 'change', mask: drawAt(moment, score, now, seed) };
      },
    };
  },
};
