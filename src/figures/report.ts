import { type Comparison, conditionName, formatDensity, headline, levelRows, statements } from '../analysis/index.js';
import type { RunResults } from '../experiments/results.js';
import type { Figure } from './figure.js';

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const style = `
:root { color-scheme: light dark; --ink: #1a1a1a; --ground: #fff; --soft: #666; --line: #ddd; --panel: #f6f6f4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --ground: #16181b; --soft: #a0a0a0; --line: #3a3d42; --panel: #202327; } }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
h1 { font-size: 1.6rem; margin-bottom: 0.2rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
.lead { font-size: 1.12rem; } .soft { color: var(--soft); font-size: 0.9rem; }
figure { margin: 1.5rem 0; padding: 1rem; background: #fff; color: #1a1a1a; border: 1px solid var(--line); border-radius: 6px; break-inside: avoid; }
figure svg { width: 100%; height: auto; } figcaption { font-size: 0.9rem; color: #444; } figcaption b { color: #1a1a1a; font-size: 1rem; }
figcaption a { color: #00539b; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.6rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; } th { vertical-align: bottom; }
.supported::marker { content: "✓  "; } .contradicted::marker { content: "✗  "; } .undecided::marker { content: "~  "; }
pre { background: var(--panel); padding: 0.8rem; overflow-x: auto; font-size: 0.85rem; border-radius: 6px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; font-size: 0.9rem; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
`;

function levelTable(comparison: Comparison): string {
  const rows = levelRows(comparison);
  const opponents = [...new Set(rows.flatMap(({ contrasts }) => contrasts.map(({ against }) => against)))];
  const head = [
    'level',
    'weights remaining (%)',
    'early stop (iteration)',
    'least to greatest',
    'test accuracy at early stop',
    'at the end',
    ...opponents.flatMap((name) => [`early stop against ${conditionName(name)}`, 'accuracy against it (points)']),
  ];
  const body = rows.map((row) => [
    `${row.level}`,
    row.pm,
    row.earlyStop,
    row.earlyStopRange,
    row.testAtEarlyStop,
    row.testAtEnd,
    ...opponents.flatMap((name) => {
      const contrast = row.contrasts.find(({ against }) => against === name);
      if (!contrast) return ['', ''];
      const range = (interval: string) => (interval ? ` (${interval})` : '');
      return [
        `${contrast.earlyStop}${range(contrast.earlyStopInterval)}`,
        `${contrast.accuracy}${range(contrast.accuracyInterval)}`,
      ];
    }),
  ]);
  const cells = (values: readonly string[], tag: 'th' | 'td') =>
    `<tr>${values.map((value) => `<${tag}>${escapeHtml(value)}</${tag}>`).join('')}</tr>`;
  return `<div class="scroll"><table><thead>${cells(head, 'th')}</thead><tbody>${body.map((row) => cells(row, 'td')).join('')}</tbody></table></div>`;
}

function completeness(results: RunResults, comparison: Comparison): string {
  const parts = [`${results.cells.length} of ${results.planned} trainings are finished.`];
  const { diverged } = comparison;
  if (diverged.length > 0) {
    const which = diverged.map(
      ({ condition, trial, level }) => `${conditionName(condition)} of trial ${trial + 1} at level ${level}`,
    );
    parts.push(`${diverged.length} diverged and are in no mean: ${which.join('; ')}.`);
  } else parts.push('None was left out of any mean.');
  return parts.join(' ');
}

/** One self-contained page: findings first, then figures, the table, and how to get it all again. */
export function renderReport(results: RunResults, figures: readonly Figure[], comparison: Comparison): string {
  const { provenance, dataset, network, specification } = results;
  const facts: [string, string][] = [
    ['run', results.run],
    ['network', `${network.name}, ${network.weights.toLocaleString('en')} weights`],
    ['data', `${dataset.name}, SHA-256 ${dataset.digest}`],
    [
      'trainings',
      `${results.cells.length} of ${results.planned}; ${results.iterations.toLocaleString('en')} iterations of ${results.batch} examples each`,
    ],
    ['densities', results.ladder.map(({ density }) => `${formatDensity(density)}`).join(', ')],
    ['digest', results.digest ?? 'none until every training is finished'],
    ['made by', `lottery-lab ${provenance.version}, arithmetic ${provenance.arithmetic}`],
    ['on', `${provenance.node}, ${provenance.platform}, ${provenance.processor}`],
    [
      'when',
      `${provenance.started}${provenance.finished ? ` to ${provenance.finished}` : ', not finished'}; ${Math.round(provenance.cellSeconds)} s of training in all`,
    ],
  ];
  const pictures = figures.map(
    ({ id, title, caption, svg, csv }) =>
      `<figure id="${id}">${svg}<figcaption><b>${escapeHtml(title)}.</b> ${escapeHtml(caption)} <a download="${id}.csv" href="data:text/csv;charset=utf-8,${encodeURIComponent(csv)}">Numbers (CSV)</a></figcaption></figure>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(results.name)}: lottery tickets</title><style>${style}</style></head><body>
<h1>${escapeHtml(results.name)}</h1>
<p class="lead">${escapeHtml(headline(comparison))}</p>
<h2>Findings</h2>
<ul>${statements(comparison)
    .map((statement) => `<li class="${statement.outcome ?? 'described'}">${escapeHtml(statement.sentence)}</li>`)
    .join('')}</ul>
<p class="soft">✓ supported, ✗ contradicted, ~ undecided by the 95% interval over paired trials. ${escapeHtml(completeness(results, comparison))}</p>
<h2>Figures</h2>
${pictures.join('\n')}
<h2>Level by level</h2>
<p class="soft">Means over trials. Differences are ticket minus the other, paired by trial, with 95% t intervals; control draws of one ticket are averaged first.</p>
${levelTable(comparison)}
<h2>To get it again</h2>
<pre>${escapeHtml(results.command)}</pre>
<dl>${facts.map(([term, text]) => `<dt>${term}</dt><dd>${escapeHtml(text)}</dd>`).join('')}</dl>
<details><summary>Specification</summary><pre>${escapeHtml(JSON.stringify(specification, null, 2))}</pre></details>
</body></html>
`;
}
