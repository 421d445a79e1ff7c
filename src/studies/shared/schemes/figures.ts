import type { Figure } from '../../../figures/finished-figure.js';
import { compareStudy, type StudyComparison } from './compare.js';
import { controlFigure } from './control-figures.js';
import { frontierFigures } from './frontier-figures.js';
import { heatMaps } from './heat-maps.js';
import type { StudyResults } from './results.js';

/**
 * Every figure of a study.
 *
 * @param document makes the SVG elements: the browser's, or one from linkedom
 */
export function studyFigures(
  results: StudyResults,
  document: Document,
  comparison: StudyComparison = compareStudy(results),
): Figure[] {
  if (results.kind === 'frontier') return frontierFigures(comparison, document);
  const controls = [controlFigure(comparison, document)].filter((figure) => figure !== null);
  return results.kind === 'schemes' ? controls : [...heatMaps(comparison, document), ...controls];
}
