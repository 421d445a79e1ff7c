import { InputError } from '../networks/errors.js';
import type { Mask, Tensors } from '../networks/network.js';
import type { Doubles } from '../training/probe.js';
import type { KeepGroup } from './ladder.js';
import { countOf, type KeptCount } from './mask.js';
import type { Quantity } from './measure.js';
import { asScore, type Score, type ScoreContext, type ScoreName, scores } from './scores/index.js';
import { nthLowest } from './select.js';

/** What a score may need beside the values that are scored. */
export interface PruneSource {
  /** Of scores that draw numbers; default: 0. */
  readonly seed?: number | undefined;
  /** The values before training, of scores that look at them. */
  readonly initial?: Tensors | undefined;
  /** One number per weight by tensor, of scores that need something measured; of the network with its pruned weights at zero. */
  readonly measure?: ((quantity: Quantity) => Doubles) | undefined;
}

/** One number per weight, by tensor. */
export type Scored = ReadonlyMap<string, Float32Array | Float64Array>;

/**
 * Scores tensors.
 *
 * @param mask survivors so far
 * @param trained weights that are scored
 * @throws InputError when a tensor or what the score needs is missing, or the score of a survivor is not a number
 */
export function scoreTensors(
  mask: Mask,
  trained: Tensors,
  score: ScoreName | Score,
  tensors: readonly string[],
  { seed = 0, initial, measure }: PruneSource = {},
): Scored {
  const chosen: Score = typeof score === 'string' ? scores[score] : asScore(score, 'the score that is given');
  const called = typeof score === 'string' ? score : `given (${chosen.title})`;
  const places = [...mask.keys()];
  const measurements = new Map<Quantity, Doubles>();
  const measured = (quantity: Quantity, name: string): Float64Array => {
    const found = measurements.get(quantity) ?? measure?.(quantity);
    const values = found?.get(name);
    if (found === undefined || values === undefined) {
      throw new InputError(`${name}: the ${called} score needs its ${quantity}, which was not measured.`);
    }
    measurements.set(quantity, found);
    return values;
  };
  return new Map(
    tensors.map((name): [string, Float32Array | Float64Array] => {
      const bits = mask.get(name);
      const values = trained.get(name);
      if (!bits || !values || bits.length !== values.length) {
        throw new InputError(`${name} is to be pruned, but its mask or its weights are missing or of different sizes.`);
      }
      const before = initial?.get(name);
      if (chosen.needsInitial === true && before?.length !== values.length) {
        throw new InputError(`${name}: the ${called} score looks at the values before training, which are missing.`);
      }
      // Copies, so that a user's own score cannot change its inputs.
      const context: ScoreContext = {
        trained: values.slice(),
        initial: before?.slice() ?? new Float32Array(values.length),
        mask: bits.slice(),
        seed,
        place: places.indexOf(name),
        measured: (quantity) => measured(quantity, name).slice(),
      };
      const scored = scoreOf(chosen, context, `${name}: the ${called} score`);
      if (!(scored instanceof Float32Array || scored instanceof Float64Array) || scored.length !== values.length) {
        throw new InputError(
          `${name}: the ${called} score gives ${shown(scored)}; expected a Float32Array or Float64Array, one number for each of ${values.length} weights.`,
        );
      }
      for (let i = 0; i < bits.length; i++) {
        if (bits[i] !== 0 && Number.isNaN(scored[i])) {
          throw new InputError(`${name}: the ${called} score of weight ${i} is not a number.`);
        }
      }
      return [name, scored];
    }),
  );
}

/** What a score says, whatever that is. */
function scoreOf(score: Score, context: ScoreContext, called: string): unknown {
  try {
    return score.of(context);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${called} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function shown(value: unknown): string {
  if (value === null || typeof value !== 'object') return typeof value === 'undefined' ? 'nothing' : String(value);
  const { length } = value as { length?: unknown };
  return `a ${value.constructor?.name ?? 'value'}${typeof length === 'number' ? ` of ${length}` : ''}`;
}

/**
 * Prunes until each group keeps exactly its count: the lowest scores go first; of equal scores the one that comes first,
 * by tensor and then by place. What is pruned already stays pruned. Biases have no mask and so cannot be touched.
 *
 * A group ranked over several layers may leave one of them without any weight: `collapsedLayers` names it.
 *
 * @param mask survivors so far
 * @param trained weights that are scored
 * @param groups tensors ranked together, and how many survive; see `keepAt`
 * @param source what the score needs beside them
 * @returns a new mask; tensors in no group keep theirs
 * @throws InputError when a score is not a number or lacks what it needs, or a group would have to grow
 */
export function prune(
  mask: Mask,
  trained: Tensors,
  score: ScoreName | Score,
  groups: readonly KeepGroup[],
  source: PruneSource = {},
): Map<string, Uint8Array> {
  const scored = scoreTensors(
    mask,
    trained,
    score,
    groups.flatMap(({ tensors }) => tensors),
    source,
  );
  return keepHighest(mask, scored, groups);
}

/** Keeps the highest scores of each group: the second half of `prune`. */
export function keepHighest(mask: Mask, scored: Scored, groups: readonly KeepGroup[]): Map<string, Uint8Array> {
  const result = new Map([...mask].map(([name, bits]): [string, Uint8Array] => [name, bits.slice()]));
  for (const group of groups) keepInGroup(result, scored, group);
  return result;
}

function keepInGroup(mask: Map<string, Uint8Array>, all: Scored, { tensors, keep }: KeepGroup): void {
  const parts = tensors.map((name) => ({
    bits: mask.get(name) as Uint8Array,
    scored: all.get(name) as Float32Array | Float64Array,
  }));
  const surviving = parts.reduce((sum, { bits }) => sum + countOf(bits), 0);
  const going = surviving - keep;
  if (going < 0) {
    throw new InputError(`${tensors.join(', ')}: ${keep} weights are to survive, but only ${surviving} are left.`);
  }
  if (going === 0) return;
  const scores = new Float64Array(surviving);
  let at = 0;
  for (const { bits, scored } of parts) {
    for (let i = 0; i < bits.length; i++) if (bits[i] !== 0) scores[at++] = scored[i];
  }
  // Everything below the threshold goes, and as many at it as are still wanted: N weights, never N + 1.
  const threshold = nthLowest(scores, going - 1);
  let ties = going;
  for (let i = 0; i < scores.length; i++) if (scores[i] < threshold) ties--;
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
