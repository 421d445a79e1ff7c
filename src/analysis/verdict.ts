import type { Interval } from './intervals.js';

/** What trials say of a quantity that a claim places above or below zero. */
export interface Evidence {
  /** Trials. */
  readonly n: number;
  /** Null without any trial, NaN where a value is NaN. */
  readonly mean: number | null;
  /** 95%; null for fewer than two trials. */
  readonly interval: Interval | null;
  /** Two-sided p that the quantity is zero; null where the trials show no spread. */
  readonly p: number | null;
}

/** What the trials say of a claim. */
export type Outcome = 'supported' | 'contradicted' | 'undecided';

/** Why a claim stays undecided, as data; `verdict-words.ts` puts it into words. */
export type UndecidedReason =
  /** No trial has finished both sides of the comparison. */
  | { readonly kind: 'no-pair' }
  /** A difference is NaN: what is compared was not measured, as an accuracy on no examples. */
  | { readonly kind: 'no-number' }
  /** One trial has no spread. */
  | { readonly kind: 'one-trial' }
  /** All trials show the same difference. */
  | { readonly kind: 'no-spread'; readonly trials: number }
  /** The 95% interval includes the value that the claim is about: "zero", "2 points". */
  | { readonly kind: 'interval-includes'; readonly value: string }
  /** The p value, corrected for the number of tests, is 0.05 or above. */
  | { readonly kind: 'not-significant' }
  /** Of pairs of trials: fewer than two trials have finished. */
  | { readonly kind: 'no-two-trials' }
  /** Pairs of two trials, of which the spread over trials cannot be estimated. */
  | { readonly kind: 'under-three-trials' }
  /** An exact test by ranks, of so few draws that not even the first place has a p below 0.05. */
  | { readonly kind: 'few-draws' }
  /** A loss was looked for and none found, which does not show that there is none. */
  | { readonly kind: 'no-loss-found' }
  /** A reason of one study alone, in its words. */
  | { readonly kind: 'stated'; readonly text: string };

export type Verdict =
  | { readonly outcome: 'supported' | 'contradicted'; readonly reason: null }
  | { readonly outcome: 'undecided'; readonly reason: UndecidedReason };

export const undecided = (reason: UndecidedReason): Verdict => ({ outcome: 'undecided', reason });

/**
 * Judges the claim that a difference lies below or above zero: supported when the whole 95% interval of the paired
 * differences does, contradicted when the whole of it lies on the other side, else undecided. Where one claim was
 * picked from several, the p value that was corrected for the picking must be below 0.05 as well.
 *
 * @param expected the side of zero that the claim is about
 * @param correctedP for a claim picked from several; see `holm`
 * @param zero what zero stands for, where differences are from another number: "2 points"
 */
export function verdict(
  difference: Evidence,
  expected: 'below' | 'above',
  correctedP?: number | null,
  zero = 'zero',
): Verdict {
  if (difference.n === 0) return undecided({ kind: 'no-pair' });
  // Every comparison with NaN is false, so that it would pass for an interval above zero.
  if (Number.isNaN(difference.mean)) return undecided({ kind: 'no-number' });
  if (difference.interval === null) return undecided({ kind: 'one-trial' });
  if (difference.p === null) return undecided({ kind: 'no-spread', trials: difference.n });
  const { low, high } = difference.interval;
  if (low <= 0 && high >= 0) return undecided({ kind: 'interval-includes', value: zero });
  if (correctedP !== undefined && !(correctedP !== null && correctedP < 0.05)) {
    return undecided({ kind: 'not-significant' });
  }
  const side = high < 0 ? 'below' : 'above';
  return { outcome: side === expected ? 'supported' : 'contradicted', reason: null };
}
