import { deviation, type Interval, mean } from './intervals.js';
import { predictionInterval } from './prediction.js';
import { studentCdf } from './student.js';
import { undecided, type Verdict } from './verdict.js';

/** A number that was published, of so many trials. */
export interface Published {
  /** On the scale of the values it is held against: the logarithm of a ratio, or a difference. */
  readonly value: number;
  readonly trials: number;
}

/** A published number held against trials of one's own. */
export interface Reproduction {
  /** Where a mean of as many trials as the published one lies in 95% of cases, if both experiments are of the same thing. */
  readonly interval: Interval | null;
  /** Two one-sided tests that the two differ by less than the margin: the larger p; null where there is none. */
  readonly equivalenceP: number | null;
  /**
   * Contradicted: the number lies outside the prediction interval. Supported: a difference of the margin or more is excluded. Else
   * undecided: the two are compatible, which wide intervals always are.
   */
  readonly verdict: Verdict;
}

/**
 * Judges whether one's own trials reproduce a published number. Both experiments have an error: that of a difference of their means is
 * the deviation times the root of 1/n + 1/m, the published one's deviation, which is seldom told, being taken to be one's own.
 * The equivalence test is Schuirmann's, "A Comparison of the Two One-Sided Tests Procedure and the Power Approach for Assessing
 * the Equivalence of Average Bioavailability" (1987).
 *
 * @param values of one's own trials
 * @param margin a difference that still counts as the same, fixed beforehand: for ratios log 1.25 is usual
 */
export function judgeReproduction(values: readonly number[], published: Published, margin: number): Reproduction {
  const interval = predictionInterval(values, published.trials);
  const spread = deviation(values);
  if (values.some(Number.isNaN) || Number.isNaN(published.value)) {
    return { interval: null, equivalenceP: null, verdict: undecided({ kind: 'no-number' }) };
  }
  if (interval === null || spread === null) {
    const kind = values.length === 0 ? 'no-pair' : 'one-trial';
    return { interval, equivalenceP: null, verdict: undecided({ kind }) };
  }
  if (spread === 0) {
    return { interval, equivalenceP: null, verdict: undecided({ kind: 'no-spread', trials: values.length }) };
  }
  const error = spread * Math.sqrt(1 / values.length + 1 / published.trials);
  const difference = mean(values) - published.value;
  const freedom = values.length - 1;
  const equivalenceP = Math.max(
    1 - studentCdf((difference + margin) / error, freedom),
    studentCdf((difference - margin) / error, freedom),
  );
  const verdict: Verdict =
    published.value < interval.low || published.value > interval.high
      ? { outcome: 'contradicted', reason: null }
      : equivalenceP < 0.05
        ? { outcome: 'supported', reason: null }
        : undecided({ kind: 'stated', text: 'the two are compatible, and so would be a difference beyond the margin' });
  return { interval, equivalenceP, verdict };
}
