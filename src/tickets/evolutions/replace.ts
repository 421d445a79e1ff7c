import { InputError } from '../../networks/errors.js';
import type { Mask, Network } from '../../networks/network.js';
import type { MaskEvolution, MaskMoment } from '../../training/evolution.js';
import { countOf } from '../mask.js';
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

/** One layer at a change, after some survivors are pruned. */
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

/** A rule by which layers lose survivors and grow as many. */
export interface ReplacingRule {
  /** One layer without the survivors that go: new bits. */
  lose(layer: { readonly bits: Uint8Array; readonly weights: Float32Array; readonly iteration: number }): Uint8Array;
  /** Sets bits of each layer that lost some. */
  grow(layer: Thinned, moment: MaskMoment): void;
  /** Whether what was lost and grown at once begins at zero; otherwise it keeps its value. */
  readonly anew?: boolean;
  /** Whether an iteration of a change has no step. */
  readonly holds?: boolean;
}

/**
 * At every change each layer loses some survivors and grows as many, so that its number of weights never changes. Layers that are
 * whole stay whole.
 */
export function replacing(
  network: Network,
  { every, until, fraction }: ReplacingSettings,
  { lose, grow, anew = false, holds = false }: ReplacingRule,
): MaskEvolution {
  checkWhole('every', every, 1);
  checkWhole('until', until, 1);
  checkShare('fraction', fraction);
  return {
    next: (iteration) => {
      const next = Math.max(1, Math.ceil(iteration / every)) * every;
      return next < until ? next : Number.POSITIVE_INFINITY;
    },
    ...(holds ? { holds: () => true } : {}),
    change: (moment) => {
      const { iteration, iterations, mask, weights } = moment;
      // What grew at the end would never be trained.
      if (iteration >= until || iteration === iterations) return { kind: 'keep' };
      if ([...mask.values()].every((bits) => countOf(bits) === bits.length)) {
        throw new InputError(
          `every weight of ${network.name} survives, so that there is none to grow; expected training to begin with a sparse mask.`,
        );
      }
      const layers = [...mask].map(([name, before], place): Thinned => {
        const values = weights.get(name) as Float32Array;
        const bits = isWhole(before) ? before.slice() : lose({ bits: before, weights: values, iteration });
        return { place, name, before, bits, count: countOf(before) - countOf(bits) };
      });
      const losing = layers.filter(({ count }) => count > 0);
      if (losing.length === 0) return { kind: 'keep' };
      const thinned = new Map(layers.map(({ name, bits }) => [name, bits.slice()]));
      for (const layer of losing) grow(layer, moment);
      const changed = new Map(layers.map(({ name, bits }) => [name, bits]));
      return { kind: 'change', mask: changed, ...(anew ? { anew: without(changed, thinned) } : {}) };
    },
  };
}

const isWhole = (bits: Uint8Array): boolean => countOf(bits) === bits.length;

/** Bits of one mask that another does not have. */
function without(mask: Mask, other: Mask): Mask {
  return new Map(
    [...mask].map(([name, bits]) => [name, bits.map((bit, i) => bit & (1 - (other.get(name)?.[i] ?? 0)))]),
  );
}
