import { deriveSeed, StreamReader, stream } from '../../random/stream.js';
import { roundCount } from '../ladder.js';
import { countOf } from '../mask.js';
import type { Evolution } from './evolution.js';
import { withoutNearestZero, withoutSmallest } from './lose.js';
import { type ReplacingSettings, replacing } from './replace.js';

export interface SetSettings extends ReplacingSettings {
  readonly kind: 'set';
  /**
   * Which survivors go. `by-sign`: of each sign the share nearest to zero, the authors' way. `by-magnitude`: the smallest |w| of
   * both together. Default: by-magnitude, as in cells from before there was a choice.
   */
  readonly drop?: 'by-sign' | 'by-magnitude';
  /**
   * Where as many grow. `anywhere`: in any place that is empty then, those just emptied too, with a new weight at zero, the authors'
   * way. `elsewhere`: among the weights that were pruned before; a layer with fewer of them replaces only as many. Default:
   * elsewhere, likewise.
   */
  readonly grow?: 'anywhere' | 'elsewhere';
}

/** Sparse evolutionary training: weights near zero go, and as many grow at random. */
export const set: Evolution<SetSettings> = {
  title: 'each layer periodically drops its weights nearest to zero and grows as many at random',
  source: 'Mocanu et al. 2018 (SET), algorithm 1',
  begins: 'sparse',
  of: (settings, network, seed) => {
    const { fraction, drop = 'by-magnitude', grow = 'elsewhere' } = settings;
    return replacing(network, settings, {
      lose: ({ bits, weights }) => {
        const kept = countOf(bits);
        const most = grow === 'anywhere' ? kept : bits.length - kept;
        const lost =
          drop === 'by-sign'
            ? withoutNearestZero(bits, weights, fraction)
            : withoutSmallest(bits, weights, Math.min(most, roundCount(kept, fraction)));
        // A layer with fewer empty places loses only as many.
        return kept - countOf(lost) > most ? withoutSmallest(bits, weights, most) : lost;
      },
      grow: ({ place, before, bits, count }, { iteration }) => {
        const reader = new StreamReader(stream(deriveSeed(seed, 'set', iteration), 'set-growth', place));
        const taken = grow === 'anywhere' ? bits : before;
        const candidates: number[] = [];
        taken.forEach((bit, i) => {
          if (bit === 0) candidates.push(i);
        });
        // The first places of a shuffle, from the front up.
        for (let drawn = 0; drawn < count; drawn++) {
          const other = drawn + reader.below(candidates.length - drawn);
          bits[candidates[other]] = 1;
          candidates[other] = candidates[drawn];
        }
      },
      anew: grow === 'anywhere',
    });
  },
};
