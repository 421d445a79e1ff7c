import type { Network } from '../networks/network.js';
import { deriveSeed } from '../random/stream.js';
import { evolutionOf } from '../tickets/index.js';
import type { MaskEvolution } from '../training/evolution.js';
import type { EvolutionSpecification } from './cell-specification.js';
import { iterationsOf } from './length.js';
import type { Lengths } from './lengths.js';
import { groupsOf } from './masks.js';
import { targetOf } from './planned-masks.js';
import type { RunSpecification } from './schema.js';

/** The evolution of a cell's mask, for one training. */
export function plannedEvolution(network: Network, specification: EvolutionSpecification): MaskEvolution {
  const { seed } = specification;
  if (!('target' in specification)) return evolutionOf(network, specification, seed);
  const { target, ...settings } = specification;
  return evolutionOf(network, { ...settings, groups: groupsOf(network, target) }, seed);
}

/**
 * How a ticket's mask changes while it trains, or that of the cell that searches for it; null for schedules that prune
 * between trainings.
 */
export function evolutionAt(
  specification: RunSpecification,
  { epoch, iterations }: Pick<Lengths, 'epoch' | 'iterations'>,
  trialSeed: number,
  level: number,
): EvolutionSpecification | null {
  const { schedule, gradual = {}, earlyBird = {}, dynamic = {} } = specification.pruning;
  const seed = deriveSeed(trialSeed, 'evolution');
  // That the score is one by name is seen to when the specification is checked.
  const score = specification.pruning.score as Extract<EvolutionSpecification, { kind: 'gradual' }>['score'];
  const target = targetOf(specification, level);
  switch (schedule) {
    case 'gradual':
      return {
        kind: schedule,
        score,
        target,
        begin: iterationsOf(gradual.begin ?? 0, epoch),
        end: gradual.end === undefined ? Math.ceil(iterations / 2) : iterationsOf(gradual.end, epoch),
        every: iterationsOf(gradual.every ?? 100, epoch),
        seed,
      };
    case 'early-bird':
      return {
        kind: schedule,
        score,
        target,
        every: iterationsOf(earlyBird.every ?? '1ep', epoch),
        memory: earlyBird.memory ?? 5,
        threshold: earlyBird.threshold ?? 0.1,
        seed,
      };
    case 'set':
    case 'rigl':
      return {
        kind: schedule,
        every: iterationsOf(dynamic.every ?? 100, epoch),
        until: dynamic.until === undefined ? Math.ceil((iterations * 3) / 4) : iterationsOf(dynamic.until, epoch),
        fraction: dynamic.fraction ?? 0.3,
        seed,
      };
    default:
      return null;
  }
}
