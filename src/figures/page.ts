import type { RunResults } from '../experiments/results.js';
import type { Figure } from './finished-figure.js';

/** The look and the parts that every report shares: one self-contained page of HTML. */

/** Text that came from outside, safe between tags and inside quoted attributes. */
export const escapeHtml = (text: string) =>
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
.named th { white-space: normal; } .named :is(th, td):first-child { text-align: left; white-space: nowrap; position: sticky; left: 0; background: var(--ground); }
.supported::marker { content: "✓  "; } .contradicted::marker { content: "✗  "; } .undecided::marker { content: "~  "; }
pre { background: var(--panel); padding: 0.8rem; overflow-x: auto; font-size: 0.85rem; border-radius: 6px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; font-size: 0.9rem; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
`;

/**
 * A table that scrolls sideways where it is wider than the page.
 *
 * @param look `named`: the first column holds names
 */
export function htmlTable(
  head: readonly string[],
  body: readonly (readonly string[])[],
  look: 'numbers' | 'named' = 'numbers',
): string {
  const cells = (values: readonly string[], tag: 'th' | 'td') =>
    `<tr>${values.map((value) => `<${tag}>${escapeHtml(value)}</${tag}>`).join('')}</tr>`;
  return `<div class="scroll"><table${look === 'named' ? ' class="named"' : ''}><thead>${cells(head, 'th')}</thead><tbody>${body.map((row) => cells(row, 'td')).join('')}</tbody></table></div>`;
}

/** Every figure with its caption and its numbers as a file to download. */
export function htmlFigures(figures: readonly Figure[]): string {
  return figures
    .map(
      ({ id, title, caption, svg, interactive = svg, csv }) =>
        `<figure id="${id}">${interactive}<figcaption><b>${escapeHtml(title)}.</b> ${escapeHtml(caption)} <a download="${id}.csv" href="data:text/csv;charset=utf-8,${encodeURIComponent(csv)}">Numbers (CSV)</a></figcaption></figure>`,
    )
    .join('\n');
}

/** What made the results, on what, and when: the last facts of every report. */
export function provenanceFacts({ provenance, digest }: Pick<RunResults, 'provenance' | 'digest'>): [string, string][] {
  return [
    ['digest', digest ?? 'none until every training is finished'],
    ['made by', `lottery-lab ${provenance.version}, arithmetic ${provenance.arithmetic}`],
    ['on', `${provenance.engine}, ${provenance.platform}, ${provenance.processor}`],
    [
      'when',
      `${provenance.started}${provenance.finished ? ` to ${provenance.finished}` : ', not finished'}; ${Math.round(provenance.cellSeconds)} s of training in all`,
    ],
  ];
}

/** How to get it all again: the command, the facts, the specification. */
export function htmlAgain(
  { command, specification }: Pick<RunResults, 'command' | 'specification'>,
  facts: readonly (readonly [string, string])[],
): string {
  return `<h2>To get it again</h2>
<pre>${escapeHtml(command)}</pre>
<dl>${facts.map(([term, text]) => `<dt>${term}</dt><dd>${escapeHtml(text)}</dd>`).join('')}</dl>
<details><summary>Specification</summary><pre>${escapeHtml(JSON.stringify(specification, null, 2))}</pre></details>`;
}

/** The page around its body. */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${style}</style></head><body>
${body}
</body></html>
`;
}
