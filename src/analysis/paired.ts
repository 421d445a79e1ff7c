import { StreamReader, stream } from '../random/stream.js';
import { deviation, type Interval, mean, tInterval } from './intervals.js';
import { studentTwoSided } from './student.js';

/** Paired differences of one quantity, one a trial, and what they say. Units are those of the quantity. */
export interface PairedDifference {
  /** Trials that have both sides. */
  readonly n: number;
  readonly differences: readonly number[];
  /** Mean difference; null without any pair, NaN where a difference is NaN, of which nothing else is then said. */
  readonly mean: number | null;
  /** Student's t interval of the mean difference, 95%; null for fewer than two pairs. */
  readonly interval: Interval | null;
  /** Two-sided p of the paired t test; null for fewer than two pairs, or when all differences are the same. */
  readonly p: number | null;
  /** Two-sided p of the sign-flip permutation test. Null without any pair. */
  readonly permutationP: number | null;
  /** The least that it could be: 0.0625 for five pairs, 0.031 for six. */
  readonly leastPermutationP: number | null;
}

/** Two-sided p of the paired t test that the mean difference is 0; null when the differences have no spread, or one is NaN. */
export function pairedTTest(differences: readonly number[]): number | null {
  const spread = deviation(differences);
  if (spread === null || spread === 0 || Number.isNaN(spread)) return null;
  const t = mean(differences) / (spread / Math.sqrt(differences.length));
  return studentTwoSided(t, differences.length - 1);
}

/** Above this many pairs, signs are drawn rather than listed. */
const EXACT_PAIRS = 16;
const SIGN_DRAWS = 20_000;

/**
 * Two-sided p of the paired permutation test (Fisher's sign flips): were there no difference, each pair's sign would
 * be a fair coin. All 2^n sign patterns are counted up to 16 pairs; above, 20,000 are drawn from a stream of `seed`
 * and the observed one is counted in.
 */
export function signFlipTest(differences: readonly number[], seed = 0): number | null {
  const count = differences.length;
  if (count === 0 || differences.some(Number.isNaN)) return null;
  const size = Math.abs(mean(differences) * count);
  // Sums of the same numbers in another order differ in their last bits; they count as equal.
  const least = size - 1e-12 * differences.reduce((sum, value) => sum + Math.abs(value), 0);
  const sumWith = (negative: (place: number) => boolean): number => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += negative(i) ? -differences[i] : differences[i];
    return Math.abs(sum);
  };
  if (count <= EXACT_PAIRS) {
    const patterns = 2 ** count;
    let extreme = 0;
    for (let pattern = 0; pattern < patterns; pattern++) {
      if (sumWith((place) => ((pattern >>> place) & 1) === 1) >= least) extreme++;
    }
    return extreme / patterns;
  }
  const reader = new StreamReader(stream(seed, 'sign-flip'));
  let extreme = 1;
  for (let draw = 0; draw < SIGN_DRAWS; draw++) {
    if (sumWith(() => (reader.word() & 1) === 1) >= least) extreme++;
  }
  return extreme / (SIGN_DRAWS + 1);
}

/** The least p of `signFlipTest` for so many pairs: all of one sign, of which there are two patterns. */
export function leastSignFlipP(pairs: number): number | null {
  if (pairs === 0) return null;
  return pairs <= EXACT_PAIRS ? Math.min(1, 2 / 2 ** pairs) : 1 / (SIGN_DRAWS + 1);
}

/** All that is said of paired differences. Fewer than two pairs give no interval and no t test. */
export function pairedDifference(differences: readonly number[]): PairedDifference {
  return {
    n: differences.length,
    differences,
    mean: differences.length === 0 ? null : mean(differences),
    interval: tInterval(differences),
    p: pairedTTest(differences),
    permutationP: signFlipTest(differences),
    leastPermutationP: leastSignFlipP(differences.length),
  };
}
