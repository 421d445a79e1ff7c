import { bisect } from './bisect.js';
import type { Interval } from './intervals.js';
import { incompleteBeta } from './student.js';

/**
 * The exact interval of a share from how many of a few were of a kind: Clopper and Pearson, "The Use of Confidence or
 * Fiducial Limits Illustrated in the Case of the Binomial" (1934). It holds the true share at least as often as it says.
 *
 * @param hits how many of them
 * @param count of how many, drawn independently
 * @returns null where none was drawn
 */
export function binomialInterval(hits: number, count: number, confidence = 0.95): Interval | null {
  if (!(hits >= 0 && hits <= count)) throw new RangeError(`${hits} of ${count} were hits; expected no more than all.`);
  if (count === 0) return null;
  const tail = (1 - confidence) / 2;
  // The share at which as many hits or more, or as many or fewer, are as rare as a tail.
  const low = hits === 0 ? 0 : bisect((share) => incompleteBeta(share, hits, count - hits + 1), tail, 0, 1);
  const high = hits === count ? 1 : bisect((share) => incompleteBeta(share, hits + 1, count - hits), 1 - tail, 0, 1);
  return { low, high };
}
