import { binomialInterval } from './binomial.js';
import type { Interval } from './intervals.js';
import { undecided, type Verdict } from './verdict.js';

/** Where one value stands among others that were drawn as it might have been. */
export interface Standing {
  /** Others. */
  readonly n: number;
  /** Others that are worse, the same, better. */
  readonly worse: number;
  readonly equal: number;
  readonly better: number;
  /** Share of the others that it stands above, equal ones counted half; null without others. */
  readonly percentile: number | null;
  /** Chance that a value drawn as the others is among as many of the best, or fewer: (r + 1) / (n + 1), equals against it. */
  readonly p: number;
  /** Share of all there could be that are as good or better: exact 95% interval; null without others. */
  readonly asGood: Interval | null;
}

/**
 * Ranks one value among others. Were it drawn as they were, each of its n + 1 places would be as likely, so that the p value
 * of a Monte Carlo test is exact: Phipson and Smyth, "Permutation P-values Should Never Be Zero" (2010), section 2. Equal
 * values count against it. NaN has no place: others that are NaN are left out, and a NaN stands among none.
 *
 * @param better which values are good
 */
export function standingOf(value: number, others: readonly number[], better: 'higher' | 'lower' = 'higher'): Standing {
  const sign = better === 'higher' ? 1 : -1;
  let [worse, equal, above] = [0, 0, 0];
  const numbers = Number.isNaN(value) ? [] : others.filter((other) => !Number.isNaN(other));
  for (const other of numbers) {
    const difference = sign * (other - value);
    if (difference < 0) worse++;
    else if (difference > 0) above++;
    else equal++;
  }
  const n = numbers.length;
  return {
    n,
    worse,
    equal,
    better: above,
    percentile: n === 0 ? null : (worse + equal / 2) / n,
    p: (above + equal + 1) / (n + 1),
    asGood: binomialInterval(above + equal, n),
  };
}

/** Several standings together: one a trial. */
export interface CombinedStanding {
  /** Standings among at least one other. */
  readonly trials: number;
  /** Chance that values drawn as the others stand as high altogether. One-sided; null without any trial. */
  readonly p: number | null;
  /** The same of standing as low: equals count against that too. */
  readonly lowP: number | null;
  /** Twice the smaller of the two, at most 1. */
  readonly twoSidedP: number | null;
  /** The smallest that the two-sided p could have been. */
  readonly leastP: number | null;
}

/** The chance that so many independent ranks, rank k uniform on 0 .. counts[k], add up to a sum or less. */
function chanceOfSum(counts: readonly number[], sum: number): number {
  let chances = [1];
  for (const count of counts) {
    const next = new Array<number>(chances.length + count).fill(0);
    chances.forEach((chance, before) => {
      for (let rank = 0; rank <= count; rank++) next[before + rank] += chance / (count + 1);
    });
    chances = next;
  }
  return Math.min(
    1,
    chances.slice(0, sum + 1).reduce((all, chance) => all + chance, 0),
  );
}

/**
 * Standings of several trials as one test: the sum of their ranks, whose law is known exactly where each place of each
 * trial is as likely. It is Edgington's "An additive method for combining probability values from independent experiments"
 * (1972) for ranks, which are discrete.
 */
export function combineStandings(standings: readonly Standing[]): CombinedStanding {
  const some = standings.filter(({ n }) => n > 0);
  if (some.length === 0) return { trials: 0, p: null, lowP: null, twoSidedP: null, leastP: null };
  const counts = some.map(({ n }) => n);
  const sumOf = (rank: (standing: Standing) => number) => some.reduce((sum, standing) => sum + rank(standing), 0);
  const p = chanceOfSum(
    counts,
    sumOf(({ better, equal }) => better + equal),
  );
  const lowP = chanceOfSum(
    counts,
    sumOf(({ worse, equal }) => worse + equal),
  );
  const twoSided = (chance: number) => Math.min(1, 2 * chance);
  return {
    trials: some.length,
    p,
    lowP,
    twoSidedP: twoSided(Math.min(p, lowP)),
    leastP: twoSided(chanceOfSum(counts, 0)),
  };
}

/**
 * Judges that a value stands higher than those drawn beside it, by the exact test of its places.
 *
 * @param holmP its two-sided p, corrected for all tests that are made beside it
 */
export function judgeStanding({ trials, p, lowP, leastP }: CombinedStanding, holmP: number | null): Verdict {
  if (trials === 0 || p === null || lowP === null || leastP === null || holmP === null) {
    return undecided({ kind: 'no-pair' });
  }
  if (leastP >= 0.05) return undecided({ kind: 'few-draws' });
  if (holmP >= 0.05) return undecided({ kind: 'not-significant' });
  return { outcome: p < lowP ? 'supported' : 'contradicted', reason: null };
}
