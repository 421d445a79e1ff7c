import { compareRun, type MeasuredRun } from '../src/analysis/comparison.js';
import type { MeasuredCell } from '../src/analysis/metrics.js';
import { type Statement, statements } from '../src/analysis/statements/index.js';
import { Draws } from './draws.js';

/** Whole runs made up by rule, with a known effect or none, and what their page says of them. */

/** What is true of a made-up run, and how it varies. */
export interface Truth {
  readonly trials: number;
  /** Shares of weights kept, the dense network's 1 first. */
  readonly densities: readonly number[];
  /** Time constant of a condition over the dense network's, by density. */
  readonly time: (condition: string, density: number) => number;
  /** Its test accuracy less the dense network's, a share. */
  readonly gain: (condition: string, density: number) => number;
  readonly controls: readonly string[];
  /** Deviation of the logarithm of a training's time constant within a trial; the trial's own is three times that. */
  readonly timeSpread: number;
  /** Deviation of an accuracy within a trial. */
  readonly accuracySpread: number;
}

export const quickstartDensities = [1, 0.59, 0.35, 0.21, 0.125, 0.074];

const ITERATIONS = 1500;
const EVERY = 25;
const LOSS = 0.2;
export const MARGIN = 0.002;

/** A loss that falls from 2.3 to near 0.05 and then rises a little, with the noise of a validation set. */
function cellOf(
  draws: Draws,
  place: Pick<MeasuredCell, 'condition' | 'trial' | 'level' | 'draw'>,
  constant: number,
  accuracy: number,
): MeasuredCell {
  const iteration: number[] = [];
  const validationLoss: number[] = [];
  for (let at = 0; at <= ITERATIONS; at += EVERY) {
    const progress = at / constant;
    iteration.push(at);
    validationLoss.push(2.25 * (1 + progress) ** -2 + 0.05 + 0.001 * progress + 0.002 * draws.normal());
  }
  const stop = validationLoss.indexOf(Math.min(...validationLoss));
  const point = { validationAccuracy: accuracy, testAccuracy: accuracy };
  return {
    ...place,
    status: 'done',
    earlyStop: { iteration: iteration[stop], ...point },
    end: { iteration: ITERATIONS, ...point },
    history: { iteration, validationLoss },
  };
}

/** One run. */
export function makeRun(draws: Draws, truth: Truth): MeasuredRun {
  const { trials, densities, controls, time, gain, timeSpread, accuracySpread } = truth;
  const cells: MeasuredCell[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const ofTrial = { log: 3 * timeSpread * draws.normal(), accuracy: 3 * accuracySpread * draws.normal() };
    const make = (condition: string, level: number) => {
      const constant = 60 * time(condition, densities[level]) * Math.exp(ofTrial.log + timeSpread * draws.normal());
      const accuracy = 0.95 + gain(condition, densities[level]) + ofTrial.accuracy + accuracySpread * draws.normal();
      cells.push(cellOf(draws, { condition, trial, level, draw: 0 }, constant, accuracy));
    };
    make('dense', 0);
    for (let level = 1; level < densities.length; level++) {
      for (const condition of ['ticket', ...controls]) make(condition, level);
    }
  }
  return {
    cells,
    planned: cells.length,
    ladder: densities.map((density, level) => ({ level, density })),
    measures: { loss: LOSS, margin: MARGIN },
  };
}

/** What pages say of so many runs. */
export interface Said {
  readonly pages: number;
  /** Share of pages on which any of some claims has some outcome. */
  any(outcome: Statement['outcome'], ids?: (id: string) => boolean): number;
  /** Share of pages on which a claim is supported; of all of them together where there are several. */
  supported(...ids: readonly string[]): number;
}

export function readPages(seed: number, index: number, count: number, truth: Truth): Said {
  const draws = new Draws(seed, index);
  const pages = Array.from({ length: count }, () => statements(compareRun(makeRun(draws, truth))));
  const share = (is: (page: readonly Statement[]) => boolean) => pages.filter(is).length / count;
  return {
    pages: count,
    any: (outcome, ids = () => true) =>
      share((page) => page.some((statement) => statement.outcome === outcome && ids(statement.id))),
    supported: (...ids) =>
      share((page) => ids.every((id) => page.some((one) => one.id === id && one.outcome === 'supported'))),
  };
}

/** No condition differs from another, but that tickets lose exactly the margin of accuracy, so that none matches. */
export const nothing = (trials: number, controls: readonly string[]): Truth => ({
  trials,
  densities: quickstartDensities,
  time: () => 1,
  gain: (condition) => (condition === 'dense' ? 0 : -MARGIN),
  controls,
  timeSpread: 0.15,
  accuracySpread: 0.001,
});

/** The quickstart's three statements. */
export const quickstartClaims = [
  'learns-faster-than-dense',
  'learns-faster-than-reinitialise',
  'learns-faster-in-every-trial',
] as const;

/** Tickets that learn a given number of times as fast as the dense network, and as their re-initialisations. */
export const faster = (trials: number, speed: number, timeSpread: number): Truth => ({
  ...nothing(trials, ['reinitialise']),
  time: (condition) => (condition === 'ticket' ? 1 / speed : 1),
  timeSpread,
});

/**
 * What a pilot of the quickstart with another seed showed at 21% of weights: e to the power of 1.24 times as fast as the dense network
 * with a deviation of 0.16 of the logarithm, and of 2.22 times as fast as its re-initialisation with 0.11.
 */
export const quickstart = (trials: number): Truth => ({
  ...nothing(trials, ['reinitialise']),
  time: (condition, density) => {
    // Tickets gain with every halving down to there, and no more.
    const share = Math.min(1, Math.log(density) / Math.log(0.21));
    if (condition === 'ticket') return Math.exp(-1.24 * share);
    return condition === 'dense' ? 1 : Math.exp(0.98 * share);
  },
  timeSpread: 0.16 / Math.SQRT2,
});
