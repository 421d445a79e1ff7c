import { type ShuffleName, shuffleNames } from '../../analysis/alignment/index.js';
import {
  type Overlap,
  type OverlapCounts,
  overlapOf,
  overlapOfParts,
  sumOverlaps,
} from '../../analysis/overlap/index.js';
import { PAPER_DENSITY } from '../../analysis/statements/index.js';
import { type PairMean, type PairValue, pairMean } from '../../analysis/trial-pairs.js';
import {
  type ConsistencyFound,
  type ConsistencyLevel,
  type MatchingFound,
  prunedLayers,
  type VariationFound,
} from './found.js';

/** A measure of the overlap of two masks; see `Overlap`. */
export type OverlapMeasure = 'jaccard' | 'expectedJaccard' | 'ratio' | 'excess' | 'z';

/** A layer's name, or null for all layers that are pruned. */
export type LayerScope = string | null;

const ofScope = <T extends { readonly layer: string }>(layers: readonly T[], scope: LayerScope): readonly T[] =>
  scope === null ? layers : layers.filter(({ layer }) => layer === scope);

/** Layers in scope as one, those that neither mask prunes left out. */
function overlapIn(layers: readonly (OverlapCounts & { readonly layer: string })[], scope: LayerScope): Overlap {
  const pruned = prunedLayers(ofScope(layers, scope));
  return pruned.length === 1 ? overlapOf(pruned[0]) : overlapOfParts(pruned);
}

/** Of every pair of trials at a level a value; pairs that have none are left out. */
function pairValues<Pair extends { readonly level: number; readonly first: number; readonly second: number }>(
  pairs: readonly Pair[],
  level: number,
  of: (pair: Pair) => number | null,
): PairValue[] {
  return pairs.flatMap((pair): PairValue[] => {
    const value = pair.level === level ? of(pair) : null;
    return value === null ? [] : [{ first: pair.first, second: pair.second, value }];
  });
}

/** A measure of every pair of trials at a level, as the masks lie. */
export const overlapValues = (
  { overlaps }: Pick<VariationFound, 'overlaps'>,
  level: number,
  measure: OverlapMeasure,
  scope: LayerScope = null,
): PairValue[] => pairValues(overlaps, level, ({ layers }) => overlapIn(layers, scope)[measure]);

/** Overlap over a chance that knows how many weights come into each neuron, or read each input. */
export const ratioWithin = (
  { overlaps }: Pick<VariationFound, 'overlaps'>,
  level: number,
  within: 'withinNeurons' | 'withinInputs',
  scope: LayerScope = null,
): PairValue[] =>
  pairValues(
    overlaps,
    level,
    ({ layers }) => sumOverlaps(prunedLayers(ofScope(layers, scope)).map((one) => one[within])).ratio,
  );

/** A measure of every pair of trials at a level once hidden units are matched. */
export const matchedValues = (
  { matchings }: Pick<VariationFound, 'matchings'>,
  level: number,
  measure: OverlapMeasure,
  scope: LayerScope = null,
): PairValue[] => pairValues(matchings, level, ({ layers }) => overlapIn(layers, scope)[measure]);

/** The same where one side is shuffled first: the mean over draws of each pair. */
export const shuffledValues = (
  { matchings }: Pick<VariationFound, 'matchings'>,
  level: number,
  shuffle: ShuffleName,
  measure: OverlapMeasure,
  scope: LayerScope = null,
): PairValue[] => pairValues(matchings, level, (pair) => meanOfDraws(pair, shuffle, measure, scope));

function meanOfDraws(
  { layers, shuffled }: Pick<MatchingFound, 'layers' | 'shuffled'>,
  shuffle: ShuffleName,
  measure: OverlapMeasure,
  scope: LayerScope,
): number | null {
  let [sum, count] = [0, 0];
  for (const draw of shuffled) {
    if (draw.shuffle !== shuffle) continue;
    const value = overlapIn(
      layers.map((layer, i) => ({ ...layer, common: draw.common[i] })),
      scope,
    )[measure];
    if (value === null) return null;
    sum += value;
    count++;
  }
  return count === 0 ? null : sum / count;
}

/** The overlap of one variation at one level, in all layers or in one; null where no pair has it. */
export interface OverlapSummary {
  readonly jaccard: PairMean | null;
  readonly expectedJaccard: PairMean | null;
  readonly ratio: PairMean | null;
  readonly excess: PairMean | null;
  readonly z: PairMean | null;
  readonly withinNeurons: PairMean | null;
  readonly withinInputs: PairMean | null;
  /** Jaccard index and ratio with units matched; null where they are not. */
  readonly matchedJaccard: PairMean | null;
  readonly matched: PairMean | null;
  /** Ratio of what the same search finds in shuffled masks. */
  readonly shuffled: Readonly<Record<ShuffleName, PairMean | null>>;
}

/** Means over pairs of trials. */
export function summariseOverlap(variation: VariationFound, level: number, scope: LayerScope = null): OverlapSummary {
  const lying = (measure: OverlapMeasure) => pairMean(overlapValues(variation, level, measure, scope));
  const shuffled = shuffleNames.map((name) => [name, pairMean(shuffledValues(variation, level, name, 'ratio', scope))]);
  return {
    jaccard: lying('jaccard'),
    expectedJaccard: lying('expectedJaccard'),
    ratio: lying('ratio'),
    excess: lying('excess'),
    z: lying('z'),
    withinNeurons: pairMean(ratioWithin(variation, level, 'withinNeurons', scope)),
    withinInputs: pairMean(ratioWithin(variation, level, 'withinInputs', scope)),
    matchedJaccard: pairMean(matchedValues(variation, level, 'jaccard', scope)),
    matched: pairMean(matchedValues(variation, level, 'ratio', scope)),
    shuffled: Object.fromEntries(shuffled) as Record<ShuffleName, PairMean | null>,
  };
}

/** Levels that were asked for, dense to sparse. */
export const askedLevels = ({ levels }: Pick<ConsistencyFound, 'levels'>): ConsistencyLevel[] =>
  levels.filter(({ asked }) => asked);

/** The level that findings are about: of those asked for the one nearest, by ratio, to the paper's 21%, the denser of two. */
export function focusOf(found: Pick<ConsistencyFound, 'levels'>): ConsistencyLevel {
  const distance = ({ density }: ConsistencyLevel) => Math.abs(Math.log(density / PAPER_DENSITY));
  return askedLevels(found).reduce((best, level) => (distance(level) < distance(best) ? level : best));
}
