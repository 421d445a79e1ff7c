import { StreamReader, stream } from '../../random/stream.js';
import type { Score } from './score.js';

/**
 * Uniform on 0 .. 1 whatever the values: the score that knows nothing. One draw a seed and tensor, so that the masks of a
 * ladder lie within each other however many rounds lead to them.
 */
export const random: Score = {
  title: 'whichever a draw says',
  source: 'Zhou et al. 2019',
  draws: true,
  of: ({ trained, seed, place }) => {
    const reader = new StreamReader(stream(seed, 'random-score', place));
    return Float32Array.from(trained, () => reader.uniform());
  },
};
