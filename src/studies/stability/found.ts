import type { LineValues } from '../../analysis/connectivity/index.js';
import type { WeightsAt } from '../../experiments/results.js';
import type { TrainedPoint } from '../shared/rewinds/points.js';

/** Between what a line was drawn, and what was measured on it. Trials are from 0, rewinds in iterations, densities shares of 1. */
export type StabilityLine = { readonly values: LineValues } & (
  | {
      /** Two children of one network: as they were at a rewind, and trained on in different orders of examples. */
      readonly kind: 'children';
      readonly rewind: number;
      /** 1 for the dense network. */
      readonly density: number;
      readonly trial: number;
      readonly children: readonly [number, number];
    }
  /** A ticket and the dense network it was rewound to. */
  | { readonly kind: 'dense'; readonly rewind: number; readonly density: number; readonly trial: number }
  | {
      /** A ticket and the network one round before it, which it was pruned from. */
      readonly kind: 'round';
      readonly rewind: number;
      readonly density: number;
      /** Of that network. */
      readonly before: number;
      readonly trial: number;
    }
  | {
      /** Networks of two trials. */
      readonly kind: 'trials';
      /** Null for the dense networks. */
      readonly rewind: number | null;
      readonly density: number;
      readonly trials: readonly [number, number];
      readonly matched: Matched;
    }
);

/** How hidden units of two trials are brought into one order: not at all, by their own weights, or as their dense networks' are. */
export type Matched = 'not' | 'own' | 'dense';

/** All that a study of stability found so far, as plain data. */
export interface StabilityFound {
  /** In iterations, ascending. */
  readonly rewinds: readonly number[];
  /** From dense, 1, to sparse. */
  readonly densities: readonly number[];
  readonly trials: number;
  /** Children of each network, all pairs of which are compared. */
  readonly children: number;
  /** Iterations of a whole training. */
  readonly iterations: number;
  readonly at: WeightsAt;
  /** Places on a line. */
  readonly points: number;
  /** Most training examples that lines are seen on. */
  readonly trainingExamples: number;
  /** Whose running statistics of batch normalisation are estimated anew on lines; null where there is no batch normalisation. */
  readonly estimated: 'all' | 'between trials' | null;
  /** The dense network of each trial (`dense`, without a rewind), and every child; child 0 of a ticket is the ticket. */
  readonly trained: readonly TrainedPoint[];
  readonly lines: readonly StabilityLine[];
  readonly planned: { readonly trained: number; readonly lines: number };
}
