// Which files of the repository are pages of the site, where they lie there, and in which order the sidebar has them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A page of the site.
 *
 * @typedef {object} Page
 * @property {string} source path in the repository, such as `docs/results/README.md`; of a page that is made of others, the
 *   file whose links it holds
 * @property {string} path path on the site, such as `results/index.md`
 * @property {string} title its first heading, without marks
 */

/** Sections of the sidebar and their pages by name in `docs/`, but for results. What no section names is listed in the last. */
const sections = {
  Guide: [
    'README.md',
    'docs/lab.md',
    'docs/data.md',
    'docs/schemes.md',
    'docs/studies.md',
    'docs/library.md',
    'docs/extending.md',
  ],
  Machines: ['docs/clusters.md', 'docs/benchmarks.md', 'docs/reliability.md'],
  Project: ['docs/fidelity.md', 'docs/architecture.md', 'CONTRIBUTING.md', 'docs/releasing.md', 'CHANGELOG.md'],
};

/** Titles that say what a page is where its heading does not. */
const titles = { 'README.md': 'Overview', 'docs/results/README.md': 'The nine questions' };

/** Path on the site of a Markdown file of the repository. */
export function sitePath(source) {
  if (source === 'README.md') return 'overview.md';
  const path = source.startsWith('docs/') ? source.slice('docs/'.length) : source.toLowerCase();
  return path.replace(/(^|\/)README\.md$/, '$1index.md');
}

/** The first heading of a page, without marks of emphasis and code. */
export function headingOf(text, source) {
  const heading = /^# (.+)$/m.exec(text)?.[1];
  if (!heading) throw new Error(`${source} has no heading; expected a line that begins with "# ".`);
  return heading.replaceAll(/[*_`]/g, '');
}

/**
 * Every page that is a file of the repository.
 *
 * @param {string} root the repository
 * @returns {Page[]}
 */
export function pagesOf(root) {
  const docs = readdirSync(join(root, 'docs'), { recursive: true })
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.md'))
    .sort();
  return ['README.md', ...docs, 'CONTRIBUTING.md', 'CHANGELOG.md'].map((source) => ({
    source,
    path: sitePath(source),
    title: titles[source] ?? headingOf(readFileSync(join(root, source), 'utf8'), source),
  }));
}

/** Pages of results in the order in which `docs/results/README.md` lists them; what it does not list comes last. */
export function resultPages(root, pages) {
  const results = pages.filter(({ source }) => /^docs\/results\/(?!README)[^/]+\.md$/.test(source));
  const list = readFileSync(join(root, 'docs/results/README.md'), 'utf8').split('## All pages')[1] ?? '';
  const listed = [...list.matchAll(/\]\(([^)#]+\.md)\)/g)].map(([, name]) => `docs/results/${name}`);
  const place = ({ source }) => (listed.includes(source) ? listed.indexOf(source) : listed.length);
  return results.sort((a, b) => place(a) - place(b));
}

/**
 * The sidebar of VitePress.
 *
 * @param {string} root the repository
 * @param {Page[]} pages
 * @param {{ name: string, path: string }[]} modules pages of the API reference
 */
export function sidebarOf(root, pages, modules) {
  const results = resultPages(root, pages);
  const item = ({ title, path }) => ({ text: title, link: `/${path}` });
  const named = Object.values(sections).flat();
  const rest = pages.filter(({ source }) => !named.includes(source) && !source.startsWith('docs/results/'));
  const section = (text, more = []) => ({
    text,
    items: [...sections[text].map((source) => pages.find((page) => page.source === source)), ...more].map(item),
  });
  return [
    section('Guide'),
    {
      text: 'Results',
      items: [
        { text: 'Gallery', link: '/results/gallery.md' },
        item(pages.find(({ source }) => source === 'docs/results/README.md')),
        ...results.map(item),
      ],
    },
    section('Machines'),
    section('Project', rest),
    {
      text: 'API reference',
      items: [
        { text: 'Modules', link: '/api/index.md' },
        ...modules.map(({ name, path }) => ({ text: name, link: `/${path}` })),
      ],
    },
  ];
}
