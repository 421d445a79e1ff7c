import type { JudgedClaim } from '../../analysis/family.js';
import { type PairedDifference, pairedDifference } from '../../analysis/paired.js';
import { rankCorrelation } from '../../analysis/rank-correlation.js';
import { undecided, type Verdict } from '../../analysis/verdict.js';
import type { StabilityEntry } from './entry.js';

/** How stability and matching go together over tickets of all rewinds and densities. */
export interface Relation {
  /** Tickets by what is decided of them; each list in the order of the entries. */
  readonly stableAndMatching: readonly StabilityEntry[];
  readonly stableAlone: readonly StabilityEntry[];
  readonly matchingAlone: readonly StabilityEntry[];
  readonly neither: readonly StabilityEntry[];
  /** Of whose stability or matching the trials leave open. */
  readonly open: readonly StabilityEntry[];
  /**
   * Frankle et al. (2020): tickets match exactly where they are stable. Contradicted by any ticket that is decided to be one and
   * not the other; supported where there is none, and there are tickets that are both and tickets that are neither.
   */
  readonly exactly: Verdict;
  /**
   * Within each trial, Spearman's rank correlation of barrier and of accuracy less the dense network's, over its tickets;
   * as differences from zero, one a trial.
   */
  readonly correlation: PairedDifference;
  /** That it is below zero: the higher the barrier, the worse the ticket. */
  readonly falling: JudgedClaim;
  /** Most tickets that a trial's correlation is over. */
  readonly tickets: number;
}

/** Fewer tickets than this have no order to speak of. */
const LEAST_TICKETS = 4;

function exactly(counts: Pick<Relation, 'stableAndMatching' | 'stableAlone' | 'matchingAlone' | 'neither'>): Verdict {
  const { stableAndMatching, stableAlone, matchingAlone, neither } = counts;
  if (stableAlone.length + matchingAlone.length > 0) return { outcome: 'contradicted', reason: null };
  if (stableAndMatching.length > 0 && neither.length > 0) return { outcome: 'supported', reason: null };
  const lacks =
    stableAndMatching.length > 0
      ? 'no ticket is found to be unstable and to fall short'
      : neither.length > 0
        ? 'no ticket is found to be stable and to match'
        : 'of no ticket are both decided';
  return undecided({ kind: 'stated', text: lacks });
}

/** Rank correlations of barrier and accuracy, one a trial. */
export interface CorrelationWithin {
  readonly differences: PairedDifference;
  /** Most tickets that a trial's correlation is over. */
  readonly tickets: number;
}

interface ByTrial {
  readonly byTrial: ReadonlyMap<number, number>;
}

/** @param barriers and gains of the same tickets, in one order; what is null of either is left out */
export function correlationWithin(
  barriers: readonly (ByTrial | null)[],
  gains: readonly (ByTrial | null)[],
): CorrelationWithin {
  const tickets = barriers.flatMap((barrier, i) => {
    const gain = gains[i];
    return barrier === null || gain === null ? [] : [{ barrier: barrier.byTrial, gain: gain.byTrial }];
  });
  const trials = [...new Set(tickets.flatMap(({ barrier }) => [...barrier.keys()]))].sort((a, b) => a - b);
  let most = 0;
  const correlations = trials.flatMap((trial) => {
    const pairs = tickets.flatMap(({ barrier, gain }): [number, number][] => {
      const [x, y] = [barrier.get(trial), gain.get(trial)];
      return x === undefined || y === undefined ? [] : [[x, y]];
    });
    if (pairs.length < LEAST_TICKETS) return [];
    most = Math.max(most, pairs.length);
    const found = rankCorrelation(
      pairs.map(([barrier]) => barrier),
      pairs.map(([, gain]) => gain),
    );
    return found === null ? [] : [found];
  });
  return { differences: pairedDifference(correlations), tickets: most };
}

/** What judged entries say together. */
export function relationOf(
  entries: readonly StabilityEntry[],
  { differences, tickets: most }: CorrelationWithin,
  falling: JudgedClaim,
): Relation {
  const tickets = entries.filter(({ children, matching }) => children !== null && matching !== null);
  const of = (stable: string, matching: string) =>
    tickets.filter(
      (entry) => entry.children?.verdict.outcome === stable && entry.matching?.verdict.outcome === matching,
    );
  const counts = {
    stableAndMatching: of('supported', 'supported'),
    stableAlone: of('supported', 'contradicted'),
    matchingAlone: of('contradicted', 'supported'),
    neither: of('contradicted', 'contradicted'),
  };
  const decided = new Set(Object.values(counts).flat());
  return {
    ...counts,
    open: tickets.filter((entry) => !decided.has(entry)),
    exactly: exactly(counts),
    correlation: differences,
    falling,
    tickets: most,
  };
}
