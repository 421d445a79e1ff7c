import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { parseHTML } from 'linkedom';
import { compareRun } from '../analysis/index.js';
import type { RecordFiles } from '../experiments/record-store.js';
import type { RunResults } from '../experiments/results.js';
import {
  type Figure,
  makeFigures,
  numberFiles,
  type ReportNumbers,
  renderReport,
  runNumbers,
} from '../figures/index.js';
import { renderStudyPage } from '../studies/shared/page.js';
import type { Study, StudyOutcome, StudyReport } from '../studies/study.js';

const fonts = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');

/** An SVG as PNG at twice its size, in a font that comes with the package. */
export function svgToPng(svg: string): Uint8Array {
  const font = { fontFiles: [join(fonts, 'DejaVuSans.ttf')], loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' };
  return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: 2 }, background: 'white' }).render().asPng();
}

/** The file to open. */
export const REPORT = 'report.html';

/**
 * A run's report; every figure as SVG, PNG and CSV in `figures/`; its findings, tables and trainings as CSV (`numberFiles`).
 */
export function runFiles(results: RunResults): RecordFiles {
  const comparison = compareRun(results);
  const figures = makeFigures(results, comparison, emptyDocument());
  return filesOf(figures, runNumbers(results, comparison), renderReport(results, figures, comparison));
}

/** The same for a study. */
export async function studyFiles<Found>(
  study: Pick<Study<never, never, Found>, 'figures'>,
  outcome: StudyOutcome<Found>,
  report: StudyReport,
): Promise<RecordFiles> {
  const draw = await study.figures();
  const figures = draw(outcome, emptyDocument());
  return filesOf(figures, { ...report, trainings: outcome.trainings }, renderStudyPage(outcome, report, figures));
}

/** A document to draw figures in without a browser. */
export function emptyDocument(): Document {
  return parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document;
}

function filesOf(figures: readonly Figure[], numbers: ReportNumbers, page: string): RecordFiles {
  const files = new Map<string, string | Uint8Array>(numberFiles(numbers));
  for (const { id, svg, csv } of figures) {
    files.set(`figures/${id}.svg`, svg);
    files.set(`figures/${id}.png`, svgToPng(svg));
    files.set(`figures/${id}.csv`, csv);
  }
  files.set(REPORT, page);
  return files;
}
