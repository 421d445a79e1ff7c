import type { OverlapCounts, PartCounts } from '../../analysis/overlap/index.js';
import type { AgreementValues, LayerOverlap, MatchedBy, MatchingValues } from '../../analysis/overlap/values.js';

/** What trials have in common and what they do not. */
export const variations = {
  order: {
    title: 'another order of examples',
    differs: 'share initialisation and split, and differ in the order of examples',
    share: ['split', 'initialisation'],
  },
  noise: {
    title: 'noise on the initialisation',
    differs: 'share everything but noise on the initialisation',
    share: ['split', 'initialisation', 'order'],
  },
  data: {
    title: 'another part of the data',
    differs: 'share everything but the part of the data that they learn from',
    share: ['split', 'initialisation', 'order'],
  },
  initialisation: {
    title: 'another initialisation',
    differs: 'share order and split, and differ in the initialisation',
    share: ['split', 'order'],
  },
  all: { title: 'everything different', differs: 'share nothing', share: [] },
} as const satisfies Record<
  string,
  {
    /** What differs, in a few words. */
    readonly title: string;
    /** After "trials that". */
    readonly differs: string;
    readonly share: readonly ('split' | 'initialisation' | 'order')[];
  }
>;

export type VariationName = keyof typeof variations;

export const variationNames = Object.keys(variations) as VariationName[];

/** Those whose trials begin with other weights, so that hidden units have no order in common. */
export const unordered: ReadonlySet<VariationName> = new Set(['initialisation', 'all']);

/** A level of the ladder that all variations go down. */
export interface ConsistencyLevel {
  readonly level: number;
  /** Share of prunable weights kept. */
  readonly density: number;
  /** Whether it was asked for; others lie on the way. */
  readonly asked: boolean;
}

/** A ticket of one trial. */
export interface TicketFound {
  readonly trial: number;
  readonly level: number;
  readonly status: 'done' | 'diverged';
  /** Share of 1, at early stop. */
  readonly testAccuracy: number;
}

/** Two trials, the first the lower, at one level. */
interface Pair {
  readonly level: number;
  readonly first: number;
  readonly second: number;
}

/** Which pixels the tickets of two trials read, and by how many weights each. */
export interface PixelOverlap {
  /** Rank correlation of how many weights read each pixel; null where one ticket reads all alike. */
  readonly correlation: number | null;
  /** Pixels that any weight reads. */
  readonly used: OverlapCounts;
}

export interface OverlapFound extends Pair {
  /** Null where what reads the images does not read every pixel by weights of its own, as convolutions do not. */
  readonly pixels: PixelOverlap | null;
  /** Neurons one by one are left out at levels that were not asked for. */
  readonly layers: readonly (Omit<LayerOverlap, 'neurons'> & { readonly neurons: PartCounts | null })[];
}

export interface MatchingFound extends Pair, MatchingValues {}

export interface AgreementFound extends AgreementValues {
  readonly level: number;
}

/** Tickets of trials that have something in common, and their masks beside one another. */
export interface VariationFound {
  readonly name: VariationName;
  /** Finished tickets, and how many there are to be. */
  readonly tickets: readonly TicketFound[];
  readonly plannedTickets: number;
  readonly overlaps: readonly OverlapFound[];
  readonly plannedOverlaps: number;
  /** Empty where units are not matched. */
  readonly matchings: readonly MatchingFound[];
  readonly plannedMatchings: number;
  /** Of all trials together, one a level. */
  readonly agreements: readonly AgreementFound[];
  readonly plannedAgreements: number;
}

/** All that a study of consistency found so far. */
export interface ConsistencyFound {
  readonly trials: number;
  readonly levels: readonly ConsistencyLevel[];
  /** Prunable layers in order, with their weights. */
  readonly layers: readonly { readonly layer: string; readonly size: number }[];
  /** Of the images: channels, rows, columns. */
  readonly image: readonly [number, number, number];
  readonly variations: readonly VariationFound[];
  /** Standard deviations of noise in the variation of that name. */
  readonly noise: number;
  /** The share of the data that a trial learns from in the variation of that name. */
  readonly part: number;
  /** What units are matched by; null where they are not. */
  readonly matchedBy: MatchedBy | null;
  /** Draws of each way of shuffling. */
  readonly draws: number;
}

/** Counts of a whole network: its layers that either mask prunes. A layer that both leave whole agrees of necessity. */
export function prunedLayers<T extends OverlapCounts>(layers: readonly T[]): T[] {
  return layers.filter(({ size, first, second }) => first < size || second < size);
}
