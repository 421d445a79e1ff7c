import { ARITHMETIC_VERSION } from '../kernels/arithmetic.js';
import type { ImageShape, Layer, Network } from '../networks/network.js';
import type {
  InitialisationChoices,
  InitialiserName,
  LayerKind,
  ScopeName,
  ScoreName,
  StartName,
  Structure,
} from '../tickets/index.js';
import { constantRate } from '../training/schedule.js';
import type { Augmentation, LearningRateSchedule, Normalisation, Optimiser } from '../training/types.js';
import { canonicalJson, sha256Hex, withoutDefaults } from './canonical.js';
import { type ChosenScore, identityOfScore } from './own-score.js';

/** How many weights of each layer a mask keeps. */
export interface MaskTarget {
  readonly scope: ScopeName;
  /** Share of the remaining weights pruned in one round. */
  readonly rate: number;
  /** The same for the output layer. */
  readonly outputRate: number;
  /** Rates by kind of layer and by name, which override the two above; absent where none are given. */
  readonly rates?: Readonly<Partial<Record<LayerKind, number>>> | undefined;
  readonly layers?: Readonly<Record<string, number>> | undefined;
  /** Shares kept of single layers, in place of a level and a density. */
  readonly layerDensities?: Readonly<Record<string, number>>;
  /** What is pruned together; absent for single weights. */
  readonly structure?: Structure;
  /** Level of the ladder whose counts are kept: rounds of pruning counted from the dense network. Absent with a density. */
  readonly level?: number;
  /** Share of all prunable weights kept, in place of a level. */
  readonly density?: number;
}

/** Where a ticket's mask comes from. */
export interface PrunedMask extends MaskTarget {
  readonly kind: 'prune';
  /** The cell whose final weights are scored, within its own mask; null for the cell's own first values, nothing pruned. */
  readonly from: string | null;
  readonly score: ChosenScore;
  /** Seed of a score that draws numbers; absent for one that does not. */
  readonly seed?: number;
  /** Steps, each scoring what the one before left; absent for one. */
  readonly steps?: number;
  /**
   * Of a score that is measured on training examples: how many, and the seed they are drawn from. As many of each class, unless
   * they are drawn as a batch is, whatever their classes.
   */
  readonly examples?: { readonly count: number; readonly seed: number; readonly sampling?: 'random' };
  /**
   * Of a score that is measured by the Hessian: `exact`, of logits divided by a temperature. Both are absent for finite
   * differences of gradients, the logits as they are.
   */
  readonly hessian?: 'exact';
  readonly temperature?: number;
}

/** The mask that another cell ended with, which found it while it trained. */
export interface FoundMask {
  readonly kind: 'found';
  readonly cell: string;
}

/** A mask made from another one at random. */
export interface RandomMask {
  /**
   * `random`: as many survivors in every layer. `shuffled`: its outputs and inputs in a random order. `inverted`: as many,
   * from what it pruned. The others: as many in all, spread by that scope.
   */
  readonly kind: 'random' | 'shuffled' | 'inverted' | SpreadScope;
  readonly like: PrunedMask | FoundMask;
  readonly seed: number;
}

/** Scopes by which a total can be spread over layers at random. */
export type SpreadScope = 'uniform' | 'erdos-renyi' | 'erdos-renyi-kernel';

export type MaskSpecification = PrunedMask | FoundMask | RandomMask;

/** How a cell's mask changes while it trains; lengths in iterations. */
export type EvolutionSpecification =
  /** Dense at first, then pruned little by little (Zhu and Gupta 2018). */
  | {
      readonly kind: 'gradual';
      readonly score: ScoreName;
      readonly target: MaskTarget;
      readonly begin: number;
      readonly end: number;
      readonly every: number;
      readonly seed: number;
    }
  /**
   * Dense until the mask that pruning would give has settled (You et al. 2020). Where the target's structure is units, channels
   * are chosen by the scale of their batch normalisation.
   */
  | {
      readonly kind: 'early-bird';
      readonly score: ScoreName;
      readonly target: MaskTarget;
      readonly every: number;
      readonly memory: number;
      readonly threshold: number;
      /** Absent for a share of all bits. */
      readonly distance?: 'relative';
      /** Training goes on with the mask; absent where it ends there. */
      readonly afterwards?: 'continue';
      readonly seed: number;
    }
  /** A constant number of weights: some are pruned and others grow (Mocanu et al. 2018; Evci et al. 2020). */
  | {
      readonly kind: 'set';
      readonly every: number;
      readonly until: number;
      readonly fraction: number;
      /** Absent for the smallest |w| of both signs together. */
      readonly drop?: 'by-sign';
      /** Absent for weights that were pruned before the change. */
      readonly grow?: 'anywhere';
      readonly seed: number;
    }
  | {
      readonly kind: 'rigl';
      readonly every: number;
      readonly until: number;
      readonly fraction: number;
      /** Absent where an iteration of a change has its step. */
      readonly atChange?: 'hold';
      readonly seed: number;
    }
  /** Weights keep their initial values and the mask is learned; its density is an outcome (Zhou et al. 2019). */
  | { readonly kind: 'supermask'; readonly initial: number }
  /** Likewise, with a given number of survivors (Ramanujan et al. 2020). */
  | { readonly kind: 'edge-popup'; readonly target: MaskTarget };

/** The values a cell starts from. */
export type StartSpecification =
  /** The initialisation of the cell. */
  | { readonly kind: 'initial' }
  /** The weights another cell had at an iteration; training continues from there. */
  | { readonly kind: 'rewind'; readonly cell: string; readonly iteration: number }
  /** The final weights of another cell; order and learning rate continue from an iteration (Renda et al. 2020). */
  | { readonly kind: 'continue'; readonly cell: string; readonly iteration: number }
  /** A random re-initialisation by the same initialiser. */
  | { readonly kind: 'reinitialise'; readonly seed: number }
  /** Values made from the initialisation, or from those of a rewind (Zhou et al. 2019). */
  | {
      readonly kind: 'altered';
      readonly by: StartName;
      readonly seed: number;
      /** Of a start that takes a number. */
      readonly amount?: number;
      /** Absent for the initialisation. */
      readonly rewind?: { readonly cell: string; readonly iteration: number };
    };

/**
 * Everything that decides the bits of one training run. A cell is named by the hash of it; masks and starts name the
 * cells they come from, so names chain like commits.
 */
export interface CellSpecification {
  /** Version of the arithmetic; raised when any result's bits change. */
  readonly arithmetic: number;
  readonly network: { readonly input: ImageShape; readonly classes: number; readonly layers: readonly Layer[] };
  readonly data: {
    /** For display; data are identified by their digest, and this name is not part of the cell's name. */
    readonly name: string;
    /** SHA-256 of the decoded training and test sets. */
    readonly digest: string;
    /** Examples of the training set that are held out. */
    readonly validation: number;
    readonly splitSeed: number;
    /** The random share of the remaining examples that is learned from; absent for all of them. */
    readonly part?: { readonly share: number; readonly seed: number };
    readonly normalisation: Normalisation;
  };
  /** What is at its default is absent. */
  readonly initialisation: {
    readonly name: InitialiserName;
    readonly seed: number;
    /** Added to the weights that the seed draws, in standard deviations of their layer; re-initialised weights have none. */
    readonly noise?: { readonly deviations: number; readonly seed: number };
  } & InitialisationChoices;
  /** Null for the dense network. */
  readonly mask: MaskSpecification | null;
  readonly start: StartSpecification;
  /** Null, or absent in records from before there were such, where the mask stays as it is. */
  readonly evolution?: EvolutionSpecification | null;
  /** Absent in records from before there was a choice: zero. */
  readonly pruned?: 'zero' | 'frozen';
  readonly optimiser: Optimiser;
  readonly schedule: LearningRateSchedule;
  readonly decayOn: 'all' | 'weights';
  /** Null for none. */
  readonly clipNorm: number | null;
  readonly labelSmoothing: number;
  /** Null for none. */
  readonly augmentation: Augmentation | null;
  readonly batch: number;
  readonly iterations: number;
  readonly evaluateEvery: number;
  readonly orderSeed: number;
  /** Iterations whose weights are kept for others to rewind to. */
  readonly snapshots: readonly number[];
  readonly testCurve: boolean;
}

const optimiserDefaults = {
  adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
  sgd: { momentum: 0, nesterov: false, weightDecay: 0 },
} as const;

const prunedMaskDefaults = { score: 'magnitude', scope: 'layer' } as const;

/**
 * Defaults that are omitted from names. An entry here may never change, or every name would; a new field must come in
 * with an entry whose value leaves training as it was.
 */
function defaultsFor({ optimiser }: Pick<CellSpecification, 'optimiser'>): Readonly<Record<string, unknown>> {
  return Object.hasOwn(defaults, optimiser.name) ? defaults[optimiser.name] : others;
}

/** All of them, with those of an optimiser. */
const defaultsWith = (optimiser: object): Readonly<Record<string, unknown>> => ({
  data: { normalisation: { mean: [0], deviation: [1] } },
  start: { kind: 'initial' },
  mask: null,
  evolution: null,
  pruned: 'zero',
  optimiser,
  schedule: constantRate,
  decayOn: 'all',
  clipNorm: null,
  labelSmoothing: 0,
  augmentation: null,
  snapshots: [],
  testCurve: false,
});

const defaults = { adam: defaultsWith(optimiserDefaults.adam), sgd: defaultsWith(optimiserDefaults.sgd) } as const;
/** Of what a damaged file calls an optimiser. */
const others = defaultsWith({});

function identityOfMask(mask: MaskSpecification | null): unknown {
  if (mask === null || mask.kind === 'found') return mask;
  if (mask.kind !== 'prune') return { ...mask, like: identityOfMask(mask.like) };
  return withoutDefaults({ ...mask, score: identityOfScore(mask.score) }, prunedMaskDefaults);
}

/** One field of what is hashed: without display names. */
function identityOf(field: string, value: unknown): unknown {
  if (field === 'mask') return identityOfMask(value as CellSpecification['mask']);
  if (field !== 'data') return value;
  const { name: _forPeople, ...data } = value as CellSpecification['data'];
  return data;
}

/** The part of a specification that is hashed: without display names and fields at their defaults. */
export function cellIdentity(specification: CellSpecification): unknown {
  const fields = Object.entries(specification).map(([field, value]) => [field, identityOf(field, value)]);
  return withoutDefaults(Object.fromEntries(fields), defaultsFor(specification));
}

/** The cell's name: SHA-256 of its identity, in hex. */
export function cellId(specification: CellSpecification): string {
  return new CellNamer().nameOf(specification);
}

/**
 * Names cells that have most of their fields in common, such as those of one trial: the text of a field is made once, as long as the same
 * object stands there. Fields must not change meanwhile.
 */
export class CellNamer {
  readonly #known = new Map<string, { readonly value: unknown; readonly text: string | null }>();

  /** The cell's name: SHA-256 of its identity, in hex. */
  nameOf(specification: CellSpecification): string {
    const fields = Object.keys(specification).sort() as (keyof CellSpecification)[];
    const texts = fields.map((field) => this.#textOf(field, specification));
    return sha256Hex(`{${texts.filter((text) => text !== null).join(',')}}`);
  }

  /** A field with its name as canonical JSON; null where it is at its default. */
  #textOf(field: keyof CellSpecification, specification: CellSpecification): string | null {
    const value = specification[field];
    const known = this.#known.get(field);
    if (known !== undefined && known.value === value) return known.text;
    const standard = defaultsFor(specification);
    const own = Object.hasOwn(standard, field) ? { [field]: standard[field] } : {};
    const kept = withoutDefaults({ [field]: identityOf(field, value) }, own) as Record<string, unknown>;
    const text = Object.hasOwn(kept, field) ? `${JSON.stringify(field)}:${canonicalJson(kept[field])}` : null;
    this.#known.set(field, { value, text });
    return text;
  }
}

/** Ids of the cells whose results this one is made from, each once. */
export function parentsOf({ mask, start }: CellSpecification): string[] {
  const parents = new Set<string>();
  const made = mask !== null && 'like' in mask ? mask.like : mask;
  const from = made === null ? null : made.kind === 'found' ? made.cell : made.from;
  if (from !== null) parents.add(from);
  const taken = continuedFrom(start);
  if (taken !== null) parents.add(taken.cell);
  return [...parents];
}

/** The cell and the iteration that training continues from; null where training begins at iteration 0. */
function continuedFrom(start: StartSpecification): { readonly cell: string; readonly iteration: number } | null {
  switch (start.kind) {
    case 'rewind':
    case 'continue':
      return start;
    case 'altered':
      return start.rewind ?? null;
    case 'initial':
    case 'reinitialise':
      return null;
  }
}

/** The iteration that a cell's training begins at: 0, or the iteration of its parent's training that it continues from. */
export function firstIterationOf({ start }: Pick<CellSpecification, 'start'>): number {
  return continuedFrom(start)?.iteration ?? 0;
}

/** The network of a cell, as training and tickets take it. */
export function networkOf({ network }: Pick<CellSpecification, 'network'>): Network {
  return { name: 'cell', ...network };
}

/** Whether two specifications describe the same training, whatever they are called. */
export function sameCell(a: CellSpecification, b: CellSpecification): boolean {
  return canonicalJson(cellIdentity(a)) === canonicalJson(cellIdentity(b));
}

export { ARITHMETIC_VERSION };
