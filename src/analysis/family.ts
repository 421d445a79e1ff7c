import { holm } from './holm.js';
import { type Evidence, type Verdict, verdict } from './verdict.js';

/**
 * All verdicts of a page as one family. Whatever a claim rests on (a mean over trials, pairs of trials, ranks), it says its p before
 * any correction and judges itself by the corrected one.
 */

/** A claim that has a test. */
export interface Claim {
  /** Two-sided, uncorrected; null where there is no test, which then counts in no family. */
  readonly p: number | null;
  judge(correctedP: number | null): Verdict;
}

export interface JudgedClaim {
  readonly verdict: Verdict;
  /** p corrected by Holm's method over the family; null where there is no test. */
  readonly holmP: number | null;
}

/**
 * The claim that a quantity lies below or above zero.
 *
 * @param zero what zero stands for: "2 points"; default: zero
 */
export const claimThat = (evidence: Evidence, expected: 'below' | 'above', zero?: string): Claim => ({
  p: evidence.p,
  judge: (correctedP) => verdict(evidence, expected, correctedP, zero),
});

/**
 * Judges all claims that one page makes, as one family: the chance that any of them is called supported or contradicted where
 * nothing is to be found stays below 5%.
 */
export function judgeFamily(claims: readonly Claim[]): JudgedClaim[] {
  const corrected = holm(claims.map(({ p }) => p));
  return claims.map((claim, place) => ({ verdict: claim.judge(corrected[place]), holmP: corrected[place] }));
}

/** Several lists of claims judged as one family; what is null is no claim. */
export function judgeTogether(lists: readonly (readonly (Claim | null)[])[]): (JudgedClaim | null)[][] {
  const judged = judgeFamily(lists.flat().filter((claim) => claim !== null));
  let next = 0;
  return lists.map((list) => list.map((claim) => (claim === null ? null : judged[next++])));
}

/** p values of several lists corrected as one family. */
export function holmTogether(lists: readonly (readonly (number | null)[])[]): (number | null)[][] {
  const corrected = holm(lists.flat());
  let next = 0;
  return lists.map((list) => list.map(() => corrected[next++]));
}
