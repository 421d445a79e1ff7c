import type { DatasetFacts } from '../../experiments/dataset-facts.js';
import type { RunSpecification } from '../../experiments/schema.js';
import { choice, count, since, type ValuesOf } from '../shared/options.js';
import { cellsAsked, eachOnce, rewindLadders } from '../shared/rewinds/ladders.js';
import { rewindOptions } from '../shared/rewinds/options.js';
import type { PlacedTraining } from '../shared/rewinds/trained-point.js';
import type { StudyPlan } from '../study.js';

/** Whose mask re-initialisations have. */
export const controlMasks = ['same-rewind', 'earliest'] as const;

export const options = {
  ...rewindOptions,
  reinitialise: count({
    help: 're-initialisations of each ticket; 0 for none',
    default: 1,
    least: 0,
  }),
  controls: since(
    choice(controlMasks, {
      help: 'whose mask re-initialisations have: same-rewind, the very ticket they are compared with; earliest, that of the earliest rewind, for tickets of every rewind',
      default: 'same-rewind',
      placeholder: 'whose',
    }),
    'earliest',
  ),
  randomMask: count({ help: 'random masks beside each ticket, with its rewind; 0 for none', default: 0, least: 0 }),
};

export type RewindStudyOptions = ValuesOf<typeof options>;

export interface RewindPlan extends StudyPlan {
  readonly options: RewindStudyOptions;
  /** In iterations, ascending. */
  readonly rewinds: readonly number[];
  readonly iterations: number;
  readonly trainings: readonly PlacedTraining[];
}

/**
 * Everything that a study of rewinding trains: what a study of stability of the same rewinds and densities does, but for its
 * further children, and controls. A re-initialised network is rewound to nothing and trains from the first iteration on; it has the mask
 * of the ticket that it is compared with, or, where that is asked for, that of the earliest rewind for all.
 *
 * @throws InputError when settings and options do not fit
 */
export function planRewind(base: RunSpecification, options: RewindStudyOptions, facts: DatasetFacts): RewindPlan {
  const { densities, reinitialise, randomMask } = options;
  const isEarliest = options.controls === 'earliest';
  const controls = (place: number) => ({ reinitialise: place === 0 || !isEarliest ? reinitialise : 0, randomMask });
  const ladders = rewindLadders(base, options, facts, controls, 'rewind');
  const [{ graph }] = ladders;
  const dense = graph.cells.filter(({ condition }) => condition === 'dense');
  const trainings = [
    ...dense.map(
      ({ id, trial }): PlacedTraining => ({ id, trial, condition: 'dense', rewind: null, density: 1, draw: 0 }),
    ),
    ...['ticket', 'reinitialise', 'random-mask'].flatMap((condition) =>
      ladders.flatMap((ladder) =>
        cellsAsked(ladder, densities, condition).map(({ cell, density }): PlacedTraining => {
          const rewind = condition === 'reinitialise' && isEarliest ? null : ladder.rewind;
          return { id: cell.id, condition, rewind, density, trial: cell.trial, draw: cell.draw };
        }),
      ),
    ),
  ];
  return {
    base,
    network: graph.network,
    cells: eachOnce(ladders.flatMap(({ cells }) => cells)),
    measurements: [],
    options,
    rewinds: ladders.map(({ rewind }) => rewind),
    iterations: graph.lengths.iterations,
    trainings,
  };
}
