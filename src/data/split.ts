import { InputError } from '../networks/errors.js';
import { permutation, StreamReader, stream } from '../random/stream.js';

/** Places of a training set that are trained on, and those held out, each ascending. */
export interface Split {
  readonly train: Int32Array;
  readonly validation: Int32Array;
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
