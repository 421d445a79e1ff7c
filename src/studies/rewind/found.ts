import type { WeightsAt } from '../../experiments/results.js';
import type { TrainedPoint } from '../shared/rewinds/points.js';

/** All that a study of rewinding found so far, as plain data. */
export interface RewindFound {
  /** In iterations, ascending. */
  readonly rewinds: readonly number[];
  /** Shares of weights kept, falling, the dense network's left out. */
  readonly densities: readonly number[];
  readonly trials: number;
  /** Iterations of a whole training. */
  readonly iterations: number;
  readonly at: WeightsAt;
  /** Draws of the controls of each ticket; 0 for none. */
  readonly draws: { readonly reinitialise: number; readonly randomMask: number };
  /**
   * The dense network of each trial (`dense`), without a rewind; tickets, random masks and re-initialisations (`reinitialise`) of
   * every rewind, these with the masks that were found with it. Where re-initialisations have no rewind, their masks are those of
   * the earliest, and tickets of every rewind are compared with them.
   */
  readonly trained: readonly TrainedPoint[];
  readonly planned: number;
}
