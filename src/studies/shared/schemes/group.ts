import { overTrials } from '../../../analysis/by-trial.js';
import type { Summary } from '../../../analysis/summary.js';
import type { StudyCost, StudyPoint } from './found.js';

/** One condition of one scheme at one density, over its trials: what a study's comparison is made of. */

/** How many runs come down to the dense network's lowest validation loss, and when. */
export interface Reach {
  readonly runs: number;
  readonly reached: number;
  /** Over all of them: those that do not count with their last iteration, so that the mean is no less. Null without any. */
  readonly iterations: Summary | null;
}

/** Whether every run reaches the dense network's lowest loss, so that its mean iteration speaks of all of them. */
export const allReach = ({ runs, reached }: Reach): boolean => runs > 0 && reached === runs;

/** One condition of one scheme at one density. */
export interface StudyGroup {
  readonly scheme: string;
  readonly condition: string;
  readonly density: number;
  /** Finished runs, diverged ones included, and the trials that they are of. */
  readonly runs: number;
  readonly trials: number;
  readonly diverged: number;
  /** Share of weights really kept, mean; null where every run diverged, as are all below. */
  readonly kept: number | null;
  /** Test accuracy at early stop. */
  readonly accuracy: Summary | null;
  readonly accuracyAtEnd: Summary | null;
  readonly reach: Reach;
  /** Means. */
  readonly finding: StudyCost | null;
  readonly training: StudyCost | null;
  /** FLOPs of finding, as a multiple of those of one training of the dense network; null without a dense network. */
  readonly findingInTrainings: number | null;
  /** FLOPs of training, likewise. */
  readonly trainingInTrainings: number | null;
  /** FLOPs of finding and of training together: until there is a trained ticket, which is what schemes that find it while it trains give. */
  readonly totalInTrainings: number | null;
  /** Layers that some run left without any weight, and how many runs did; diverged runs are counted too. */
  readonly collapsed: readonly { readonly layer: string; readonly runs: number }[];
}

/** When a run reaches the dense network's lowest loss, or the last iteration where it never does. */
export const reachOf = ({ reachesDense, end }: StudyPoint): number => reachesDense ?? end.iteration;

/** Test accuracy at early stop. */
export const accuracyOf = (point: StudyPoint) => point.earlyStop.testAccuracy;

/** Means over the runs that did not diverge; null where all did. */
export function costOver(points: readonly StudyPoint[], part: 'finding' | 'training'): StudyCost | null {
  const flops = overTrials(points, (point) => point[part].flops);
  if (flops === null) return null;
  return {
    flops: flops.mean,
    examples: overTrials(points, (point) => point[part].examples)!.mean,
    seconds: overTrials(points, (point) => point[part].seconds)!.mean,
  };
}

function collapsedIn(points: readonly StudyPoint[]): StudyGroup['collapsed'] {
  const layers = [...new Set(points.flatMap(({ collapsed }) => collapsed))];
  return layers.map((layer) => ({ layer, runs: points.filter(({ collapsed }) => collapsed.includes(layer)).length }));
}

/**
 * @param points at least one, all of one condition, scheme and density
 * @param denseFlops of one training of the dense network; null where none has finished
 */
export function groupOf(points: readonly StudyPoint[], denseFlops: number | null): StudyGroup {
  const done = points.filter(({ status }) => status === 'done');
  const finding = costOver(points, 'finding');
  const training = costOver(points, 'training');
  const inTrainings = (cost: StudyCost | null) =>
    cost === null || denseFlops === null || denseFlops === 0 ? null : cost.flops / denseFlops;
  const { scheme, condition, density } = points[0];
  return {
    scheme,
    condition,
    density,
    runs: points.length,
    trials: new Set(points.map(({ trial }) => trial)).size,
    diverged: points.length - done.length,
    kept: overTrials(points, ({ kept }) => kept)?.mean ?? null,
    accuracy: overTrials(points, accuracyOf),
    accuracyAtEnd: overTrials(points, ({ end }) => end.testAccuracy),
    reach: {
      runs: done.length,
      reached: done.filter(({ reachesDense }) => reachesDense !== null).length,
      iterations: overTrials(points, reachOf),
    },
    finding,
    training,
    findingInTrainings: inTrainings(finding),
    trainingInTrainings: inTrainings(training),
    totalInTrainings: inTrainings(finding && training && { ...finding, flops: finding.flops + training.flops }),
    collapsed: collapsedIn(points),
  };
}
