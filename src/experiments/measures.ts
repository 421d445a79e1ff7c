import type { Measures } from '../analysis/speed.js';
import type { RunSpecification } from './schema.js';

/**
 * The validation loss that trainings are timed to where a specification names none, by data set. Each is one that dense networks
 * and tickets of these presets pass on the steep part of their curve, well above the least that they reach.
 */
const standardLoss: Readonly<Record<string, number>> = {
  strokes: 0.15,
  mnist: 0.15,
  'fashion-mnist': 0.45,
  'cifar-10': 1.2,
};

/** The loss of test accuracy that counts as matching, where a specification says none: 0.2 points. */
export const STANDARD_MARGIN = 0.002;

/** What a run is measured by: as its specification says, else as is usual for its data. */
export function measuresOf({ measures, data }: Pick<RunSpecification, 'measures' | 'data'>): Measures {
  const named = data.name !== undefined && Object.hasOwn(standardLoss, data.name) ? standardLoss[data.name] : null;
  const loss = measures?.loss;
  return {
    loss: loss === undefined ? named : loss === 'none' ? null : loss,
    margin: measures?.margin ?? STANDARD_MARGIN,
  };
}
