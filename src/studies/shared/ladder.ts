import type { PlannedCell } from '../../experiments/graph.js';
import type { RunSpecification } from '../../experiments/schema.js';
import { validateSpecification } from '../../experiments/validate.js';
import { power } from '../../tickets/index.js';
import { densitiesOrNone } from './options.js';
import type { Scheme } from './schemes/table.js';

/**
 * Densities on the way from dense to each that is asked for, none losing more than a rate of what is left in one round:
 * rounds of equal shares between two that are asked for.
 */
export function roundsTo(densities: readonly number[], rate: number): number[] {
  const all: number[] = [];
  let before = 1;
  for (const density of densities) {
    let rounds = 1;
    for (let left = before * (1 - rate); left > density * (1 + 1e-9); left *= 1 - rate) rounds++;
    for (let round = 1; round < rounds; round++) all.push(before * power(density / before, round / rounds));
    all.push(density);
    before = density;
  }
  return all;
}

/** Shares of weights kept that studies ask for by default. */
export const usualDensities: readonly number[] = [0.2, 0.05, 0.02];

/**
 * The densities that are asked for, falling, and before the last of them those that the ladder is to pass through: studies
 * that pass through the same share their tickets down to there.
 */
export function passingThrough(densities: readonly number[], through: readonly number[]): number[] {
  const last = Math.min(...densities);
  return [...new Set([...densities, ...through.filter((density) => density > last)])].sort((a, b) => b - a);
}

/** What a study asks of a scheme: the settings that it goes over, at which densities, beside which controls. */
export interface SchemeRequest {
  readonly base: RunSpecification;
  readonly densities: readonly number[];
  readonly controls: RunSpecification['controls'];
  /** Of the study, for messages. */
  readonly kind: string;
}

/**
 * A scheme's settings over those of a study. Studies of the same settings and densities share their cells.
 *
 * @throws InputError when they do not agree
 */
export function specifyScheme(
  { base, densities, controls, kind }: SchemeRequest,
  { inRounds = false, pruning }: Pick<Scheme, 'inRounds' | 'pruning'>,
  over: Partial<RunSpecification> = {},
): RunSpecification {
  const { rate, outputRate, rates, layers } = base.pruning;
  const ladder = inRounds ? roundsTo(densities, pruning.rate ?? rate) : densities;
  return validateSpecification(
    {
      ...base,
      ...over,
      pruning: {
        rate,
        outputRate,
        ...(rates ? { rates } : {}),
        ...(layers ? { layers } : {}),
        ...pruning,
        densities: ladder,
      },
      levels: ladder.length + 1,
      controls,
    },
    `study ${kind}`,
  );
}

/** The density that was asked for where a cell stands; undefined on the way there. */
export function askedFor(
  { pruning }: RunSpecification,
  { level }: PlannedCell,
  densities: readonly number[],
): number | undefined {
  if (level === 0) return 1;
  const own = pruning.densities?.[level - 1];
  return densities.find((density) => density === own);
}

/** `through`: densities that a ladder passes on its way. */
export const throughOption = (usual: readonly number[]) =>
  densitiesOrNone({
    help: 'other densities that the ladder passes on its way, to share its tickets with studies of those; none: straight',
    default: usual,
  });
