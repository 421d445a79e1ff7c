import { InputError } from '../../networks/errors.js';
import type { Mask, Network } from '../../networks/network.js';
import type { MaskEvolution, MaskMoment } from '../../training/evolution.js';
import { countOf } from '../mask.js';
import { keepHighest } from '../prune.js';
import { checkShare, checkWhole } from './checks.js';

/** How survivors are replaced by others, in iterations. */
export interface ReplacingSettings {
  /** From one change to the next. */
  readonly every: number;
  /** No change from here on. */
  readonly until: number;
  /** Share of a layer's survivors that is pruned at a change. */
  readonly fraction: number;
}

/** One layer at a change, after the smallest |w| are pruned. */
export interface Thinned {
  /** Place among the tensors that may be pruned. */
  readonly place: number;
  readonly name: string;
  /** Survivors before. */
  readonly before: Uint8Array;
  /** Survivors after: to be written to by what grows. */
  readonly bits: Uint8Array;
  /** How many were pruned, and are to be replaced. */
  readonly count: number;
}

/**
 * At every change each layer loses the survivors of smallest |w|, of equal ones those that come first, and grows as many, so that
 * its number of weights never changes.
 *
 * @param lose how many of so many survivors go, `pruned` weights being pruned
 * @param grow sets bits of each layer that lost some
 */
export function replacing(
  network: Network,
  { every, until, fraction }: ReplacingSettings,
  lose: (kept: number, pruned: number, iteration: number) => number,
  grow: (layer: Thinned, moment: MaskMoment) => void,
): MaskEvolution {
  checkWhole('every', every, 1);
  checkWhole('until', until, 1);
  checkShare('fraction', fraction);
  return {
    next: (iteration) => {
      const next = Math.max(1, Math.ceil(iteration / every)) * every;
      return next < until ? next : Number.POSITIVE_INFINITY;
    },
    change: (moment) => {
      const { iteration, iterations, mask, weights } = moment;
      // What grew at the end would never be trained.
      if (iteration >= until || iteration === iterations) return { kind: 'keep' };
      if ([...mask.values()].every((bits) => countOf(bits) === bits.length)) {
        throw new InputError(
          `every weight of ${network.name} survives, so that there is none to grow; expected training to begin with a sparse mask.`,
        );
      }
      const counts = [...mask.values()].map((bits) => {
        const kept = countOf(bits);
        return lose(kept, bits.length - kept, iteration);
      });
      if (counts.every((count) => count === 0)) return { kind: 'keep' };
      const thinned = thin(mask, weights, counts);
      [...mask].forEach(([name, before], place) => {
        const bits = thinned.get(name) as Uint8Array;
        if (counts[place] > 0) grow({ place, name, before, bits, count: counts[place] }, moment);
      });
      return { kind: 'change', mask: thinned };
    },
  };
}

function thin(mask: Mask, weights: MaskMoment['weights'], counts: readonly number[]): Map<string, Uint8Array> {
  const sizes = new Map([...mask.keys()].map((name) => [name, (weights.get(name) as Float32Array).map(Math.abs)]));
  const groups = [...mask].map(([name, bits], place) => ({ tensors: [name], keep: countOf(bits) - counts[place] }));
  return keepHighest(mask, sizes, groups);
}
