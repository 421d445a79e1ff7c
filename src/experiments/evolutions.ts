import { SettingError } from '../networks/errors.js';
import type { Network } from '../networks/network.js';
import { deriveSeed } from '../random/stream.js';
import { type EvolutionSettings, evolutionOf } from '../tickets/index.js';
import type { MaskEvolution } from '../training/evolution.js';
import type { TrainingPlan } from '../training/types.js';
import type { EvolutionSpecification, MaskTarget } from './cell-specification.js';
import { iterationsOf } from './length.js';
import type { Lengths } from './lengths.js';
import { groupsOf } from './masks.js';
import { targetOf } from './planned-masks.js';
import type { RunSpecification } from './schema.js';
import { settingsAt } from './setting-paths.js';

/** Where the settings of each kind of evolution stand in a run's specification. */
const settingsOf = {
  gradual: ['pruning', 'gradual'],
  'early-bird': ['pruning', 'earlyBird'],
  set: ['pruning', 'dynamic'],
  rigl: ['pruning', 'dynamic'],
} as const;

/**
 * How a cell's mask changes or is learned, as a plan for one training has it.
 *
 * @throws InputError when the settings make no sense or do not fit the network
 */
export function plannedEvolution(
  network: Network,
  specification: EvolutionSpecification,
): Pick<TrainingPlan, 'evolution' | 'learned'> {
  switch (specification.kind) {
    case 'supermask':
      return { learned: specification };
    case 'edge-popup':
      return { learned: { kind: 'edge-popup', counts: countsOf(network, specification.target) } };
    case 'set':
    case 'rigl':
      return { evolution: evolution(network, specification) };
    default: {
      const { target, ...settings } = specification;
      const groups = groupsOf(network, target);
      const prunes = target.structure?.kind === 'units' ? { prunes: 'channels' as const } : {};
      return { evolution: evolution(network, { ...settings, ...prunes, groups }) };
    }
  }
}

/**
 * Checks that a mask can change or be learned like this, before anything is trained.
 *
 * @throws InputError when it cannot, which names the settings
 */
export function checkEvolution(network: Network, specification: EvolutionSpecification): void {
  plannedEvolution(network, specification);
}

const evolution = (network: Network, settings: EvolutionSettings & { readonly seed: number }): MaskEvolution =>
  settingsAt(settingsOf[settings.kind], () => evolutionOf(network, settings, settings.seed));

/** Survivors of each tensor. */
function countsOf(network: Network, target: MaskTarget): Map<string, number> {
  return new Map(
    groupsOf(network, target).map(({ tensors, keep }) => {
      if (tensors.length > 1) {
        throw new SettingError({
          setting: ['pruning', 'scope'],
          value: target.scope,
          because: `that ranks ${tensors.join(', ')} together, and edge-popup keeps so many weights of each layer`,
          expected: 'layer, uniform or erdos-renyi',
        });
      }
      return [tensors[0], keep] as const;
    }),
  );
}

/** Whether training goes on with the mask that is found, so that the ticket is trained when its search ends. */
export function isFoundWhileTraining(evolution: EvolutionSpecification): boolean {
  return !(
    evolution.kind === 'supermask' ||
    evolution.kind === 'edge-popup' ||
    (evolution.kind === 'early-bird' && evolution.afterwards !== 'continue')
  );
}

/** First score of every weight under a supermask: each weight survives with probability one half. */
const SUPERMASK_START = 0;

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
  const { schedule, gradual = {}, earlyBird = {}, dynamic = {}, learned = {} } = specification.pruning;
  const seed = deriveSeed(trialSeed, 'evolution');
  // Checking the specification ensures that the score is one by name.
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
        memory: earlyBird.memory ?? (earlyBird.distance === 'relative' ? 4 : 5),
        threshold: earlyBird.threshold ?? 0.1,
        ...(earlyBird.distance === 'relative' ? { distance: earlyBird.distance } : {}),
        ...(earlyBird.afterwards === 'continue' ? { afterwards: earlyBird.afterwards } : {}),
        seed,
      };
    case 'set':
    case 'rigl': {
      const replacing = {
        every: iterationsOf(dynamic.every ?? 100, epoch),
        until: dynamic.until === undefined ? Math.ceil((iterations * 3) / 4) : iterationsOf(dynamic.until, epoch),
        fraction: dynamic.fraction ?? 0.3,
        seed,
      };
      if (schedule === 'rigl') {
        return { kind: schedule, ...replacing, ...(dynamic.atChange === 'hold' ? { atChange: dynamic.atChange } : {}) };
      }
      return {
        kind: schedule,
        ...replacing,
        ...(dynamic.drop === 'by-sign' ? { drop: dynamic.drop } : {}),
        ...(dynamic.grow === 'anywhere' ? { grow: dynamic.grow } : {}),
      };
    }
    case 'supermask':
      return { kind: schedule, initial: learned.initial ?? SUPERMASK_START };
    case 'edge-popup':
      return { kind: schedule, target };
    default:
      return null;
  }
}
