import { formatDensity, formatInteger } from '../../../analysis/index.js';
import type { Figure } from '../../../figures/finished-figure.js';
import { escapeHtml, htmlAgain, htmlFigures, htmlPage, htmlTable, provenanceFacts } from '../../../figures/page.js';
import { compareStudy, type StudyComparison } from './compare.js';
import { studyCompleteness, studyFindings } from './findings.js';
import type { StudyResults } from './results.js';
import { studyTables } from './tables.js';

const kinds = {
  frontier: 'what a winning ticket costs to find',
  schemes: 'ways to draw a ticket, beside their controls',
  initialisations: 'how much the initialisation matters',
} as const;

/** One self-contained page of a study: findings first, then figures, the tables, and how to get it all again. */
export function renderStudyReport(
  results: StudyResults,
  figures: readonly Figure[],
  comparison: StudyComparison = compareStudy(results),
): string {
  const { dataset, network, schemes } = results;
  const facts: [string, string][] = [
    ['study', results.name],
    ['network', `${network.name}, ${formatInteger(network.weights)} weights`],
    ['data', `${dataset.name}, SHA-256 ${dataset.digest}`],
    ['trainings', `${results.points.length} of ${results.planned}`],
    ['trials', `${results.trials}`],
    ['densities', comparison.densities.map((density) => `${formatDensity(density)}%`).join(', ')],
    ...provenanceFacts(results),
  ];
  const findings = studyFindings(results, comparison).map((finding) => `<li>${escapeHtml(finding)}</li>`);
  const tables = studyTables(results, comparison).map(
    ({ id, title, note, head, rows }) =>
      `<h2 id="${id}">${escapeHtml(title)}</h2>\n<p class="soft">${escapeHtml(note)}</p>\n${htmlTable(head, rows, 'named')}`,
  );
  const sources = schemes.map(({ title, source }) => `<dt>${escapeHtml(title)}</dt><dd>${escapeHtml(source)}</dd>`);
  return htmlPage(
    `${results.name}: ${kinds[results.kind]}`,
    `<h1>${escapeHtml(results.name)}</h1>
<p class="lead">${escapeHtml(`${kinds[results.kind][0].toUpperCase()}${kinds[results.kind].slice(1)}: ${network.name} on ${dataset.name}.`)}</p>
<h2>Findings</h2>
<ul>${findings.join('')}</ul>
<p class="soft">${escapeHtml(studyCompleteness(results, comparison).join(' '))}</p>
<h2>Figures</h2>
${htmlFigures(figures)}
${tables.join('\n')}
<h2>Where they come from</h2>
<dl>${sources.join('')}</dl>
${htmlAgain(results, facts)}`,
  );
}
