import { InputError } from '../networks/errors.js';
import type { Network } from '../networks/network.js';
import { deriveSeed } from '../random/stream.js';
import type { Rung } from '../tickets/index.js';
import { constantRate, learningRateAt } from '../training/schedule.js';
import type { Normalisation } from '../training/types.js';
import { ARITHMETIC_VERSION, type CellSpecification } from './cell-specification.js';
import type { DatasetFacts } from './dataset-facts.js';
import { validationOf } from './examples.js';
import type { Lengths } from './lengths.js';
import type { RunSpecification } from './schema.js';

/** What all trials of a run have in common. */
export interface TrialSettings {
  readonly specification: RunSpecification;
  readonly network: Network;
  readonly facts: DatasetFacts;
  readonly lengths: Lengths;
  readonly ladder: readonly Rung[];
  readonly normalisation: Normalisation;
}

/**
 * How tickets train on: as the dense network does, or, for fine-tuning, at the rate of its last step throughout.
 *
 * @throws InputError when that rate is zero
 */
export function retraining(
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
  {
    initialisation: { name, scale = 1, bias = 'zero', zeroResidual = false, noise = 0, normalisationScale = 'one' },
  }: RunSpecification,
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
    ...(normalisationScale === 'one' ? {} : { normalisationScale }),
  };
}

/** What no two cells of a trial differ in, small dense networks and fine-tuned tickets apart. */
export type TrialBase = Omit<CellSpecification, 'mask' | 'start' | 'snapshots' | 'evolution' | 'pruned'>;

/** The seed that all else of a trial is derived from. */
export const trialSeedOf = ({ seed }: RunSpecification, trial: number): number => deriveSeed(seed, 'trial', trial);

/** Network, data, initialisation and training of every cell of a trial. What trials share has the first one's seeds. */
export function trialBase(
  { specification, network, facts, lengths, normalisation }: TrialSettings,
  trial: number,
): TrialBase {
  // Records of runs made before there were such choices lack them.
  const { schedule: _asWritten, decayOn = 'all', ...optimiser } = specification.optimiser;
  const { clipNorm = null, labelSmoothing = 0, augmentation, share = [], data } = specification;
  const augmented = augmentation !== undefined && (augmentation.padding > 0 || augmentation.flip);
  const trialSeed = trialSeedOf(specification, trial);
  const seedOf = (shared: (typeof share)[number], label: string) =>
    deriveSeed(share.includes(shared) ? trialSeedOf(specification, 0) : trialSeed, label);
  return {
    arithmetic: ARITHMETIC_VERSION,
    network: { input: network.input, classes: network.classes, layers: network.layers },
    data: {
      name: facts.name,
      digest: facts.digest,
      validation: validationOf({ data }, facts),
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
    optimiser,
    schedule: lengths.schedule,
    decayOn,
    clipNorm,
    labelSmoothing,
    augmentation: augmented ? augmentation : null,
    batch: specification.batch,
    iterations: lengths.iterations,
    evaluateEvery: lengths.evaluateEvery,
    orderSeed: seedOf('order', 'order'),
    testCurve: specification.testCurve,
  };
}
