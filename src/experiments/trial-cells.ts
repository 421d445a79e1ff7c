import { smallDense } from '../networks/widths.js';
import { deriveSeed } from '../random/stream.js';
import {
  CellNamer,
  type CellSpecification,
  type FoundMask,
  firstIterationOf,
  type PrunedMask,
  parentsOf,
} from './cell-specification.js';
import { checkEvolution, evolutionAt, isFoundWhileTraining } from './evolutions.js';
import { densityIsFound, placeOf, plannedControls, plannedMask } from './planned-masks.js';
import type { Condition } from './results.js';
import type { RunSpecification } from './schema.js';
import { retraining, type TrialBase, type TrialSettings, trialBase, trialSeedOf } from './trial-base.js';

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
  /** Share that the settings name for its level; absent for the dense network, and where rates make the ladder. */
  readonly asked?: number | undefined;
  /** Set where the ladder's density is only an estimate, and the ticket's own is known when it is found. */
  readonly isEstimate?: true | undefined;
  /** Cells that must be finished first. */
  readonly parents: readonly string[];
  /** Expected work, where the dense network's training is 1. */
  readonly cost: number;
}

/**
 * A cell's expected work, where the dense network's training is 1: a step falls with density down to what gathering a
 * batch, evaluating and the non-linearities cost anyway.
 */
function costOf(density: number, share: number): number {
  return (0.05 + 0.95 * density) * share;
}

/** Where a cell stands in its trial. */
type Place = Pick<PlannedCell, 'condition' | 'level' | 'draw'>;

/** What a cell has of its own. */
type Own = Pick<CellSpecification, 'mask' | 'start' | 'snapshots' | 'evolution'> &
  Partial<Pick<CellSpecification, 'network' | 'optimiser' | 'schedule' | 'pruned'>>;

/** A ticket's cell, and the mask that its controls are made from. */
interface Ticket {
  readonly id: string;
  readonly mask: PrunedMask | FoundMask;
}

/**
 * The cells of one trial, each once, parents before children: the dense network, then level by level the ticket, with what
 * searches for its mask, and its controls. buildGraph says what they start from, and which seeds they have.
 *
 * @throws InputError when fine-tuning would go on at no rate
 */
export function trialCells(settings: TrialSettings, trial: number): PlannedCell[] {
  return new TrialPlanner(settings, trial).cells();
}

class TrialPlanner {
  readonly #settings: TrialSettings;
  readonly #trial: number;
  readonly #seed: number;
  readonly #base: TrialBase;
  /** How tickets and their controls train on. */
  readonly #ticketTraining: Pick<CellSpecification, 'optimiser' | 'schedule'>;
  /** Whose weights a learned mask chooses among, where those are not the run's. */
  readonly #initialisation: Partial<Pick<CellSpecification, 'initialisation'>>;
  /** What becomes of pruned weights. */
  readonly #frozen: Pick<CellSpecification, 'pruned'>;
  readonly #cells = new Map<string, PlannedCell>();
  readonly #namer = new CellNamer();
  readonly #dense: string;

  constructor(settings: TrialSettings, trial: number) {
    const { specification, lengths } = settings;
    this.#settings = settings;
    this.#trial = trial;
    this.#seed = trialSeedOf(specification, trial);
    this.#base = trialBase(settings, trial);
    const { optimiser, schedule } = this.#base;
    this.#ticketTraining = retraining(specification, { optimiser, schedule }, lengths);
    const { initialisation = 'run' } = specification.pruning.learned ?? {};
    this.#initialisation =
      initialisation === 'run' ? {} : { initialisation: { ...this.#base.initialisation, name: initialisation } };
    this.#frozen = specification.pruned === 'frozen' ? { pruned: 'frozen' } : {};
    this.#dense = this.#add(
      { condition: 'dense', level: 0, draw: 0 },
      // Kept whichever way tickets are retrained, so that runs which compare those ways share their dense networks.
      { mask: null, start: { kind: 'initial' }, snapshots: lengths.snapshots },
    );
  }

  cells(): PlannedCell[] {
    let pruned = this.#dense;
    for (let level = 1; level < this.#settings.specification.levels; level++) {
      const { id, mask } = this.#ticket(level, pruned);
      pruned = id;
      this.#smallDense(level);
      this.#controls(level, mask);
    }
    return [...this.#cells.values()];
  }

  /** @returns its name, whether it was there already or not */
  #add(place: Place, own: Own): string {
    const specification: CellSpecification = { ...this.#base, ...own };
    const id = this.#namer.nameOf(specification);
    if (!this.#cells.has(id)) {
      const { density } = this.#settings.ladder[place.level];
      const asked = this.#settings.specification.pruning.densities?.[place.level - 1];
      this.#cells.set(id, {
        id,
        specification,
        ...place,
        trial: this.#trial,
        density,
        ...(asked === undefined ? {} : { asked }),
        ...(place.level > 0 && densityIsFound(this.#settings.specification) ? { isEstimate: true as const } : {}),
        parents: parentsOf(specification),
        cost: costOf(density, (specification.iterations - firstIterationOf(specification)) / this.#base.iterations),
      });
    }
    return id;
  }

  /** A start from weights of the dense network, or, where retraining continues, from those of a cell. */
  #startFrom(cell: string): CellSpecification['start'] {
    const { retrain } = this.#settings.specification;
    const { rewind } = this.#settings.lengths;
    if (retrain === 'learning-rate-rewind' || retrain === 'fine-tune') {
      return { kind: 'continue', cell, iteration: rewind };
    }
    return rewind > 0 ? { kind: 'rewind', cell: this.#dense, iteration: rewind } : { kind: 'initial' };
  }

  #altered(by: NonNullable<RunSpecification['start']>, seed: number): CellSpecification['start'] {
    const { rewind } = this.#settings.lengths;
    return {
      kind: 'altered',
      by: by.name as NonNullable<typeof by.name>,
      seed,
      ...(by.deviations === undefined ? {} : { amount: by.deviations }),
      ...(rewind > 0 ? { rewind: { cell: this.#dense, iteration: rewind } } : {}),
    };
  }

  #plannedMask(from: string | null, level: number): PrunedMask {
    const { specification, network } = this.#settings;
    return plannedMask(specification, network, this.#seed, from, level);
  }

  /** The ticket of a level, with what searches for its mask; the cells before it, where there are any. */
  #ticket(level: number, before: string): Ticket {
    const { specification, network, lengths } = this.#settings;
    const evolution = evolutionAt(specification, lengths, this.#seed, level);
    if (evolution === null) return this.#prunedTicket(level, before);
    // Settings that make no sense are refused here, before anything is trained.
    checkEvolution(network, evolution);
    if (isFoundWhileTraining(evolution)) {
      const grows = evolution.kind === 'set' || evolution.kind === 'rigl';
      const mask = grows ? this.#plannedMask(null, level) : null;
      const id = this.#add(
        { condition: 'ticket', level, draw: 0 },
        { mask, start: { kind: 'initial' }, evolution, snapshots: [] },
      );
      return { id, mask: { kind: 'found', cell: id } };
    }
    const search = this.#add(
      { condition: 'search', level, draw: 0 },
      {
        mask: null,
        start: { kind: 'initial' },
        evolution,
        snapshots: [],
        ...(evolution.kind === 'early-bird' ? {} : this.#learning()),
      },
    );
    return this.#trainedTicket(level, { kind: 'found', cell: search }, search);
  }

  /** A ticket whose mask is pruned from a trained network, or before any training. */
  #prunedTicket(level: number, before: string): Ticket {
    const { schedule } = this.#settings.specification.pruning;
    const unpruned = schedule === 'at-initialisation' ? null : this.#dense;
    const from = schedule === 'iterative' ? before : unpruned;
    return this.#trainedTicket(level, this.#plannedMask(from, level), from ?? this.#dense);
  }

  /** @param from the cell whose weights it continues with where retraining continues */
  #trainedTicket(level: number, mask: Ticket['mask'], from: string): Ticket {
    const { specification } = this.#settings;
    const seed = deriveSeed(this.#seed, 'start', placeOf(specification, level));
    const start = specification.start === undefined ? this.#startFrom(from) : this.#altered(specification.start, seed);
    const own = { mask, start, snapshots: [], ...this.#ticketTraining, ...this.#initialisation, ...this.#frozen };
    return { id: this.#add({ condition: 'ticket', level, draw: 0 }, own), mask };
  }

  /** A mask is learned by an optimiser, for a time and over weights of its own. */
  #learning(): Partial<CellSpecification> {
    const { learned = {}, schedule: kind } = this.#settings.specification.pruning;
    const { iterations, schedule } = this.#settings.lengths.learning;
    const common = { iterations, schedule, ...this.#initialisation };
    if (learned.optimiser !== undefined && learned.optimiser !== 'run') {
      const { schedule: _asWritten, decayOn, ...optimiser } = learned.optimiser;
      return { ...common, optimiser, decayOn };
    }
    const { optimiser } = this.#base;
    const lr = learned.lr ?? (kind === 'supermask' && optimiser.name === 'adam' ? 0.1 : undefined);
    return { ...common, ...(lr === undefined ? {} : { optimiser: { ...optimiser, lr } }) };
  }

  /** Dense networks of about as many weights as the ticket has. */
  #smallDense(level: number): void {
    const { specification, network, ladder } = this.#settings;
    const kept = ladder[level].layers.reduce((sum, layer) => sum + layer.kept, 0);
    const levelSeed = deriveSeed(this.#seed, 'small-dense', placeOf(specification, level));
    for (let draw = 0; draw < (specification.controls.smallDense ?? 0); draw++) {
      const { input, classes, layers } = smallDense(network, Math.max(1, kept));
      const start = { kind: 'reinitialise', seed: deriveSeed(levelSeed, 'draw', draw) } as const;
      const small = { network: { input, classes, layers }, mask: null, start, snapshots: [] };
      this.#add({ condition: 'small-dense', level, draw }, small);
    }
  }

  /** Everything else that is trained beside a ticket. */
  #controls(level: number, ticket: Ticket['mask']): void {
    const altered = (by: NonNullable<RunSpecification['start']>, seed: number) => this.#altered(by, seed);
    const planned = plannedControls(this.#settings.specification, this.#seed, ticket, level, altered);
    for (const { condition, draw, mask, start } of planned) {
      const anew = typeof start !== 'string' && start.kind === 'reinitialise';
      this.#add(
        { condition, level, draw },
        {
          mask,
          start: start === 'dense' ? this.#startFrom(this.#dense) : start,
          snapshots: [],
          ...(anew ? {} : this.#ticketTraining),
          ...this.#initialisation,
          ...this.#frozen,
        },
      );
    }
  }
}
