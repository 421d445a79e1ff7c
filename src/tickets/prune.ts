import { InputError } from '../networks/errors.js';
import type { Mask, Tensors } from '../networks/network.js';
import type { KeepGroup } from './ladder.js';
import type { KeptCount } from './mask.js';
import { type ScoreName, scores, scoresOfInitial } from './scores/index.js';

/**
 * Prunes until each group keeps exactly its count: the lowest scores go first; of equal scores the one that comes first,
 * by tensor and then by place. What is pruned already stays pruned. Biases have no mask and so cannot be touched.
 *
 * A group ranked over several layers may leave one of them without any weight: `collapsedLayers` names it.
 *
 * @param mask survivors so far
 * @param trained weights that are scored
 * @param groups tensors ranked together, and how many survive; see `keepAtLevel`
 * @param source what the score needs beside them
 * @returns a new mask; tensors in no group keep theirs
 * @throws InputError when a score is no number or lacks what it needs, or a group would have to grow
 */
export function prune(
  mask: Mask,
  trained: Tensors,
  score: ScoreName,
  groups: readonly KeepGroup[],
  source: PruneSource = {},
): Map<string, Uint8Array> {
  const result = new Map([...mask].map(([name, bits]): [string, Uint8Array] => [name, bits.slice()]));
  for (const group of groups) pruneGroup(result, trained, score, group, source);
  return result;
}

/** What a score may need beside the trained weights. */
export interface PruneSource {
  /** Of scores that draw numbers; 0 unless given. */
  readonly seed?: number | undefined;
  /** The values before training, of scores that look at them. */
  readonly initial?: Tensors | undefined;
}

function pruneGroup(
  mask: Map<string, Uint8Array>,
  trained: Tensors,
  score: ScoreName,
  { tensors, keep }: KeepGroup,
  { seed = 0, initial }: PruneSource,
): void {
  const places = [...mask.keys()];
  const parts = tensors.map((name) => {
    const bits = mask.get(name);
    const values = trained.get(name);
    if (!bits || !values || bits.length !== values.length) {
      throw new InputError(`${name} is to be pruned, but its mask or its weights are missing or of different sizes.`);
    }
    const before = initial?.get(name);
    if (scoresOfInitial.has(score) && before?.length !== values.length) {
      throw new InputError(`${name}: the ${score} score looks at the values before training, which are missing.`);
    }
    const context = {
      trained: values,
      initial: before ?? new Float32Array(values.length),
      mask: bits.slice(),
      seed,
      place: places.indexOf(name),
    };
    return { name, bits, scored: scores[score].of(context) };
  });
  const surviving = parts.reduce((sum, { bits }) => sum + bits.reduce((count, bit) => count + bit, 0), 0);
  const going = surviving - keep;
  if (going < 0) {
    throw new InputError(`${tensors.join(', ')}: ${keep} weights are to survive, but only ${surviving} are left.`);
  }
  if (going === 0) return;
  const sorted = new Float32Array(surviving);
  let at = 0;
  for (const { name, bits, scored } of parts) {
    for (let i = 0; i < bits.length; i++) {
      if (bits[i] === 0) continue;
      if (Number.isNaN(scored[i])) throw new InputError(`${name}: the ${score} score of weight ${i} is not a number.`);
      sorted[at++] = scored[i];
    }
  }
  sorted.sort();
  // Everything below the threshold goes, and as many at it as are still wanted: N weights, never N + 1.
  const threshold = sorted[going - 1];
  let ties = going;
  for (const value of sorted) {
    if (value >= threshold) break;
    ties--;
  }
  for (const { bits, scored } of parts) {
    for (let i = 0; i < bits.length; i++) {
      if (bits[i] === 0) continue;
      if (scored[i] < threshold) bits[i] = 0;
      else if (scored[i] === threshold && ties > 0) {
        bits[i] = 0;
        ties--;
      }
    }
  }
}

/** Names of the layers that have no weight left: layer collapse (Tanaka et al. 2020). */
export function collapsedLayers(counts: readonly KeptCount[]): string[] {
  return counts.filter(({ kept, total }) => kept === 0 && total > 0).map(({ layer }) => layer);
}
