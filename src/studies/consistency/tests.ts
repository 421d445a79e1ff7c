import { shuffleNames } from '../../analysis/alignment/index.js';
import { judgeFamily } from '../../analysis/family.js';
import { type PairMean, type PairTest, pairMean, pairwiseDifferences, testPairs } from '../../analysis/trial-pairs.js';
import type { Verdict } from '../../analysis/verdict.js';
import { focusOf, matchedValues, overlapValues, shuffledValues } from './compare.js';
import { type ConsistencyFound, unordered, type VariationFound, type VariationName } from './found.js';

/** A claim about the masks of a variation at the level that findings are about. */
export interface ConsistencyTest {
  readonly variation: VariationName;
  readonly claim: /** Masks overlap more than chance. */
    | { readonly kind: 'above-chance' }
    /** Matching hidden units finds more in common than in masks shuffled so. */
    | { readonly kind: 'above-shuffled'; readonly shuffle: (typeof shuffleNames)[number] }
    /** The Jaccard index is higher than that of another variation, whose trials begin with other weights. */
    | { readonly kind: 'above-variation'; readonly other: VariationName };
  /** The mean of what is tested. */
  readonly found: PairMean | null;
  readonly test: PairTest;
  /** Corrected by Holm over all claims of the study. */
  readonly p: number | null;
  readonly verdict: Verdict;
}

/** The variation that others are compared with: trials that begin with other weights. */
export function referenceOf({ variations }: Pick<ConsistencyFound, 'variations'>): VariationFound | undefined {
  return variations.find(({ name }) => name === 'initialisation') ?? variations.find(({ name }) => unordered.has(name));
}

/** Every claim that findings judge, at one level, corrected over all of them. */
export function consistencyTests(found: ConsistencyFound): ConsistencyTest[] {
  const { level } = focusOf(found);
  const reference = referenceOf(found);
  const claims = found.variations.flatMap((variation): Omit<ConsistencyTest, 'p' | 'verdict'>[] => {
    const { name } = variation;
    const made = (claim: ConsistencyTest['claim'], mean: PairMean | null, from: number) => ({
      variation: name,
      claim,
      found: mean,
      test: testPairs(mean, from, 'above'),
    });
    const lying = made({ kind: 'above-chance' }, pairMean(overlapValues(variation, level, 'ratio')), 1);
    const matched = matchedValues(variation, level, 'ratio');
    const matchings = shuffleNames.flatMap((shuffle) => {
      const shuffled = shuffledValues(variation, level, shuffle, 'ratio');
      const differences = pairwiseDifferences(matched, shuffled);
      return differences.length === 0 ? [] : [made({ kind: 'above-shuffled', shuffle }, pairMean(differences), 0)];
    });
    if (reference === undefined || unordered.has(name)) return [lying, ...matchings];
    const differences = pairwiseDifferences(
      overlapValues(variation, level, 'jaccard'),
      overlapValues(reference, level, 'jaccard'),
    );
    const claim = { kind: 'above-variation', other: reference.name } as const;
    return [lying, ...matchings, made(claim, pairMean(differences), 0)];
  });
  const judged = judgeFamily(claims.map(({ test }) => test));
  return claims.map((claim, i) => ({ ...claim, p: judged[i].holmP, verdict: judged[i].verdict }));
}
