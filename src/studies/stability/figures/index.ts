import type { Figure } from '../../../figures/figure.js';
import type { StudyOutcome } from '../../study.js';
import { compareStability } from '../compare.js';
import type { StabilityFound } from '../found.js';
import { backwardsFigure, childrenFigure } from './barrier-figures.js';
import { childrenLinesFigure, trialsLinesFigure } from './line-figures.js';
import { matchingFigure } from './matching-figure.js';

/** Barriers and accuracies by rewind, then the lines themselves. */
export function stabilityFigures({ found }: StudyOutcome<StabilityFound>, document: Document): Figure[] {
  const { entries } = compareStability(found);
  return [
    childrenFigure(found, entries, document),
    matchingFigure(found, entries, document),
    childrenLinesFigure(found, document),
    backwardsFigure(found, entries, document),
    trialsLinesFigure(found, document),
  ].filter((figure) => figure !== null);
}
