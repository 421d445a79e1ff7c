import type { Dataset } from '../data/dataset.js';
import { ownSplit, partOf, partSize, type Split, splitIndices } from '../data/split.js';
import { InputError } from '../networks/errors.js';
import type { CellSpecification } from './cell-specification.js';
import type { DatasetFacts } from './dataset-facts.js';
import type { RunSpecification } from './schema.js';

/** Examples that are held out of a training set, by default. */
export const VALIDATION = 5000;

/** The training examples that a cell learns from, and those that are held out for validation. */
export function examplesOf(
  { data }: Pick<CellSpecification, 'data'>,
  dataset: Pick<Dataset, 'train' | 'ownValidation'>,
): Split {
  const { validation, splitSeed, part } = data;
  const { train, ownValidation } = dataset;
  const split =
    ownValidation === undefined
      ? splitIndices(train.count, validation, splitSeed)
      : ownSplit(train.count, ownValidation);
  return part === undefined ? split : { ...split, train: partOf(split.train, part.share, part.seed) };
}

type DataSettings = Pick<RunSpecification, 'data'>;
type Sizes = Pick<DatasetFacts, 'name' | 'train' | 'ownValidation'>;

/**
 * How many examples of the training set are held out: those of the data's own validation set, or as many as the settings say.
 *
 * @throws InputError when the settings ask for one and the data have the other
 */
export function validationOf({ data: { validation } }: DataSettings, { name, ownValidation }: Sizes): number {
  if (ownValidation === undefined) {
    if (validation !== 'own') return validation ?? VALIDATION;
    throw new InputError(
      `data.validation is own, but ${name} has no validation set of its own; expected how many training examples to hold out.`,
    );
  }
  if (validation === undefined || validation === 'own') return ownValidation;
  throw new InputError(
    `data.validation is ${validation}, but ${name} has a validation set of its own, of ${ownValidation} examples; expected own, or nothing.`,
  );
}

/**
 * How many training examples the cells of a run learn from.
 *
 * @throws InputError as `validationOf` does
 */
export function trainedOn(settings: DataSettings, facts: Sizes): number {
  const left = facts.train.count - validationOf(settings, facts);
  const { part } = settings.data;
  return part === undefined || left < 1 ? left : partSize(left, part);
}
