import { holm } from './holm.js';
import { type Evidence, type Verdict, verdict } from './verdict.js';

/** A claim that a quantity lies on one side of zero, and what the trials say of it. */
export interface TestedClaim {
  readonly evidence: Evidence;
  readonly expected: 'below' | 'above';
  /** What zero stands for: "2 points". Default: zero. */
  readonly zero?: string;
}

export interface JudgedClaim {
  readonly verdict: Verdict;
  /** p corrected by Holm's method over the family; null where there is no test. */
  readonly holmP: number | null;
}

/**
 * Judges all claims that one page makes, as one family: the chance that any of them is called supported or contradicted where
 * nothing is to be found stays below 5%.
 */
export function judgeFamily(claims: readonly TestedClaim[]): JudgedClaim[] {
  const corrected = holm(claims.map(({ evidence }) => evidence.p));
  return claims.map(({ evidence, expected, zero }, place) => ({
    verdict: verdict(evidence, expected, corrected[place], zero),
    holmP: corrected[place],
  }));
}
