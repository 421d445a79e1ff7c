import { canonicalDigest, withoutDefaults } from './canonical.js';
import type { DatasetFacts } from './dataset-facts.js';
import { VALIDATION } from './examples.js';
import { withoutEarlier } from './methods.js';
import { identityOfScore } from './own-score.js';
import { resolveSpecification } from './presets.js';
import type { RunSpecification } from './schema.js';

/**
 * The run's folder name: its name, and eight digits of the hash of its specification and data, so that the same command
 * finds the same run and another setting makes another.
 */
export function runFolder(specification: RunSpecification, dataset: Pick<DatasetFacts, 'digest'>): string {
  // What a run is measured by changes no training: it is the same run.
  const { name, data, measures: _measures, ...rest } = specification;
  // The data are identified by their digest, wherever they came from and however they were read.
  const { validation, part, normalisation } = data;
  const split = { part, normalisation, ...(validation === VALIDATION || validation === 'own' ? {} : { validation }) };
  const pruning = { ...withoutEarlier(rest.pruning), score: identityOfScore(rest.pruning.score) };
  const identity = withoutDefaults({ ...rest, data: split, pruning }, resolveSpecification({}));
  return `${name}-${canonicalDigest({ specification: identity, data: dataset.digest }).slice(0, 8)}`;
}

/** The record's view of a data set: its facts without its pixels. */
export function factsOf(dataset: DatasetFacts): DatasetFacts {
  const { channels, height, width } = dataset.shape;
  return {
    name: dataset.name,
    digest: dataset.digest,
    shape: { channels, height, width },
    classes: dataset.classes,
    train: { count: dataset.train.count },
    test: { count: dataset.test.count },
    ...(dataset.ownValidation === undefined ? {} : { ownValidation: dataset.ownValidation }),
    ...(dataset.normalised === undefined ? {} : { normalised: dataset.normalised }),
  };
}
