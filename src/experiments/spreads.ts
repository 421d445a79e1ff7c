import type { RunSpecification } from './schema.js';

/**
 * How much comparisons vary from trial to trial, as far as it is known: standard deviations over trials, which decide how small a
 * difference a design can show. They were measured with the presets named; another length or another part of the data changes them
 * a little, another network or data set a lot.
 */

/** Of the ticket at about a fifth of the weights against one opponent. */
export interface Spread {
  /** Of the natural logarithm of the ratio of times to the given validation loss. */
  readonly timeToLoss: number;
  /** Of the logarithm of the ratio of mean validation losses. */
  readonly lossArea: number;
  /** Of the logarithm of the ratio of early-stop iterations. */
  readonly earlyStop: number;
  /** Of the difference in test accuracy at early stop, a share of 1. */
  readonly accuracy: number;
}

export interface KnownSpread {
  /** The network and the data set, by name. */
  readonly network: string;
  readonly data: string;
  readonly dense: Spread;
  /** Against one re-initialisation of the ticket. */
  readonly reinitialise: Spread;
  /** What they were measured with. */
  readonly source: string;
}

export const knownSpreads: readonly KnownSpread[] = [
  {
    network: 'lenet-300-100',
    data: 'strokes',
    dense: { timeToLoss: 0.16, lossArea: 0.09, earlyStop: 0.48, accuracy: 0.0023 },
    reinitialise: { timeToLoss: 0.11, lossArea: 0.14, earlyStop: 0.37, accuracy: 0.0018 },
    source: 'six trials of seed 100, 1,500 iterations, evaluated every 25 on 1,000 examples',
  },
  {
    network: 'lenet-300-100',
    data: 'mnist',
    dense: { timeToLoss: 0.13, lossArea: 0.06, earlyStop: 0.43, accuracy: 0.0031 },
    reinitialise: { timeToLoss: 0.16, lossArea: 0.044, earlyStop: 0.29, accuracy: 0.0023 },
    source: 'five trials of lenet-mnist --quick with seed 100, at 17%',
  },
];

/** The spreads of these settings' network and data; null where none are known. */
export function spreadOf({ network, data }: Pick<RunSpecification, 'network' | 'data'>): KnownSpread | null {
  return knownSpreads.find((known) => known.network === network && known.data === data.name) ?? null;
}
