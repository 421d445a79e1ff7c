import { InputError } from '../networks/errors.js';
import { permutation, StreamReader, stream } from '../random/stream.js';

/** Places of a training set that are trained on, and those held out, each ascending. */
export interface Split {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/**
 * How many examples a share of them is: the nearest whole number, at least one.
 *
 * @param share above 0, at most 1
 */
export function partSize(count: number, share: number): number {
  return Math.max(1, Math.round(count * share));
}

/**
 * A random part of the examples, drawn from the seed, ascending.
 *
 * @param share above 0, at most 1; see `partSize`
 */
export function partOf(indices: Int32Array, share: number, seed: number): Int32Array {
  const order = permutation(indices.length, new StreamReader(stream(seed, 'part')));
  return Int32Array.from(order.subarray(0, partSize(indices.length, share)), (place) => indices[place]).sort();
}

/** The split of a training set whose last examples are a validation set that came with the data. */
export function ownSplit(count: number, validation: number): Split {
  const places = Int32Array.from({ length: count }, (_, place) => place);
  return { train: places.slice(0, count - validation), validation: places.slice(count - validation) };
}

/**
 * Holds out `validation` of `count` examples, drawn at random from the seed.
 *
 * @throws InputError when nothing would be left to train on, or nothing to validate with
 */
export function splitIndices(count: number, validation: number, seed: number): Split {
  if (!Number.isInteger(validation) || validation < 1 || validation >= count) {
    throw new InputError(
      `validation is ${validation} examples; expected a whole number from 1 to ${count - 1}, since the training set has ${count}.`,
    );
  }
  const order = permutation(count, new StreamReader(stream(seed, 'split')));
  return { validation: order.slice(0, validation).sort(), train: order.slice(validation).sort() };
}
