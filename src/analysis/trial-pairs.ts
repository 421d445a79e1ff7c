import { type Interval, mean } from './intervals.js';
import { type PairedDifference, pairedDifference } from './paired.js';
import { undecided, type Verdict, verdict } from './verdict.js';

/** A value of two trials, such as how much their masks overlap. */
export interface PairValue {
  readonly first: number;
  readonly second: number;
  readonly value: number;
}

/** The mean of a value over pairs of trials. */
export interface PairMean {
  readonly mean: number;
  readonly least: number;
  readonly greatest: number;
  readonly pairs: number;
  /** Trials that the pairs are of. */
  readonly trials: number;
  /** 95%, of the mean over all pairs of trials there could be; null for fewer than three trials. */
  readonly interval: Interval | null;
  /**
   * What each trial says of the mean, in the order of the trials: the jackknife's pseudo-values. Empty for fewer than three
   * trials.
   */
  readonly byTrial: readonly number[];
}

/**
 * The mean over pairs of trials, with an interval that treats the trials as what was drawn. Pairs that share a trial are not
 * independent, so n (n - 1) / 2 of them are not so many observations. The mean over pairs is a U-statistic; leaving out one
 * trial after another, with all of its pairs, gives n pseudo-values, n times the mean over all pairs less n - 1 times the
 * mean over those without the trial, whose mean and spread make a t interval with n - 1 degrees of freedom: Arvesen,
 * "Jackknifing U-Statistics" (1969). Its spread is on average not too small (Efron and Stein, "The Jackknife Estimate of
 * Variance", 1981). Where a pair's value has nothing to do with its trials the interval is too wide, twice for three trials and
 * by the root of two for many; where it is a mean of what the two trials have on their own, it is the t interval of those.
 *
 * @returns null without any pair
 */
export function pairMean(values: readonly PairValue[]): PairMean | null {
  if (values.length === 0) return null;
  const trials = [...new Set(values.flatMap(({ first, second }) => [first, second]))].sort((a, b) => a - b);
  const numbers = values.map(({ value }) => value);
  const centre = mean(numbers);
  const without = trials.map((trial) =>
    values.filter(({ first, second }) => first !== trial && second !== trial).map(({ value }) => value),
  );
  const byTrial = without.some((rest) => rest.length === 0)
    ? []
    : without.map((rest) => trials.length * centre - (trials.length - 1) * mean(rest));
  return {
    mean: centre,
    least: Math.min(...numbers),
    greatest: Math.max(...numbers),
    pairs: values.length,
    trials: trials.length,
    interval: differenceOf(byTrial, 0).interval,
    byTrial,
  };
}

function differenceOf(byTrial: readonly number[], from: number): PairedDifference {
  return pairedDifference(byTrial.map((value) => value - from));
}

/** Whether a mean over pairs lies on one side of a number, and how sure that is. */
export interface PairTest {
  /** The mean less the number. */
  readonly difference: number;
  readonly interval: Interval | null;
  /** Two-sided, of the t test over pseudo-values; null where there is none. */
  readonly p: number | null;
  judge(correctedP?: number | null): Verdict;
}

/**
 * Tests the claim that the mean over pairs lies above, or below, a number.
 *
 * @param found null where no pair is finished
 */
export function testPairs(found: PairMean | null, from: number, expected: 'above' | 'below'): PairTest {
  const difference = differenceOf(found?.byTrial ?? [], from);
  return {
    difference: found === null ? Number.NaN : found.mean - from,
    interval: difference.interval,
    p: difference.p,
    judge: (correctedP) => {
      if (found === null) return undecided({ kind: 'no-two-trials' });
      if (found.byTrial.length === 0) return undecided({ kind: 'under-three-trials' });
      return verdict(difference, expected, correctedP);
    },
  };
}

/** The values of one set of pairs less those of another, for the pairs that both have. */
export function pairwiseDifferences(values: readonly PairValue[], others: readonly PairValue[]): PairValue[] {
  return values.flatMap(({ first, second, value }) => {
    const other = others.find((one) => one.first === first && one.second === second);
    return other === undefined ? [] : [{ first, second, value: value - other.value }];
  });
}
