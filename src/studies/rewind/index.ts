import type { DatasetFacts } from '../../experiments/graph.js';
import type { WeightsAt } from '../../experiments/results.js';
import type { RunSpecification } from '../../experiments/schema.js';
import { cellsAsked, eachOnce, type RewindOptions, rewindLadders } from '../shared/rewinds/ladders.js';
import { type PlacedTraining, trainedPoints } from '../shared/rewinds/trained-point.js';
import type { Study, StudyWork } from '../study.js';
import type { RewindFound } from './found.js';

export interface RewindStudyOptions extends RewindOptions {
  /** Re-initialisations of each ticket of the earliest rewind; 0 for none. */
  readonly reinitialise: number;
  /** Random masks beside each ticket of every rewind; 0 for none. */
  readonly randomMask: number;
  /** Whose accuracy is compared: of the last weights, or of those of the lowest validation loss. */
  readonly at: WeightsAt;
}

export interface RewindWork extends StudyWork {
  readonly options: RewindStudyOptions;
  /** In iterations, ascending. */
  readonly rewinds: readonly number[];
  readonly iterations: number;
  readonly trainings: readonly PlacedTraining[];
}

/**
 * Everything that a study of rewinding trains: what a study of stability of the same rewinds and densities does, but for its
 * further children, and controls. A re-initialised network takes up nothing, so that one density has one of each trial, under
 * the mask of the earliest rewind.
 *
 * @throws InputError when settings and options do not fit
 */
function plan(base: RunSpecification, options: RewindStudyOptions, facts: DatasetFacts): RewindWork {
  const { densities, reinitialise, randomMask } = options;
  const controls = (place: number) => ({ reinitialise: place === 0 ? reinitialise : 0, randomMask });
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
          const rewind = condition === 'reinitialise' ? null : ladder.rewind;
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

/** When tickets are to be rewound to: how good they are against the iteration that they take up again. */
export const rewindStudy: Study<RewindStudyOptions, RewindWork, RewindFound> = {
  title: 'how good tickets are against the iteration they are rewound to, beside re-initialised ones',
  plan,
  async assemble({ base, options, rewinds, iterations, trainings }, store) {
    const { densities, reinitialise, randomMask, at } = options;
    return {
      rewinds,
      densities,
      trials: base.trials,
      iterations,
      at,
      draws: { reinitialise, randomMask },
      trained: await trainedPoints(trainings, store),
      planned: trainings.length,
    };
  },
};
