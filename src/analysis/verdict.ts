import type { PairedDifference } from './paired.js';

/** What the trials say of a claim. */
export type Outcome = 'supported' | 'contradicted' | 'undecided';

export interface Verdict {
  readonly outcome: Outcome;
  /** Why a claim stays undecided, in plain words; null otherwise. */
  readonly reason: string | null;
}

/**
 * Judges the claim that a difference lies below or above zero: supported when the whole 95% interval of the paired
 * differences does, contradicted when the whole of it lies on the other side, else undecided. Where one claim was
 * picked from several, the p value that was corrected for the picking must be below 0.05 as well.
 *
 * @param expected the side of zero that the claim is about
 * @param correctedP for a claim picked from several; see `holm`
 * @param nought what zero stands for, where differences are from a number: "2 points"
 */
export function verdict(
  difference: PairedDifference,
  expected: 'below' | 'above',
  correctedP?: number | null,
  nought = 'zero',
): Verdict {
  const undecided = (reason: string): Verdict => ({ outcome: 'undecided', reason });
  if (difference.n === 0) return undecided('no trial has finished both sides');
  if (difference.interval === null) return undecided('one trial says nothing of spread; run more with --trials');
  if (difference.p === null) {
    return undecided(`all ${difference.n} trials show the same difference, so their spread cannot be judged`);
  }
  const { low, high } = difference.interval;
  if (low <= 0 && high >= 0) return undecided(`the interval includes ${nought}`);
  if (correctedP !== undefined && !(correctedP !== null && correctedP < 0.05)) {
    return undecided('not beyond chance once the number of tests made is allowed for');
  }
  const side = high < 0 ? 'below' : 'above';
  return { outcome: side === expected ? 'supported' : 'contradicted', reason: null };
}
