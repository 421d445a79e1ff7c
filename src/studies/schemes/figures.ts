import type { Figure } from '../../figures/figure.js';
import { compareStudy } from '../shared/schemes/compare.js';
import { controlFigure } from '../shared/schemes/control-figures.js';
import type { MeasuredStudy } from '../shared/schemes/found.js';
import type { StudyOutcome } from '../study.js';

/** Tickets beside their controls, a panel a scheme. */
export function schemesFigures({ found }: Pick<StudyOutcome<MeasuredStudy>, 'found'>, document: Document): Figure[] {
  return [controlFigure(compareStudy(found), document)].filter((figure) => figure !== null);
}
