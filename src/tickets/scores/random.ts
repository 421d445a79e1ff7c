import { StreamReader, stream } from '../../random/stream.js';
import type { Score } from './score.js';

/**
 * Uniform on 0 .. 1 whatever the values: the score that knows nothing. One sequence per seed and tensor, so that the masks of a
 * ladder are nested however many rounds lead to them.
 */
export const random: Score = {
  title: 'those of largest random number',
  source: 'Zhou et al. 2019',
  draws: true,
  of: ({ trained, seed, place }) => {
    const reader = new StreamReader(stream(seed, 'random-score', place));
    return Float32Array.from(trained, () => reader.uniform());
  },
};
