import { holmTogether } from '../../analysis/family.js';
import type { Intraclass } from '../../analysis/intraclass.js';
import { type Correlation, correlationsOf } from './correlations.js';
import { type Effect, effectsOf } from './effects.js';
import type { RandomKind, RandomTicketsFound } from './found.js';
import { reliabilityOf } from './reliability.js';
import { type Spread, spreadOfAccuracies } from './spread.js';
import { type TrialTickets, trialsOf } from './trials.js';
import { rankAmong, type WinnerRank } from './winner-rank.js';

/** Random tickets of one kind at one density, and the winning ticket among them. */
export interface Group {
  readonly kind: RandomKind;
  readonly density: number;
  readonly trials: readonly TrialTickets[];
  /** Higher is better. */
  readonly accuracy: WinnerRank;
  /** Iteration of early stop: lower is better. */
  readonly speed: WinnerRank;
  readonly spread: Spread;
  /** What of that spread is the tickets'; null where each was trained under one order. */
  readonly reliability: (Intraclass & { readonly holmP: number | null }) | null;
  readonly effects: readonly Effect[];
  /** Of properties before training with accuracy, among random tickets. */
  readonly correlations: readonly Correlation[];
}

export interface RandomTicketsComparison {
  readonly found: RandomTicketsFound;
  /** Density by density, and in each kind by kind. */
  readonly groups: readonly Group[];
}

const withoutP = (found: Intraclass | null) => found && { ...found, holmP: null };

/** Everything that the study says of its random tickets, numbers alone. */
export function compareRandomTickets(found: RandomTicketsFound): RandomTicketsComparison {
  const groups = found.densities.flatMap((density) =>
    found.kinds.map((kind): Group => {
      const trials = trialsOf(found, kind, density);
      return {
        kind,
        density,
        trials,
        accuracy: rankAmong(trials, ({ accuracy }) => accuracy, 'higher'),
        speed: rankAmong(trials, ({ earlyStop }) => earlyStop, 'lower'),
        spread: spreadOfAccuracies(trials),
        reliability: withoutP(reliabilityOf(found, kind, density)),
        effects: effectsOf(trials),
        correlations: correlationsOf(trials),
      };
    }),
  );
  // One family: every test that the study makes.
  const corrected = holmTogether(
    groups.flatMap(({ accuracy, speed, effects, correlations, reliability }) => [
      [accuracy, speed].map(({ combined }) => combined.twoSidedP),
      effects.map(({ combined }) => combined.twoSidedP),
      correlations.map(({ p }) => p),
      [reliability?.p ?? null],
    ]),
  );
  return {
    found,
    groups: groups.map((group, i) => {
      const [ranks, ofEffects, ofCorrelations, [ofReliability]] = corrected.slice(4 * i, 4 * i + 4);
      return {
        ...group,
        accuracy: { ...group.accuracy, holmP: ranks[0] },
        speed: { ...group.speed, holmP: ranks[1] },
        reliability: group.reliability && { ...group.reliability, holmP: ofReliability },
        effects: group.effects.map((effect, place) => ({ ...effect, holmP: ofEffects[place] })),
        correlations: group.correlations.map((one, place) => ({ ...one, holmP: ofCorrelations[place] })),
      };
    }),
  };
}
