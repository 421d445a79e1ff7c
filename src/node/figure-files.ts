import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { parseHTML } from 'linkedom';
import { compareRun } from '../analysis/index.js';
import type { RunResults } from '../experiments/results.js';
import { type Figure, makeFigures, renderReport } from '../figures/index.js';
import { renderStudyPage, type StudyPage } from '../studies/shared/page.js';
import { studyFigures } from '../studies/shared/schemes/figures.js';
import { renderStudyReport } from '../studies/shared/schemes/report.js';
import type { StudyResults } from '../studies/shared/schemes/results.js';
import type { StudyOutcome } from '../studies/study.js';
import { replaceFile } from './replace-file.js';

const fonts = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');

/** A picture of an SVG at twice its size, in a font that comes with the package. */
export function svgToPng(svg: string): Uint8Array {
  const font = { fontFiles: [join(fonts, 'DejaVuSans.ttf')], loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' };
  return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: 2 }, background: 'white' }).render().asPng();
}

/**
 * Writes `report.html`, and every figure as SVG, PNG and CSV in `figures/`, into a folder.
 *
 * @returns the report's path
 */
export async function writeReportFiles(folder: string, results: RunResults): Promise<string> {
  const comparison = compareRun(results);
  const figures = makeFigures(results, comparison, emptyDocument());
  return writeFiles(folder, figures, renderReport(results, figures, comparison));
}

/** The same for a study. */
export async function writeStudyFiles(folder: string, results: StudyResults): Promise<string> {
  const figures = studyFigures(results, emptyDocument());
  return writeFiles(folder, figures, renderStudyReport(results, figures));
}

/** The same for a study that draws its own page. */
export async function writeStudyPageFiles<Found>(
  folder: string,
  outcome: StudyOutcome<Found>,
  pageOf: (outcome: StudyOutcome<Found>, document: Document) => StudyPage,
): Promise<{ readonly report: string; readonly shown: StudyPage }> {
  const shown = pageOf(outcome, emptyDocument());
  return { report: await writeFiles(folder, shown.figures, renderStudyPage(outcome, shown)), shown };
}

function emptyDocument(): Document {
  return parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document;
}

async function writeFiles(folder: string, figures: readonly Figure[], page: string): Promise<string> {
  const place = join(folder, 'figures');
  await mkdir(place, { recursive: true });
  for (const { id, svg, csv } of figures) {
    await replaceFile(join(place, `${id}.svg`), svg);
    await replaceFile(join(place, `${id}.png`), svgToPng(svg));
    await replaceFile(join(place, `${id}.csv`), csv);
  }
  const report = join(folder, 'report.html');
  await replaceFile(report, page);
  return report;
}
