import { InputError } from '../../networks/errors.js';
import type { MaskMoment } from '../../training/evolution.js';
import type { KeepGroup } from '../ladder.js';
import { prune } from '../prune.js';
import { type Score, type ScoreName, scores } from '../scores/index.js';

/**
 * A score may use the current weights, and their gradients on the current batch.
 *
 * @throws InputError for one that needs more: the values before training, or what is measured on many examples
 */
export function checkScore(score: ScoreName | Score): void {
  const { needs = [], needsInitial, title }: Score = typeof score === 'string' ? scores[score] : score;
  const other = needsInitial === true ? 'values before training' : needs.find((quantity) => quantity !== 'gradient');
  if (other === undefined) return;
  throw new InputError(
    `the ${typeof score === 'string' ? score : title} score needs the ${other}, which are not available to a mask that changes in training; expected a score by values, such as magnitude, or by gradients, such as taylor.`,
  );
}

/** The mask that pruning would give at this moment. */
export function drawAt(
  { mask, weights, gradients }: MaskMoment,
  score: ScoreName | Score,
  groups: readonly KeepGroup[],
  seed: number,
): Map<string, Uint8Array> {
  return prune(mask, weights, score, groups, { seed, measure: gradients });
}
