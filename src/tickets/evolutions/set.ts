import { deriveSeed, StreamReader, stream } from '../../random/stream.js';
import { roundCount } from '../ladder.js';
import type { Evolution } from './evolution.js';
import { type ReplacingSettings, replacing } from './replace.js';

export interface SetSettings extends ReplacingSettings {
  readonly kind: 'set';
}

/**
 * Sparse evolutionary training: weights grow at random among those that were pruned before, not among those just pruned. Where a
 * layer has fewer pruned weights than should be replaced, only as many are replaced.
 */
export const set: Evolution<SetSettings> = {
  title: 'each layer periodically drops its smallest weights and grows as many at random',
  source: 'Mocanu et al. 2018 (SET), algorithm 1',
  begins: 'sparse',
  of: (settings, network, seed) =>
    replacing(
      network,
      settings,
      (kept, pruned) => Math.min(pruned, roundCount(kept, settings.fraction)),
      ({ place, before, bits, count }, { iteration }) => {
        const reader = new StreamReader(stream(deriveSeed(seed, 'set', iteration), 'set-growth', place));
        const candidates: number[] = [];
        before.forEach((bit, i) => {
          if (bit === 0) candidates.push(i);
        });
        // The first places of a shuffle, from the front up.
        for (let drawn = 0; drawn < count; drawn++) {
          const other = drawn + reader.below(candidates.length - drawn);
          bits[candidates[other]] = 1;
          candidates[other] = candidates[drawn];
        }
      },
    ),
};
