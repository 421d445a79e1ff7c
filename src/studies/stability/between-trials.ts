import { barrierOf, STABLE_BELOW } from '../../analysis/connectivity/index.js';
import type { JudgedClaim } from '../../analysis/family.js';
import {
  type PairMean,
  type PairTest,
  type PairValue,
  pairMean,
  pairwiseDifferences,
  testPairs,
} from '../../analysis/trial-pairs.js';
import { testError, trainError } from './errors.js';
import type { Matched, StabilityFound, StabilityLine } from './found.js';

type AcrossTrials = Extract<StabilityLine, { readonly kind: 'trials' }>;

/** Networks of one density from different trials, with their hidden units brought into one order in one way. */
export interface TrialsEntry {
  /** Null for the dense networks. */
  readonly rewind: number | null;
  readonly density: number;
  readonly matched: Matched;
  readonly lines: readonly AcrossTrials[];
  /** Barrier of the error on the test set, over pairs of trials; null where no line has one. */
  readonly test: PairMean | null;
  readonly train: PairMean | null;
  /** Pairs left out because something on their line is not a finite number. */
  readonly leftOut: number;
  /** That the barrier is below 2 points. */
  readonly connected: { readonly test: PairTest } & JudgedClaim;
  /** The barrier of the same pairs unmatched less this one, and that this is above zero; null for what is not matched. */
  readonly lowered: (Lowered & JudgedClaim) | null;
}

interface Lowered {
  readonly mean: PairMean | null;
  readonly test: PairTest;
}

/** The same before it is judged. */
type Measured = Omit<TrialsEntry, 'connected' | 'lowered'> & {
  readonly connected: PairTest;
  readonly lowered: Lowered | null;
};

function barriers(
  lines: readonly AcrossTrials[],
  curve: (line: AcrossTrials) => readonly (number | null)[] | null,
): PairValue[] {
  return lines.flatMap((line): PairValue[] => {
    const values = curve(line);
    const value = values === null ? null : barrierOf(values);
    const [first, second] = line.trials;
    return value === null ? [] : [{ first, second, value }];
  });
}

/** Every entry with its tests, from dense to sparse, unmatched before matched. */
export function measureTrials({ lines, densities }: StabilityFound): Measured[] {
  const across = lines.filter((line) => line.kind === 'trials');
  const ways: readonly Matched[] = ['not', 'own', 'dense'];
  return densities.flatMap((density) =>
    ways.flatMap((matched): Measured[] => {
      const own = across.filter((line) => line.density === density && line.matched === matched);
      if (own.length === 0) return [];
      const values = barriers(own, testError);
      const unmatched = barriers(
        across.filter((line) => line.density === density && line.matched === 'not'),
        testError,
      );
      const test = pairMean(values);
      const change = matched === 'not' ? null : pairMean(pairwiseDifferences(unmatched, values));
      return [
        {
          rewind: own[0].rewind,
          density,
          matched,
          lines: own,
          test,
          train: pairMean(barriers(own, trainError)),
          leftOut: own.length - values.length,
          connected: testPairs(test, STABLE_BELOW, 'below'),
          lowered: matched === 'not' ? null : { mean: change, test: testPairs(change, 0, 'above') },
        },
      ];
    }),
  );
}
