import { formatCount, formatInteger } from '../../analysis/index.js';
import type { Figure } from '../../figures/finished-figure.js';
import { escapeHtml, htmlAgain, htmlFigures, htmlPage, htmlTable, provenanceFacts } from '../../figures/page.js';
import type { StudyOutcome, StudyReport } from '../study.js';
import type { Finding } from './finding.js';

/** How much of a study is finished. */
export function completeness({ cells, measurements }: Pick<StudyOutcome<unknown>, 'cells' | 'measurements'>): string {
  const diverged = cells.diverged === 0 ? '' : `; ${cells.diverged} of them diverged`;
  const measured =
    measurements.planned === 0
      ? ''
      : ` ${formatInteger(measurements.finished)} of ${formatCount(measurements.planned, 'measurement')} are made.`;
  return `${formatInteger(cells.finished)} of ${formatCount(cells.planned, 'training')} ${cells.planned === 1 ? 'is' : 'are'} finished${diverged}.${measured}`;
}

/**
 * One self-contained page of a study: findings first, then figures, tables, and how to get it all again.
 */
export function renderStudyPage(
  outcome: StudyOutcome<unknown>,
  { lead, findings, notes, tables, sources }: StudyReport,
  figures: readonly Figure[],
): string {
  const { dataset, network } = outcome;
  const facts: [string, string][] = [
    ['study', outcome.name],
    ['network', `${network.name}, ${formatInteger(network.weights)} weights`],
    ['data', `${dataset.name}, SHA-256 ${dataset.digest}`],
    ['trials', `${outcome.trials}`],
    ...provenanceFacts(outcome),
    ...(outcome.measurements.digest === null
      ? []
      : [['digest of measurements', outcome.measurements.digest] as [string, string]]),
  ];
  const item = ({ outcome: verdict, text }: Finding) =>
    `<li${verdict === null ? '' : ` class="${verdict}"`}>${escapeHtml(text)}</li>`;
  return htmlPage(
    `${outcome.name}: ${lead}`,
    `<h1>${escapeHtml(outcome.name)}</h1>
<p class="lead">${escapeHtml(`${lead} ${network.name} on ${dataset.name}.`)}</p>
<h2>Findings</h2>
<ul>${findings.map(item).join('')}</ul>
<p class="soft">${escapeHtml([completeness(outcome), ...notes].join(' '))}</p>
<h2>Figures</h2>
${htmlFigures(figures)}
${tables
  .map(
    ({ id, title, note, head, rows }) =>
      `<h2 id="${id}">${escapeHtml(title)}</h2>\n<p class="soft">${escapeHtml(note)}</p>\n${htmlTable(head, rows, 'named')}`,
  )
  .join('\n')}
<h2>Where they come from</h2>
<dl>${sources.map(([term, text]) => `<dt>${escapeHtml(term)}</dt><dd>${escapeHtml(text)}</dd>`).join('')}</dl>
${htmlAgain(outcome, facts)}`,
  );
}
