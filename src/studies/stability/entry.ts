import type { JudgedClaim } from '../../analysis/family.js';
import type { Summary } from '../../analysis/summary.js';
import type { MatchingTest } from '../shared/rewinds/matching.js';

/** The barrier of lines of one kind at one place, over trials. Several lines of one trial are averaged first. */
export interface Barrier {
  /** Of the error on the test set, a share of 1; null where no line has one. */
  readonly test: Summary | null;
  /** On training examples; null also where none were asked for. */
  readonly train: Summary | null;
  /** Of the loss on the test set, in nats. */
  readonly loss: Summary | null;
  /** Of the test error, trial by trial. */
  readonly byTrial: ReadonlyMap<number, number>;
}

export type BarrierTest = Barrier & JudgedClaim;

/** One network, dense or sparse, from one rewind. */
export interface StabilityEntry {
  readonly rewind: number;
  /** 1 for the dense network. */
  readonly density: number;
  /** Between its children; supported: stable, below 2 points. Null where no line is measured. */
  readonly children: BarrierTest | null;
  /** Between a ticket and its dense network, and the network one round before it; null for the dense network too. */
  readonly toDense: BarrierTest | null;
  readonly toRound: BarrierTest | null;
  /** Test accuracy of child 0: the ticket, or the dense network from there. */
  readonly accuracy: Summary | null;
  /** Whether the ticket matches the dense network; null for that itself. */
  readonly matching: MatchingTest | null;
}
