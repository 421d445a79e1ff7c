import { InputError } from '../networks/errors.js';
import type { Network } from '../networks/network.js';
import { smallDense } from '../networks/widths.js';
import { deriveSeed } from '../random/stream.js';
import type { Rung } from '../tickets/index.js';
import { constantRate, learningRateAt } from '../training/schedule.js';
import type { Normalisation } from '../training/types.js';
import {
  ARITHMETIC_VERSION,
  type CellSpecification,
  cellId,
  type FoundMask,
  firstIterationOf,
  type PrunedMask,
  parentsOf,
} from './cell-specification.js';
import { checkEvolution, evolutionAt } from './evolutions.js';
import type { Lengths } from './lengths.js';
import { placeOf, plannedControls, plannedMask } from './planned-masks.js';
import type { Condition } from './results.js';
import type { RunSpecification } from './schema.js';

/** A cell and its place in the experiment. */
export interface PlannedCell {
  readonly id: string;
  readonly specification: CellSpecification;
  readonly condition: Condition;
  /** From 0. */
  readonly trial: number;
  /** Rounds of pruning done; 0 for the dense network. */
  readonly level: number;
  /** Which of several controls of one ticket, from 0. */
  readonly draw: number;
  /** Share of prunable weights kept, as the ladder has it. */
  readonly density: number;
  /** Cells that must be finished first. */
  readonly parents: readonly string[];
  /** Expected work, where the dense network's training is 1. */
  readonly cost: number;
}

/** What all trials of a run have in common. */
export interface TrialSettings {
  readonly specification: RunSpecification;
  readonly network: Network;
  readonly facts: { readonly name: string; readonly digest: string };
  readonly lengths: Lengths;
  readonly ladder: readonly Rung[];
  readonly normalisation: Normalisation;
}

/**
 * A cell's expected work, where the dense network's training is 1: a step falls with density down to what gathering a
 * batch, evaluating and the non-linearities cost anyway.
 */
function costOf(density: number, share: number): number {
  return (0.05 + 0.95 * density) * share;
}

/**
 * How tickets train on: as the dense network does, or, for fine-tuning, at the rate of its last step throughout.
 *
 * @throws InputError when that rate is zero
 */
function retraining(
  { retrain }: RunSpecification,
  training: Pick<CellSpecification, 'optimiser' | 'schedule'>,
  { iterations }: Lengths,
): Pick<CellSpecification, 'optimiser' | 'schedule'> {
  if (retrain !== 'fine-tune') return training;
  const lr = learningRateAt(training.schedule, training.optimiser.lr, iterations - 1);
  if (!(lr > 0)) {
    throw new InputError(
      'retrain is fine-tune, which goes on at the last learning rate, but optimiser.schedule ends at 0; expected a floor above 0, or another way to retrain.',
    );
  }
  return { optimiser: { ...training.optimiser, lr }, schedule: constantRate };
}

/**
 * A trial's first draw. Choices at their defaults are left out, as in records of runs made before there were such.
 *
 * @param noiseSeed of the trial, whatever the trials share
 */
function initialisationOf(
  { initialisation: { name, scale = 1, bias = 'zero', zeroResidual = false, noise = 0 } }: RunSpecification,
  seed: number,
  noiseSeed: number,
): CellSpecification['initialisation'] {
  return {
    name,
    seed,
    ...(noise === 0 ? {} : { noise: { deviations: noise, seed: noiseSeed } }),
    ...(scale === 1 ? {} : { scale }),
    ...(bias === 'zero' ? {} : { bias }),
    ...(zeroResidual ? { zeroResidual } : {}),
  };
}

/**
 * The cells of one trial, each once, parents before children: the dense network, then level by level the ticket, with what
 * searches for its mask, and its controls. buildGraph says what they start from, and which seeds they have.
 *
 * @throws InputError when fine-tuning would go on at no rate
 */
export function trialCells(
  { specification, network, facts, lengths, ladder, normalisation }: TrialSettings,
  trial: number,
): PlannedCell[] {
  const { pruning } = specification;
  const { iterations, rewind } = lengths;
  // Records of runs made before there were such choices lack them.
  const { schedule: _asWritten, decayOn = 'all', ...optimiser } = specification.optimiser;
  const { clipNorm = null, labelSmoothing = 0, augmentation } = specification;
  const augmented = augmentation !== undefined && (augmentation.padding > 0 || augmentation.flip);
  const training = { optimiser, schedule: lengths.schedule };
  const ticketTraining = retraining(specification, training, lengths);
  const rewinds = specification.retrain !== 'learning-rate-rewind' && specification.retrain !== 'fine-tune';
  const cells = new Map<string, PlannedCell>();

  const trialSeed = deriveSeed(specification.seed, 'trial', trial);
  const { share = [], data } = specification;
  const firstSeed = deriveSeed(specification.seed, 'trial', 0);
  const seedOf = (shared: (typeof share)[number], label: string) =>
    deriveSeed(share.includes(shared) ? firstSeed : trialSeed, label);
  const base = {
    arithmetic: ARITHMETIC_VERSION,
    network: { input: network.input, classes: network.classes, layers: network.layers },
    data: {
      name: facts.name,
      digest: facts.digest,
      validation: data.validation,
      splitSeed: seedOf('split', 'split'),
      ...(data.part === undefined || data.part === 1
        ? {}
        : { part: { share: data.part, seed: deriveSeed(trialSeed, 'part') } }),
      normalisation,
    },
    initialisation: initialisationOf(
      specification,
      seedOf('initialisation', 'init'),
      deriveSeed(trialSeed, 'initialisation-noise'),
    ),
    ...training,
    decayOn,
    clipNorm,
    labelSmoothing,
    augmentation: augmented ? augmentation : null,
    batch: specification.batch,
    iterations,
    evaluateEvery: lengths.evaluateEvery,
    orderSeed: seedOf('order', 'order'),
    testCurve: specification.testCurve,
  };
  const add = (
    place: { condition: Condition; level: number; draw: number },
    rest: Pick<CellSpecification, 'mask' | 'start' | 'snapshots' | 'evolution'> &
      Partial<Pick<CellSpecification, 'network' | 'optimiser' | 'schedule' | 'pruned'>>,
  ): string => {
    const cell: CellSpecification = { ...base, ...rest };
    const id = cellId(cell);
    const { density } = ladder[place.level];
    if (!cells.has(id)) {
      cells.set(id, {
        id,
        specification: cell,
        ...place,
        trial,
        density,
        parents: parentsOf(cell),
        cost: costOf(density, 1 - firstIterationOf(cell) / iterations),
      });
    }
    return id;
  };

  const dense = add(
    { condition: 'dense', level: 0, draw: 0 },
    // Kept whichever way tickets are retrained, so that runs which compare those ways share their dense networks.
    { mask: null, start: { kind: 'initial' }, snapshots: lengths.snapshots },
  );
  const startFrom = (cell: string): CellSpecification['start'] => {
    if (!rewinds) return { kind: 'continue', cell, iteration: rewind };
    return rewind > 0 ? { kind: 'rewind', cell: dense, iteration: rewind } : { kind: 'initial' };
  };
  const altered = (by: NonNullable<RunSpecification['start']>, seed: number): CellSpecification['start'] => ({
    kind: 'altered',
    by: by.name as NonNullable<typeof by.name>,
    seed,
    ...(by.deviations === undefined ? {} : { amount: by.deviations }),
    ...(rewind > 0 ? { rewind: { cell: dense, iteration: rewind } } : {}),
  });
  const frozen = specification.pruned === 'frozen' ? { pruned: 'frozen' as const } : {};
  // A mask is learned at a rate of its own.
  const lr = pruning.learned?.lr ?? (pruning.schedule === 'supermask' && optimiser.name === 'adam' ? 0.1 : undefined);
  const learning = lr === undefined ? {} : { optimiser: { ...optimiser, lr } };
  /** The ticket of a level; the cells before it, where there are any. */
  const addTicket = (level: number, before: string): { readonly id: string; readonly mask: PrunedMask | FoundMask } => {
    const place = { condition: 'ticket', level, draw: 0 };
    const evolution = evolutionAt(specification, lengths, trialSeed, level);
    // Settings that make no sense are refused here, before anything is trained.
    if (evolution !== null) checkEvolution(network, evolution);
    if (evolution?.kind === 'gradual') {
      const id = add(place, { mask: null, start: { kind: 'initial' }, evolution, snapshots: [] });
      return { id, mask: { kind: 'found', cell: id } };
    }
    if (evolution?.kind === 'set' || evolution?.kind === 'rigl') {
      const mask = plannedMask(specification, network, trialSeed, null, level);
      const id = add(place, { mask, start: { kind: 'initial' }, evolution, snapshots: [] });
      return { id, mask: { kind: 'found', cell: id } };
    }
    const search =
      evolution &&
      add(
        { condition: 'search', level, draw: 0 },
        { mask: null, start: { kind: 'initial' }, evolution, snapshots: [], ...learning },
      );
    const unpruned = pruning.schedule === 'at-initialisation' ? null : dense;
    const from = pruning.schedule === 'iterative' ? before : unpruned;
    const mask: PrunedMask | FoundMask =
      search === null ? plannedMask(specification, network, trialSeed, from, level) : { kind: 'found', cell: search };
    const start =
      specification.start === undefined
        ? startFrom(search ?? from ?? dense)
        : altered(specification.start, deriveSeed(trialSeed, 'start', placeOf(specification, level)));
    return { id: add(place, { mask, start, snapshots: [], ...ticketTraining, ...frozen }), mask };
  };
  let pruned = dense;
  for (let level = 1; level < specification.levels; level++) {
    const { id, mask } = addTicket(level, pruned);
    pruned = id;
    for (let draw = 0; draw < (specification.controls.smallDense ?? 0); draw++) {
      const kept = ladder[level].layers.reduce((sum, layer) => sum + layer.kept, 0);
      const { input, classes, layers } = smallDense(network, Math.max(1, kept));
      const seed = deriveSeed(deriveSeed(trialSeed, 'small-dense', placeOf(specification, level)), 'draw', draw);
      add(
        { condition: 'small-dense', level, draw },
        { network: { input, classes, layers }, mask: null, start: { kind: 'reinitialise', seed }, snapshots: [] },
      );
    }
    for (const control of plannedControls(specification, trialSeed, mask, level, altered)) {
      const { condition, draw, start } = control;
      const anew = typeof start !== 'string' && start.kind === 'reinitialise';
      add(
        { condition, level, draw },
        {
          mask: control.mask,
          start: start === 'dense' ? startFrom(dense) : start,
          snapshots: [],
          ...(anew ? {} : ticketTraining),
          ...frozen,
        },
      );
    }
  }
  return [...cells.values()];
}
