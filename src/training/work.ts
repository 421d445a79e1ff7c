import type { Work } from './types.js';

/** Before anything is done. */
export const NO_WORK: Work = { forward: 0, backward: 0, evaluation: 0, search: 0, examples: 0, searchExamples: 0 };

/** Floating-point operations of it all. */
export function flopsOf({ forward, backward, evaluation, search }: Work): number {
  return forward + backward + evaluation + search;
}
