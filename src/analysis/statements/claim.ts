import type { LevelComparison } from '../comparison.js';
import { claimThat, type JudgedClaim, judgeFamily } from '../family.js';
import { formatP } from '../format.js';
import type { PairedDifference } from '../paired.js';
import type { Evidence, Outcome, UndecidedReason } from '../verdict.js';
import { verdictText } from '../verdict-words.js';

/** One claim of the hypothesis, judged. */
export interface Statement {
  /** Null where the statement describes rather than tests. */
  readonly outcome: Outcome | null;
  /** Why a claim stays undecided; null otherwise. */
  readonly reason: UndecidedReason | null;
  /** p corrected by Holm's method over all claims of the page; null where nothing is tested. */
  readonly holmP: number | null;
  /** Stable name: `learns-faster-than-dense`, `earlier-than-reinitialise`, ... */
  readonly id: string;
  /** The claim in a few words. */
  readonly claim: string;
  /** What was found, in plain words, with numbers, interval and verdict. */
  readonly sentence: string;
  readonly level: number | null;
  readonly density: number | null;
  /** The numbers behind it: logarithms of ratios, or shares of 1; null when the claim is about several numbers. */
  readonly numbers: (Evidence & Partial<PairedDifference>) | null;
}

/** A claim that is tested, before it is judged with the others of its page. */
export interface OpenClaim {
  readonly id: string;
  readonly claim: string;
  readonly level: LevelComparison | null;
  readonly evidence: Evidence;
  readonly expected: 'below' | 'above';
  /** What zero stands for: "no difference". */
  readonly zero: string;
  /** What was found, without a full stop and without the verdict. */
  readonly found: string;
  /** What follows the verdict. */
  readonly more?: string;
}

/** "supported (p = 0.012)": a verdict, and the corrected p that it rests on. */
function judgedText({ verdict, holmP }: JudgedClaim): string {
  return `${verdictText(verdict)}${holmP === null ? '' : ` (${formatP(holmP)})`}`;
}

/** Judges claims as one family. */
export function judgeClaims(claims: readonly OpenClaim[]): Statement[] {
  const judged = judgeFamily(claims.map(({ evidence, expected, zero }) => claimThat(evidence, expected, zero)));
  return claims.map(({ id, claim, level, evidence, found, more = '' }, place): Statement => {
    const { verdict, holmP } = judged[place];
    return {
      ...verdict,
      holmP,
      id,
      claim,
      sentence: `${found}: ${judgedText(judged[place])}.${more}`,
      level: level?.level ?? null,
      density: level?.density ?? null,
      numbers: evidence,
    };
  });
}
