import type { SpecificationInput } from '../schema.js';

/** Settings that carry a name, what they are, and how the same effect is had quickly. */
export interface Preset {
  readonly summary: string;
  readonly specification: SpecificationInput;
  /**
   * What `--quick` lays over it: about a hundredth of the cost. Absent where the preset is quick as it is.
   */
  readonly quick?: SpecificationInput;
}

export type Pruning = NonNullable<SpecificationInput['pruning']>;

/** The rate of several rounds at once: every so manieth rung of the same ladder. */
export function rounds(rate: number, count: number): number {
  let kept = 1;
  for (let round = 0; round < count; round++) kept *= 1 - rate;
  return Math.round((1 - kept) * 1e4) / 1e4;
}

export const mnist = { name: 'mnist', validation: 5_000, normalisation: { mean: 0.1307, deviation: 0.3081 } };

export const cifar10 = {
  name: 'cifar-10',
  validation: 5_000,
  normalisation: { mean: [0.4914, 0.4822, 0.4465], deviation: [0.247, 0.2435, 0.2616] },
};

/** Fewer examples are learned by heart sooner, so that there is an early stop to see in few iterations. */
export const fewExamples = { train: 12_000, validation: 2_000 };

/** Crops after padding by four pixels, and flips. */
export const standardAugmentation = { padding: 4, flip: true };
