import type { Figure } from '../../figures/figure.js';
import { compareStudy } from '../shared/schemes/compare.js';
import { controlFigure } from '../shared/schemes/control-figures.js';
import type { MeasuredStudy } from '../shared/schemes/found.js';
import type { StudyOutcome } from '../study.js';
import { heatMaps } from './heat-maps.js';

/** Maps of initialisers by densities, and tickets beside their re-initialisations. */
export function initialisationsFigures(
  { found }: Pick<StudyOutcome<MeasuredStudy>, 'found'>,
  document: Document,
): Figure[] {
  const comparison = compareStudy(found);
  const controls = controlFigure(comparison, document);
  return [...heatMaps(comparison, document), ...(controls === null ? [] : [controls])];
}
