// Pages that are made of others: the home page from README.md, the gallery from docs/results/, and lists of files.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { headingOf, resultPages } from './pages.mjs';

const frontmatter = (lines) => `---\n${lines.join('\n')}\n---\n\n`;

/** A section of a page by its heading, the heading with it. */
function section(text, heading, source) {
  const found = new RegExp(`^${heading}$[sS]*?(?=^## |(?![sS]))`, 'm').exec(text)?.[0];
  if (!found) throw new Error(`${source} has no "${heading}", which the home page is made of.`);
  return found.trim();
}

/** What a page of results says first of what was found, and its first figure. */
export function resultSummary(root, { source }) {
  const text = readFileSync(join(root, source), 'utf8');
  const found = /^## What was found.*\n+(?:[-*] )?([\s\S]*?)(?=\n\n|\n[-*] |(?![\s\S]))/m.exec(text)?.[1];
  if (!found) throw new Error(`${source} has no section "What was found", whose first sentence the gallery shows.`);
  // A sentence ends at a full stop, with what closes an emphasis behind it. One that ends within an emphasis stands alone.
  const sentence = /^[\s\S]*?[.?!][*_)]*(?=\s|$)/.exec(found.replaceAll(/\s+/g, ' '))?.[0] ?? found;
  const figure = /^!\[[^\]]*\]\([^)\s]+\)/m.exec(text)?.[0];
  return { title: headingOf(text, source), sentence, figure, page: posix.basename(source) };
}

/** One card for each page of results, under the links of docs/results/README.md. */
export function galleryPage(root, pages) {
  const cards = resultPages(root, pages).map((page) => {
    const { title, sentence, figure, page: name } = resultSummary(root, page);
    const picture = figure ? `[${figure}](${name})\n\n` : '';
    return `<section class="card">\n\n${picture}## [${title}](${name})\n\n${sentence}\n\n</section>`;
  });
  return `${frontmatter(['title: Gallery', 'pageClass: wide', 'aside: false', 'prev: false', 'next: false'])}# Gallery

Every experiment by its first figure and the first thing that was found. Each page has the tables, the paper's numbers for
comparison and the command that reproduces it; [the nine questions](README.md) puts the answers together.

<div class="gallery">

${cards.join('\n\n')}

</div>
`;
}

/** The home page: README.md's first words, Figure 4, how to begin, and where to read on. */
export function homePage(root, lab) {
  const source = 'README.md';
  const text = readFileSync(join(root, source), 'utf8');
  const opening = text.split(/^## /m)[0].trim();
  const claims = opening.slice(opening.indexOf('\n- ')).trim();
  const lead = opening.slice(opening.indexOf('\n'), opening.indexOf('\n- ')).trim();
  const figure4 = resultSummary(root, { source: 'docs/results/figure-4.md' });
  const actions = [
    ['Begin', '#getting-started'],
    ['See the results', '/results/gallery.md'],
    ...(lab ? [['Open the lab', '/lab/']] : []),
  ].map(([words, link]) => `[${words}](${link})`);
  return `${frontmatter(['title: Lottery Lab', 'titleTemplate: false', 'pageClass: home', 'sidebar: false', 'aside: false', 'prev: false', 'next: false'])}<div class="opening">

# ${headingOf(text, source)}

${lead}

${actions.join(' ')}

</div>

<div class="figures">

![Early-stop iteration against weights remaining](docs/results/figure-4/early-stop.svg)

![Test accuracy at early stop against weights remaining](docs/results/figure-4/accuracy-at-early-stop.svg)

</div>

${figure4.sentence} [${figure4.title}](docs/results/figure-4.md)

<div class="claims">

${claims}

</div>

${section(text, '## Getting started', source)}

${section(text, '## Documentation', source)}
`;
}

const size = (bytes) => (bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} kB`);

/** A page that lists the files of a folder, which static hosts do not. */
export function folderPage(root, folder) {
  const names = readdirSync(join(root, folder)).filter((name) => statSync(join(root, folder, name)).isFile());
  const rows = names.map((name) => `| [${name}](${name}) | ${size(statSync(join(root, folder, name)).size)} |`);
  const title = `Files of ${posix.basename(folder)}`;
  return `${frontmatter([`title: ${title}`, 'search: false', 'aside: false', 'prev: false', 'next: false'])}# ${title}

| file | size |
| --- | ---: |
${rows.join('\n')}
`;
}
