import {
  dealtTensors,
  type Matchable,
  matchableTensors,
  matchChannels,
  permuteMask,
  shuffleNames,
  shuffles,
} from '../../analysis/alignment/index.js';
import { countOverlap } from '../../analysis/overlap/index.js';
import type { MatchedBy, MatchingValues, ShuffledMatching } from '../../analysis/overlap/values.js';
import { InputError } from '../../networks/errors.js';
import { type Mask, prunableParameters, type Tensors } from '../../networks/network.js';
import { deriveSeed } from '../../random/stream.js';
import { masksOf } from './masks-of.js';
import type { MeasurementKind, MeasurementSource, MeasurementSpecification } from './measurement.js';

/**
 * How much the masks of two cells overlap once the hidden units of the second are put into the order of the first's, and how
 * much the same search finds where the second is shuffled.
 */
export interface MatchingSpecification extends MeasurementSpecification {
  readonly kind: 'matching';
  readonly version: 1;
  /** The two, and for matching by the weights of others, those two. */
  readonly cells: readonly string[];
  readonly by: MatchedBy;
  /** Whose final weights units are matched by, in place of the two cells' own; absent for those. */
  readonly weightsOf?: readonly [string, string];
  /** Random shuffles of each kind. */
  readonly draws: number;
  readonly seed: number;
}

/** A matching's specification, which lists its cells. */
export function matchingSpecification(
  [first, second]: readonly [string, string],
  rest: Pick<MatchingSpecification, 'by' | 'weightsOf' | 'draws' | 'seed'>,
): MatchingSpecification {
  return {
    kind: 'matching',
    version: 1,
    cells: [...new Set([first, second, ...(rest.weightsOf ?? [])])],
    ...rest,
  };
}

/** The tensors that units are matched by; null where masks decide. */
function tensorsOf({ cells, by, weightsOf }: MatchingSpecification, source: MeasurementSource): Tensors[] | null {
  if (by === 'masks') return null;
  return (weightsOf ?? cells.slice(0, 2)).map((id) => {
    const { finalWeights } = source.cell(id);
    for (const values of finalWeights.values()) {
      if (values.every(Number.isFinite)) continue;
      throw new InputError(`cell ${id} has weights that are not finite and cannot be matched; it has diverged.`);
    }
    return finalWeights;
  });
}

export const matching: MeasurementKind<MatchingSpecification, MatchingValues> = {
  async measure(specification, source) {
    const { cells, draws, seed } = specification;
    const { network, masks } = masksOf(cells.slice(0, 2).map((id) => source.cell(id)));
    const [first, second] = masks;
    const tensors = tensorsOf(specification, source)?.map((one) => matchableTensors(network, one)) ?? null;
    const parameters = prunableParameters(network);
    const matched = (other: Mask, alike: Matchable, matchSeed: number) => {
      const found = matchChannels(network, tensors?.[0] ?? first, alike, matchSeed);
      const ordered = permuteMask(network, other, found.permutations);
      const counts = parameters.map(({ name, layer }) => ({
        layer,
        ...countOverlap(first.get(name) as Uint8Array, ordered.get(name) as Uint8Array),
      }));
      return { ...found, counts };
    };
    const { before, after, counts } = matched(second, tensors?.[1] ?? second, deriveSeed(seed, 'matching'));
    const shuffled: ShuffledMatching[] = [];
    for (const shuffle of shuffleNames) {
      for (let draw = 0; draw < draws; draw++) {
        await source.progress((1 + shuffled.length) / (1 + shuffleNames.length * draws));
        const drawSeed = deriveSeed(seed, `matching-${shuffle}`, draw);
        const mask = shuffles[shuffle].mask(network, second, drawSeed);
        const alike = tensors === null ? mask : dealtTensors(tensors[1], second, mask, drawSeed);
        const common = matched(mask, alike, drawSeed).counts.map((one) => one.common);
        shuffled.push({ shuffle, draw, common });
      }
    }
    return { before, after, layers: counts, shuffled };
  },
};
