import { halfCosine } from '../../training/schedule.js';
import { roundCount } from '../ladder.js';
import { countOf } from '../mask.js';
import { keepHighest } from '../prune.js';
import type { Evolution } from './evolution.js';
import { withoutSmallest } from './lose.js';
import { type ReplacingSettings, replacing } from './replace.js';

/** `fraction` is the share pruned at first: it decreases along half a cosine to zero at `until`. */
export interface RiglSettings extends ReplacingSettings {
  readonly kind: 'rigl';
  /**
   * What an iteration at which the mask changes does besides. `hold`: no step, as in the paper's algorithm 1 and its authors' code.
   * `step`: its step, with the new mask. Default: step, as in cells from before there was a choice.
   */
  readonly atChange?: 'hold' | 'step';
}

/**
 * The rigged lottery: the weights of largest |dL/dw| among all pruned weights grow, on the current batch. As in the paper
 * and its authors' code that includes those just pruned: a small weight with a large gradient stays, with its value.
 */
export const rigl: Evolution<RiglSettings> = {
  title: 'each layer periodically drops its smallest weights and grows as many where the dense gradient is largest',
  source: 'Evci et al. 2020 (RigL), section 3 and algorithm 1',
  begins: 'sparse',
  of: (settings, network) =>
    replacing(network, settings, {
      lose: ({ bits, weights, iteration }) => {
        const share = (settings.fraction / 2) * (1 + halfCosine(iteration / settings.until));
        return withoutSmallest(bits, weights, roundCount(countOf(bits), share));
      },
      grow: ({ name, bits, count }, { gradients }) => {
        const pruned = new Map([[name, bits.map((bit) => 1 - bit)]]);
        const slopes = new Map([[name, (gradients().get(name) as Float64Array).map(Math.abs)]]);
        const grown = keepHighest(pruned, slopes, [{ tensors: [name], keep: count }]).get(name) as Uint8Array;
        grown.forEach((bit, i) => {
          if (bit === 1) bits[i] = 1;
        });
      },
      holds: settings.atChange === 'hold',
    }),
};
