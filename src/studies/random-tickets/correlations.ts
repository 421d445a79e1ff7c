import type { Interval } from '../../analysis/intervals.js';
import { type PairedDifference, pairedDifference } from '../../analysis/paired.js';
import { rankCorrelation } from '../../analysis/rank-correlation.js';
import { chanceOfCorrelations, fisherZ, spearmanInterval } from '../../analysis/spearman.js';
import { type PropertyId, propertyIds } from '../../analysis/ticket-properties/index.js';
import { type Verdict, verdict } from '../../analysis/verdict.js';
import { propertyOf } from './effects.js';
import type { TrialTickets } from './trials.js';

/** How a property at the start goes with accuracy among random tickets. */
export interface Correlation {
  readonly id: PropertyId;
  readonly trials: readonly {
    readonly trial: number;
    /** Spearman's. */
    readonly correlation: number;
    /** Random tickets that have the property. */
    readonly pairs: number;
    /** 95%, of this trial's random tickets as a sample of all there could be. */
    readonly interval: Interval | null;
  }[];
  /** Fisher's z of each trial's correlation, against 0 over trials. */
  readonly z: PairedDifference;
  /** Two-sided p that all trials' correlations are chance, by the orders of the tickets within each; null without any. */
  readonly p: number | null;
  /** The mean over trials, taken through Fisher's z; null without any. */
  readonly mean: number | null;
  /** 95% t interval of it over trials, likewise; null for fewer than two. */
  readonly interval: Interval | null;
  /** p after Holm's correction over all tests of the study; null until they are corrected. */
  readonly holmP: number | null;
}

function correlationOf(trials: readonly TrialTickets[], id: PropertyId): Correlation {
  const found = trials.flatMap(({ trial, draws }) => {
    const pairs = draws.flatMap((draw) => {
      const value = propertyOf(draw, { id, when: 'before' });
      return typeof value === 'number' ? [{ value, accuracy: draw.accuracy }] : [];
    });
    // Two points always lie on a line.
    const correlation =
      pairs.length < 4
        ? null
        : rankCorrelation(
            pairs.map(({ value }) => value),
            pairs.map(({ accuracy }) => accuracy),
          );
    if (correlation === null) return [];
    return [{ trial, correlation, pairs: pairs.length, interval: spearmanInterval(correlation, pairs.length) }];
  });
  const z = pairedDifference(found.map(({ correlation }) => fisherZ(correlation)));
  return {
    id,
    trials: found,
    z,
    p: chanceOfCorrelations(found),
    mean: z.mean === null ? null : Math.tanh(z.mean),
    interval: z.interval && { low: Math.tanh(z.interval.low), high: Math.tanh(z.interval.high) },
    holmP: null,
  };
}

/**
 * Rank correlations of every property before training with accuracy, within each trial's random tickets and then over trials:
 * draws of one trial share its data, its initial values or its mask, and so are no independent sample of all tickets.
 * Properties that do not differ among the tickets of any trial are left out.
 */
export function correlationsOf(trials: readonly TrialTickets[]): Correlation[] {
  return propertyIds.map((id) => correlationOf(trials, id)).filter((one) => one.trials.length > 0);
}

/**
 * Judges that more of the property goes with more accuracy: the interval over trials must lie on one side of zero, so that it
 * is not of one trial alone, and the orders within trials must be significant after Holm's correction.
 */
export const judgeCorrelation = ({ z, holmP }: Correlation): Verdict => verdict(z, 'above', holmP);

/** The property that goes with accuracy most, either way, on average over trials; null where nothing was correlated. */
export function bestPredictor(correlations: readonly Correlation[]): Correlation | null {
  return correlations.reduce<Correlation | null>(
    (best, one) => (best === null || Math.abs(one.mean ?? 0) > Math.abs(best.mean ?? 0) ? one : best),
    null,
  );
}
