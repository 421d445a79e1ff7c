/** A length of training: a number of iterations, or epochs with their unit, such as `160ep`. */
export type Length = number | `${number}ep`;

/** More iterations than any run has; they are counted in 32 bits. */
export const LONGEST = 100_000_000;

/**
 * Steps of one epoch: the whole batches in the training examples. The last examples of an epoch's order that fill no
 * batch are left out of it, so 45,000 examples in batches of 64 are 703 steps, not 704.
 *
 * @param examples training examples, those held out for validation not counted
 */
export function epochSteps(examples: number, batch: number): number {
  return Math.floor(examples / batch);
}

/** A length in iterations. */
export function iterationsOf(length: Length, epoch: number): number {
  return typeof length === 'number' ? length : Number(length.slice(0, -2)) * epoch;
}

/** Whether one length is more than another; undefined while their units differ and the data are not known. */
export function exceeds(a: Length, b: Length): boolean | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a > b;
  if (typeof a === 'string' && typeof b === 'string') return iterationsOf(a, 1) > iterationsOf(b, 1);
  return undefined;
}
