import type { Dataset } from '../data/dataset.js';
import { partOf, partSize, type Split, splitIndices } from '../data/split.js';
import type { CellSpecification } from './cell-specification.js';
import type { RunSpecification } from './schema.js';

/** The training examples that a cell learns from, and those that are held out for validation. */
export function examplesOf({ data }: Pick<CellSpecification, 'data'>, dataset: Pick<Dataset, 'train'>): Split {
  const { validation, splitSeed, part } = data;
  const split = splitIndices(dataset.train.count, validation, splitSeed);
  return part === undefined ? split : { ...split, train: partOf(split.train, part.share, part.seed) };
}

/**
 * How many training examples the cells of a run learn from.
 *
 * @param count examples of the training set, those held out included
 */
export function trainedOn({ data }: Pick<RunSpecification, 'data'>, count: number): number {
  const left = count - data.validation;
  return data.part === undefined || left < 1 ? left : partSize(left, data.part);
}
