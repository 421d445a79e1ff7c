import { type Interval, tInterval } from '../src/analysis/intervals.js';
import { logOf, ratioOf } from '../src/analysis/log-ratio.js';
import { normalCdf } from '../src/analysis/normal.js';
import { pairedDifference } from '../src/analysis/paired.js';
import { predictionInterval } from '../src/analysis/prediction.js';
import { trendOverTrials } from '../src/analysis/trend.js';
import { pairMean } from '../src/analysis/trial-pairs.js';
import { Draws } from './draws.js';

/** How often 95% intervals hold the truth, on data whose truth is known. */

export interface Coverage {
  readonly what: string;
  readonly trials: number;
  /** Share of intervals that hold it. */
  readonly held: number;
  readonly drawn: number;
}

/** One interval from drawn data, and the truth it should hold. */
type Experiment = (draws: Draws, trials: number) => { readonly interval: Interval | null; readonly truth: number };

const times = <Value>(count: number, make: (place: number) => Value): Value[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** Expected value of the lesser of a normal number and a bound. */
function restrictedMean(mean: number, deviation: number, bound: number): number {
  const z = (bound - mean) / deviation;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return mean * normalCdf(z) - deviation * density + bound * (1 - normalCdf(z));
}

const SPREAD = 0.25;
const RATIO = 0.6;

const experiments: Readonly<Record<string, Experiment>> = {
  'ratio of times, log-normal, paired': (draws, trials) => {
    const logs = times(trials, () => {
      const trial = draws.normal();
      const one = RATIO * Math.exp(trial + SPREAD * draws.normal());
      return logOf(one) - logOf(Math.exp(trial + SPREAD * draws.normal()));
    });
    return { interval: ratioOf(pairedDifference(logs)).interval, truth: RATIO };
  },
  'ratio of times, each a sum of four exponential waits': (draws, trials) => {
    const wait = () => times(4, () => draws.exponential()).reduce((a, b) => a + b);
    const logs = times(trials, () => logOf(RATIO * wait()) - logOf(wait()));
    return { interval: ratioOf(pairedDifference(logs)).interval, truth: RATIO };
  },
  'ratio of restricted times, a fifth of the others never there': (draws, trials) => {
    const bound = 0.84 * 0.4;
    const logs = times(trials, () => Math.log(RATIO) + 0.4 * draws.normal() - Math.min(bound, 0.4 * draws.normal()));
    const truth = Math.exp(Math.log(RATIO) - restrictedMean(0, 0.4, bound));
    return { interval: ratioOf(pairedDifference(logs)).interval, truth };
  },
  'difference of accuracies on 5,000 images': (draws, trials) => {
    // The binomial error of an accuracy of 95%, and what trials differ by.
    const error = Math.sqrt((0.95 * 0.05) / 5000);
    const found = times(trials, () => 0.004 + 0.001 * draws.normal() + error * (draws.normal() - draws.normal()));
    return { interval: tInterval(found), truth: 0.004 };
  },
  'slope of log time over log density': (draws, trials) => {
    const points = times(trials, (trial) => {
      const slope = 0.5 + 0.1 * draws.normal();
      const level = draws.normal();
      return times(4, (x) => ({ trial, x: -x, y: level - slope * x + 0.1 * draws.normal() }));
    }).flat();
    return { interval: trendOverTrials(points).interval, truth: 0.5 };
  },
  'mean over pairs of trials, of what both trials add': (draws, trials) => {
    const own = times(trials, () => draws.normal());
    const pairs = times(trials, (first) =>
      times(first, (second) => ({ first, second, value: 1 + own[first] + own[second] + 0.2 * draws.normal() })),
    ).flat();
    return { interval: pairMean(pairs)!.interval, truth: 1 };
  },
  'prediction of a further trial': (draws, trials) => {
    const found = times(trials, () => draws.normal());
    return { interval: predictionInterval(found), truth: draws.normal() };
  },
  'prediction of the mean of five other trials': (draws, trials) => {
    const found = times(trials, () => draws.normal());
    const other = times(5, () => draws.normal()).reduce((a, b) => a + b) / 5;
    return { interval: predictionInterval(found, 5), truth: other };
  },
};

/** Coverage of every kind of interval, for several numbers of trials. */
export function coverages(seed: number, count: number, trials: readonly number[]): Coverage[] {
  return Object.entries(experiments).flatMap(([what, experiment], kind) =>
    trials.map((n): Coverage => {
      const draws = new Draws(seed, 1000 + 100 * kind + n);
      let held = 0;
      for (let i = 0; i < count; i++) {
        const { interval, truth } = experiment(draws, n);
        if (interval !== null && interval.low <= truth && truth <= interval.high) held++;
      }
      return { what, trials: n, held: held / count, drawn: count };
    }),
  );
}
