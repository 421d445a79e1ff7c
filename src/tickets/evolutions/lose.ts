import { roundCount } from '../ladder.js';
import { countOf } from '../mask.js';
import { keepHighest } from '../prune.js';

/** Survivors of a tensor without so many of smallest |w|, of equal ones those that come first. */
export function withoutSmallest(bits: Uint8Array, weights: Float32Array, count: number): Uint8Array {
  const name = 'the tensor';
  const mask = new Map([[name, bits]]);
  const sizes = new Map([[name, weights.map(Math.abs)]]);
  return keepHighest(mask, sizes, [{ tensors: [name], keep: countOf(bits) - count }]).get(name) as Uint8Array;
}

/**
 * Survivors without a share of the positive weights, the smallest, and the same share of the negative ones, the largest, each
 * rounded to a whole number. Survivors that are zero have no sign, and all of them go.
 */
export function withoutNearestZero(bits: Uint8Array, weights: Float32Array, share: number): Uint8Array {
  const ofSign = (sign: number) => {
    const chosen = bits.map((bit, i) => bit & +(Math.sign(weights[i]) === sign));
    return withoutSmallest(chosen, weights, roundCount(countOf(chosen), share));
  };
  const [positive, negative] = [ofSign(1), ofSign(-1)];
  return positive.map((bit, i) => bit | negative[i]);
}
