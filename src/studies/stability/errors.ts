import type { LineCurve } from '../../analysis/connectivity/index.js';
import type { StabilityLine } from './found.js';

/** Errors along a line, on the test set and on training examples: shares of 1. */

export const testError = ({ values }: Pick<StabilityLine, 'values'>): LineCurve['error'] => values.test.error;
export const trainError = ({ values }: Pick<StabilityLine, 'values'>): LineCurve['error'] | null =>
  values.train?.error ?? null;
