/** Figures, tables and reports: pure functions from results to SVG, HTML and CSV. */

import type { Comparison } from '../analysis/index.js';
import type { RunResults } from '../experiments/results.js';
import { densityFigures } from './density-figures.js';
import type { Figure } from './finished-figure.js';
import { inputPixels, layerDensities } from './layer-figures.js';
import { controlCurves, learningCurves } from './learning-curves.js';

export { type CsvValue, csvOf } from './csv.js';
export type { Figure } from './finished-figure.js';
export { levelTable, type ReportTable } from './level-table.js';
export { renderReport } from './report.js';
export { numberFiles, type ReportedFinding, type ReportNumbers, runNumbers } from './report-files.js';
export { trainingsCsv } from './trainings-csv.js';

/**
 * Every figure of a run.
 *
 * @param document makes the SVG elements: the browser's, or one from linkedom
 */
export function makeFigures(results: RunResults, comparison: Comparison, document: Document): Figure[] {
  const single = [
    learningCurves(results, document),
    controlCurves(results, document),
    layerDensities(results, document),
    inputPixels(results, document),
  ];
  return [...densityFigures(comparison, document), ...single.filter((figure) => figure !== null)];
}
