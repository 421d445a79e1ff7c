import { InputError } from '../../networks/errors.js';
import type { Mask } from '../../networks/network.js';
import type { KeepGroup } from '../ladder.js';
import { keepHighest, type Scored } from '../prune.js';

/** A weight tensor some of whose weights go with an element. */
export interface Member {
  readonly tensor: string;
  /** `[outputs][inputs]`, and the places of a kernel that an output and an input share. */
  readonly shape: readonly [number, number];
  /** Which element the weights from an input to an output belong to. */
  readonly element: (output: number, input: number) => number;
  /** Whether they count in its score. */
  readonly scored: boolean;
}

/** Elements that are counted together, each of all its weights in all members. */
export interface ElementSet {
  readonly name: string;
  readonly size: number;
  readonly members: readonly Member[];
}

/** Calls for each weight of a member, in its place, with the element it belongs to. */
function eachWeight(
  { shape: [outputs, inputs], element }: Member,
  bits: Uint8Array,
  visit: (w: number, e: number) => void,
) {
  const area = bits.length / (outputs * inputs);
  let w = 0;
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      const e = element(o, i);
      for (let place = 0; place < area; place++, w++) visit(w, e);
    }
  }
}

/** One byte per element: 1 where a weight of it survives. */
export function aliveElements({ size, members }: ElementSet, mask: Mask): Uint8Array {
  const alive = new Uint8Array(size);
  for (const member of members) {
    const bits = mask.get(member.tensor) as Uint8Array;
    eachWeight(member, bits, (w, e) => {
      alive[e] |= bits[w];
    });
  }
  return alive;
}

/**
 * The mean of the scores of each element's surviving weights, summed in the order of the network and of their places; minus
 * infinity where none of those that count survives.
 */
function elementScores({ size, members }: ElementSet, mask: Mask, scored: Scored): Float64Array {
  const sums = new Float64Array(size);
  const counts = new Float64Array(size);
  for (const member of members) {
    if (!member.scored) continue;
    const bits = mask.get(member.tensor) as Uint8Array;
    const scores = scored.get(member.tensor);
    if (scores?.length !== bits.length) {
      throw new InputError(
        `${member.tensor} has ${scores?.length ?? 'no'} scores; expected one for each of ${bits.length} weights.`,
      );
    }
    eachWeight(member, bits, (w, e) => {
      if (bits[w] === 0) return;
      sums[e] += scores[w];
      counts[e]++;
    });
  }
  return sums.map((sum, e) => (counts[e] === 0 ? Number.NEGATIVE_INFINITY : sum / counts[e]));
}

/**
 * Prunes whole elements until each group keeps exactly its count, the lowest means first, of equal ones the one that comes
 * first. All are scored before any is pruned.
 *
 * @throws InputError when a group names what is not there or has no scores, or would have to grow
 */
export function keepHighestElements(
  sets: readonly ElementSet[],
  mask: Mask,
  scored: Scored,
  groups: readonly KeepGroup[],
): Map<string, Uint8Array> {
  const chosen = groups
    .flatMap(({ tensors }) => tensors)
    .map((name) => {
      const set = sets.find((known) => known.name === name);
      if (set === undefined) {
        throw new InputError(
          `${name} has no elements to prune; those that have are ${sets.map((s) => s.name).join(', ')}.`,
        );
      }
      return set;
    });
  const before = new Map(chosen.map((set) => [set.name, aliveElements(set, mask)] as const));
  const scores = new Map(chosen.map((set) => [set.name, elementScores(set, mask, scored)] as const));
  const after = keepHighest(before, scores, groups);
  const result = new Map([...mask].map(([name, bits]) => [name, bits.slice()] as const));
  for (const { name, members } of chosen) {
    const kept = after.get(name) as Uint8Array;
    for (const member of members) {
      const bits = result.get(member.tensor) as Uint8Array;
      eachWeight(member, bits, (w, e) => {
        bits[w] &= kept[e];
      });
    }
  }
  return result;
}
