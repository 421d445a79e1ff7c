import { type Comparison, conditionName, formatCount, formatDensity, headline, statements } from '../analysis/index.js';
import type { RunResults } from '../experiments/results.js';
import type { Figure } from './finished-figure.js';
import { levelTable } from './level-table.js';
import { escapeHtml, htmlAgain, htmlFigures, htmlPage, htmlTable, provenanceFacts } from './page.js';

function completeness(results: RunResults, comparison: Comparison): string {
  const { planned } = results;
  const parts = [
    `${results.cells.length} of ${formatCount(planned, 'training')} ${planned === 1 ? 'is' : 'are'} finished.`,
  ];
  const { diverged } = comparison;
  if (diverged.length > 0) {
    const which = diverged.map(
      ({ condition, trial, level }) => `${conditionName(condition)} of trial ${trial + 1} at level ${level}`,
    );
    parts.push(`${diverged.length} diverged and are in no mean: ${which.join('; ')}.`);
  } else parts.push('None is excluded from any mean.');
  return parts.join(' ');
}

/** One self-contained page: findings first, then figures, the table, and how to get it all again. */
export function renderReport(results: RunResults, figures: readonly Figure[], comparison: Comparison): string {
  const { dataset, network } = results;
  const { head, rows } = levelTable(comparison);
  const facts: [string, string][] = [
    ['run', results.run],
    ['network', `${network.name}, ${network.weights.toLocaleString('en')} weights`],
    ['data', `${dataset.name}, SHA-256 ${dataset.digest}`],
    [
      'trainings',
      `${results.cells.length} of ${results.planned}; ${results.iterations.toLocaleString('en')} iterations of ${results.batch} examples each`,
    ],
    ['densities', results.ladder.map(({ density }) => `${formatDensity(density)}`).join(', ')],
    ...provenanceFacts(results),
  ];
  return htmlPage(
    `${results.name}: lottery tickets`,
    `<h1>${escapeHtml(results.name)}</h1>
<p class="lead">${escapeHtml(headline(comparison))}</p>
<h2>Findings</h2>
<ul>${statements(comparison)
      .map((statement) => `<li class="${statement.outcome ?? 'described'}">${escapeHtml(statement.sentence)}</li>`)
      .join('')}</ul>
<p class="soft">✓ supported, ✗ contradicted, ~ undecided: Student’s t over paired trials, all claims of this page corrected together by Holm’s method (p is the corrected one); intervals are 95% each. ${escapeHtml(completeness(results, comparison))}</p>
<h2>Figures</h2>
${htmlFigures(figures)}
<h2>Level by level</h2>
<p class="soft">Means over trials; ≥ where some never reach the loss and count with the last iteration. Comparisons are paired by trial, with 95% t intervals, of the logarithms for times and losses; control draws of one ticket are averaged first.</p>
${htmlTable(head, rows)}
${htmlAgain(results, facts)}`,
  );
}
