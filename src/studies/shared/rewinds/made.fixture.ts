import { StreamReader, stream } from '../../../random/stream.js';
import type { StudyOutcome } from '../../study.js';
import type { TrainedPoint } from './points.js';

/** Made-up results of studies of stability and of rewinding, as true as asked for, with a little noise. */
export interface RewindFixture {
  readonly trials?: number;
  readonly rewinds?: readonly number[];
  readonly densities?: readonly number[];
  readonly children?: number;
  readonly points?: number;
  readonly trainingExamples?: number;
  readonly randomMask?: number;
  readonly reinitialise?: number;
  /** Barrier of the test error between children, a share of 1. */
  readonly barrier?: (density: number, rewind: number) => number;
  /** Accuracy of a ticket less the dense network's. */
  readonly gain?: (density: number, rewind: number) => number;
  /** Spread of accuracies between trials, and of barriers in proportion to themselves. */
  readonly noise?: number;
  readonly diverged?: (point: TrainedPoint) => boolean;
  readonly missing?: (point: TrainedPoint) => boolean;
}

const usual = {
  trials: 3,
  rewinds: [0, 100, 500, 2000],
  densities: [0.2, 0.05, 0.02],
  children: 2,
  points: 30,
  trainingExamples: 10_000,
  randomMask: 0,
  reinitialise: 1,
  // Sparse tickets become stable late, and match from there on.
  barrier: (density: number, rewind: number) => 0.001 + (rewind >= 20 / density ? 0 : 0.35 * (1 - density)),
  gain: (density: number, rewind: number) => (rewind >= 20 / density ? 0.001 : -0.02 * (1 - density)),
  noise: 0.0004,
};

export interface Maker {
  readonly settings: Required<Omit<RewindFixture, 'diverged' | 'missing'>>;
  readonly near: (value: number, spread: number) => number;
  readonly point: (
    place: Pick<TrainedPoint, 'condition' | 'rewind' | 'density' | 'trial' | 'draw'>,
    accuracy: number,
  ) => TrainedPoint;
}

export function maker({ diverged: _d, missing: _m, ...fixture }: RewindFixture): Maker {
  const settings = { ...usual, ...fixture };
  const reader = new StreamReader(stream(3, 'fixture'));
  const near = (value: number, spread: number) => value + spread * (2 * reader.uniform() - 1);
  const point: Maker['point'] = (place, accuracy) => {
    const testAccuracy = near(accuracy, settings.noise);
    const iteration = Math.round(near(3000 + 2000 * place.density + (place.rewind ?? 0) / 4, 200) / 100) * 100;
    const measured = {
      iteration,
      validationLoss: 0.07,
      validationAccuracy: testAccuracy,
      testLoss: 0.08,
      testAccuracy,
    };
    return { ...place, status: 'done', earlyStop: measured, end: { ...measured, iteration: 12_000 } };
  };
  return { settings, near, point };
}

export const finish = (trained: readonly TrainedPoint[], { diverged, missing }: RewindFixture): TrainedPoint[] =>
  trained
    .filter((point) => missing?.(point) !== true)
    .map((point) => (diverged?.(point) === true ? { ...point, status: 'diverged' } : point));

/** What every study says of itself, around what this one found. */
export function outcomeOf<Found>(study: string, found: Found): StudyOutcome<Found> {
  return {
    study,
    name: `lenet-mnist-${study}`,
    command: `lottery study ${study} lenet-mnist`,
    specification: { name: 'lenet-mnist' },
    dataset: { name: 'mnist', digest: 'ab'.repeat(32), shape: [1, 28, 28], classes: 10 },
    network: { name: 'lenet-300-100', weights: 266_200 },
    trials: 3,
    digest: 'cd'.repeat(32),
    provenance: {
      version: '0.1.0',
      arithmetic: 1,
      started: '2025-01-31T09:00:00.000Z',
      finished: '2025-01-31T11:12:13.000Z',
      engine: 'Node 20.20.2',
      platform: 'linux x64',
      processor: 'Example CPU @ 2.00GHz',
      cellSeconds: 1250,
    },
    trainings: [],
    cells: { planned: 100, finished: 100, diverged: 0 },
    measurements: { planned: 60, finished: 60, digest: null },
    found,
  };
}
