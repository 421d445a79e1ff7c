import type { DatasetFacts } from '../../../experiments/dataset-facts.js';
import { trainedOn } from '../../../experiments/examples.js';
import { buildGraph, type PlannedCell, type RunGraph } from '../../../experiments/graph.js';
import { epochSteps, iterationsOf, type Length } from '../../../experiments/length.js';
import { lengthsOf } from '../../../experiments/lengths.js';
import type { RunSpecification } from '../../../experiments/schema.js';
import { InputError } from '../../../networks/errors.js';
import { askedFor, specifyScheme } from '../ladder.js';
import { schemes } from '../schemes/table.js';
import type { RewindOptions } from './options.js';

/** Tickets of iterative magnitude pruning with one rewind, at the densities asked for and at those on the way. */
export interface RewindLadder {
  /** In iterations. */
  readonly rewind: number;
  readonly graph: RunGraph;
  readonly specification: RunSpecification;
  /** Without the controls of levels that are only passed through. */
  readonly cells: readonly PlannedCell[];
}

/**
 * The settings of one ladder: the base's own, but pruned iteratively by magnitude and rewound. Those rewound to the
 * initialisation are the tickets of every study; the others share a dense network that keeps its weights at every rewind.
 */
function specify(
  base: RunSpecification,
  { rewinds, densities }: Pick<RewindOptions, 'rewinds' | 'densities'>,
  rewind: Length,
  controls: Partial<RunSpecification['controls']>,
  kind: string,
): RunSpecification {
  const { start: _altered, ...rest } = base;
  const request = { base: rest, densities, controls: { reinitialise: 0, randomMask: 0, ...controls }, kind };
  const keeps = isStart(rewind) ? {} : { snapshots: [...new Set([...(base.snapshots ?? []), ...rewinds])] };
  return specifyScheme(request, schemes.imp, { ...keeps, rewind, retrain: 'rewind' });
}

/** Whether a time is the beginning of training, in whatever unit. */
const isStart = (time: Length): boolean => Number.parseFloat(String(time)) === 0;

/**
 * A ladder for every rewind, the earliest first.
 *
 * @param controlsOf controls of the tickets of a rewind, by its place from the earliest
 * @param kind of the study, for messages
 * @throws InputError when settings do not fit, or two rewinds are one, or one is as late as the end of training
 */
export function rewindLadders(
  base: RunSpecification,
  options: Pick<RewindOptions, 'rewinds' | 'densities'>,
  facts: DatasetFacts,
  controlsOf: (place: number) => Partial<RunSpecification['controls']>,
  kind: string,
): readonly RewindLadder[] {
  const { densities } = options;
  const examples = trainedOn(base, facts);
  // Before the settings are made of it, which would answer with the name of a setting that was not given.
  const epoch = Math.max(0, epochSteps(examples, base.batch));
  const end = iterationsOf(base.iterations, epoch);
  const late = options.rewinds.find((rewind) => iterationsOf(rewind, epoch) >= end);
  if (end > 0 && late !== undefined) {
    throw new InputError(`rewinds has ${late}, which leaves nothing to train; expected less than iterations, ${end}.`);
  }
  const order = options.rewinds
    .map((rewind) => ({ rewind, at: lengthsOf(specify(base, options, rewind, {}, kind), examples).rewind }))
    .sort((a, b) => a.at - b.at);
  order.forEach(({ rewind, at }, place) => {
    const before = order[place - 1];
    if (before?.at !== at) return;
    throw new InputError(
      `rewinds has ${before.rewind} and ${rewind}, which are both iteration ${at}; expected each once.`,
    );
  });
  return order.map(({ rewind }, place): RewindLadder => {
    const specification = specify(base, options, rewind, controlsOf(place), kind);
    const graph = buildGraph(specification, facts);
    const { lengths } = graph;
    const through = new Set(['dense', 'ticket']);
    const cells = graph.cells.filter(
      (cell) => through.has(cell.condition) || askedFor(specification, cell, densities) !== undefined,
    );
    return { rewind: lengths.rewind, graph, specification, cells };
  });
}

/** The tickets of a ladder at densities that were asked for, or their controls of one kind. */
export function cellsAsked(
  { cells, specification }: RewindLadder,
  densities: readonly number[],
  condition = 'ticket',
): { readonly cell: PlannedCell; readonly density: number }[] {
  return cells.flatMap((cell) => {
    const density = askedFor(specification, cell, densities);
    return cell.condition === condition && density !== undefined ? [{ cell, density }] : [];
  });
}

/** Every cell once, where it is first: parents stay before children. */
export function eachOnce(cells: readonly PlannedCell[]): PlannedCell[] {
  const once = new Map<string, PlannedCell>();
  for (const cell of cells) if (!once.has(cell.id)) once.set(cell.id, cell);
  return [...once.values()];
}
