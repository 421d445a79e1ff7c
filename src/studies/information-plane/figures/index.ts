import type { Figure } from '../../../figures/figure.js';
import type { StudyOutcome } from '../../study.js';
import type { InformationFound } from '../found.js';
import { planeAnimation } from './animation.js';
import { curvesFigure } from './curves.js';
import { planeFigure } from './plane.js';

/** The plane over training, then for each estimator the plane and the curves. */
export function informationFigures({ found }: Pick<StudyOutcome<InformationFound>, 'found'>): Figure[] {
  if (found.courses.length === 0) return [];
  return [
    planeAnimation(found, found.estimators),
    ...found.estimators.flatMap((estimator) => [planeFigure(found, estimator), curvesFigure(found, estimator)]),
  ].filter((figure) => figure !== null);
}
