import type { ListedCondition } from '../analysis/conditions.js';
import type { Network } from '../networks/network.js';
import { deriveSeed } from '../random/stream.js';
import type { LadderSettings, Structure } from '../tickets/index.js';
import type {
  CellSpecification,
  FoundMask,
  MaskSpecification,
  MaskTarget,
  PrunedMask,
  RandomMask,
} from './cell-specification.js';
import { mayNeedExamples, needsSeed, pinned } from './own-score.js';
import type { RunSpecification } from './schema.js';

/** Examples of each class that a score is measured on by default: as many as Wang et al. 2020 take for GraSP. */
const EXAMPLES_A_CLASS = 10;

/** Default number of steps of SynFlow at initialisation (Tanaka et al. 2020, section 6). */
const SYNFLOW_STEPS = 100;

/** The structure that settings mean; undefined for single weights. */
export function structureOf(structure: RunSpecification['pruning']['structure']): Structure | undefined {
  if (structure === undefined || structure === 'weights') return undefined;
  if (structure === 'units') return { kind: 'units' };
  return 'blocks' in structure ? { kind: 'blocks', size: structure.blocks } : { kind: 'n-of-m', ...structure };
}

/** A run's ladder as the functions of `src/tickets` take it. */
export function ladderSettings({ pruning }: RunSpecification): LadderSettings {
  return { ...pruning, structure: structureOf(pruning.structure) };
}

/**
 * Whether the density of a ticket is an outcome of finding it: of supermasks, and of units of different sizes that are ranked
 * together, of which it is not known beforehand which will be left.
 */
export function densityIsFound({
  pruning: { schedule, structure, scope },
}: Pick<RunSpecification, 'pruning'>): boolean {
  return schedule === 'supermask' || (structure === 'units' && scope === 'global');
}

/** What a level of the ladder keeps: rounds counted from the dense network, or a density that was asked for. */
export function targetOf({ pruning }: RunSpecification, level: number): MaskTarget {
  const { scope, rate, outputRate, rates, layers, densities, layerDensities } = pruning;
  const structure = structureOf(pruning.structure);
  return {
    scope,
    rate,
    outputRate,
    ...(rates === undefined ? {} : { rates }),
    ...(layers === undefined ? {} : { layers }),
    ...(structure === undefined ? {} : { structure }),
    ...(layerDensities === undefined ? {} : { layerDensities }),
    ...(densities === undefined ? { level } : { density: densities[level - 1] }),
  };
}

/**
 * The mask of a trial's ticket at a level.
 *
 * @param from the cell whose final weights are scored; null at initialisation
 */
export function plannedMask(
  specification: RunSpecification,
  network: Pick<Network, 'classes'>,
  trialSeed: number,
  from: string | null,
  level: number,
): PrunedMask {
  const { schedule, steps, examples, exampleSampling, hessian, temperature = 1 } = specification.pruning;
  const growing = schedule === 'set' || schedule === 'rigl';
  const score = growing ? 'random' : pinned(specification.pruning.score);
  const several = steps ?? (score === 'synflow' && schedule === 'at-initialisation' ? SYNFLOW_STEPS : 1);
  return {
    kind: 'prune',
    from,
    score,
    ...targetOf(specification, level),
    ...(needsSeed(score) ? { seed: deriveSeed(trialSeed, 'score') } : {}),
    ...(several === 1 ? {} : { steps: several }),
    ...(mayNeedExamples(score)
      ? {
          examples: {
            count: examples ?? EXAMPLES_A_CLASS * network.classes,
            seed: deriveSeed(trialSeed, 'score-examples'),
            ...(exampleSampling === 'random' ? { sampling: exampleSampling } : {}),
          },
        }
      : {}),
    ...(hessian === 'exact' ? { hessian, temperature } : {}),
  };
}

/** What seeds of a level come from. A density is its own place, so that one more between two others changes no seed. */
export function placeOf({ pruning: { densities } }: RunSpecification, level: number): number {
  return densities === undefined ? level : Math.round(densities[level - 1] * 1e9);
}

/** A control of one ticket: another mask, or another start, or both. */
export interface PlannedControl {
  readonly condition: string;
  readonly draw: number;
  readonly mask: MaskSpecification;
  /** `dense`: where a ticket that was found in the dense network starts. */
  readonly start: 'dense' | CellSpecification['start'];
}

const maskControls = [
  ['randomMask', 'random-mask', 'random'],
  ['shuffledMask', 'shuffled-mask', 'shuffled'],
  ['invertedMask', 'inverted-mask', 'inverted'],
  ['uniformMask', 'uniform-mask', 'uniform'],
  ['erdosRenyiMask', 'erdos-renyi-mask', 'erdos-renyi'],
  ['erdosRenyiKernelMask', 'erdos-renyi-kernel-mask', 'erdos-renyi-kernel'],
] as const satisfies readonly (readonly [string, ListedCondition, RandomMask['kind']])[];

/** The controls of a ticket, in the order of the settings. Seeds follow from the level, whatever else there is. */
export function plannedControls(
  specification: RunSpecification,
  trialSeed: number,
  mask: PrunedMask | FoundMask,
  level: number,
  altered: (by: NonNullable<RunSpecification['start']>, seed: number) => CellSpecification['start'],
): PlannedControl[] {
  const { controls } = specification;
  const place = placeOf(specification, level);
  const seedOf = (label: string, draw: number) => deriveSeed(deriveSeed(trialSeed, label, place), 'draw', draw);
  const times = <T>(count: number, made: (draw: number) => T): T[] => Array.from({ length: count }, (_, i) => made(i));
  return [
    ...times(
      controls.reinitialise,
      (draw): PlannedControl => ({
        condition: 'reinitialise',
        draw,
        mask,
        start: { kind: 'reinitialise', seed: seedOf('reinitialise', draw) },
      }),
    ),
    ...maskControls.flatMap(([setting, condition, kind]) =>
      times(
        controls[setting] ?? 0,
        (draw): PlannedControl => ({
          condition,
          draw,
          mask: { kind, like: mask, seed: seedOf(condition, draw) },
          start: 'dense',
        }),
      ),
    ),
    ...(controls.starts ?? []).map((start): PlannedControl => {
      const condition = startName(start);
      return { condition, draw: 0, mask, start: altered(start, seedOf(condition, 0)) };
    }),
  ];
}

/** `signed-constant`, `noise-0.5`. */
export function startName({ name, deviations }: NonNullable<RunSpecification['start']>): string {
  return deviations === undefined ? `${name}` : `${name}-${deviations}`;
}
