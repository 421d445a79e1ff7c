// VitePress's settings. The build copies this file into the folder that it builds from, beside settings.json, which it writes.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { defineConfig } from 'vitepress';

const here = dirname(fileURLToPath(import.meta.url));
const settings = JSON.parse(readFileSync(join(here, 'settings.json'), 'utf8'));
const { siteLink } = await import(pathToFileURL(join(settings.site, 'links.mjs')).href);

/** Ids of headings as code hosts make them, so that fragments work in both places. */
const slugify = (text) =>
  text
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');

/** In the API reference, links lead to anchors that TypeDoc gives; other headings there must not be given the same. */
const idOf = (text, { env }) => (env.relativePath?.startsWith('api/') ? `section-${slugify(text)}` : slugify(text));

/** Width and height of a figure, so that the page does not move when it is loaded. */
function sizeOf(path) {
  const file = join(here, '..', 'public', path);
  if (!existsSync(file)) return undefined;
  if (path.endsWith('.svg')) {
    const [, , , width, height] =
      /viewBox="([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+)"/.exec(readFileSync(file, 'utf8').slice(0, 1000)) ?? [];
    return width && { width, height };
  }
  // The header of a PNG file has them as two words at 16 and 20.
  const head = readFileSync(file).subarray(0, 24);
  return path.endsWith('.png') ? { width: `${head.readUInt32BE(16)}`, height: `${head.readUInt32BE(20)}` } : undefined;
}

/** Links and pictures of the repository's pages, as they are on the site. */
function resolveLinks(md) {
  md.core.ruler.push('site-links', ({ tokens, env }) => {
    const page = settings.pages.find(({ path }) => path === env.relativePath);
    if (!page) return;
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const name = { link_open: 'href', image: 'src' }[token.type];
      if (!name) continue;
      const link = siteLink(settings.root, settings.pages, page.source, token.attrGet(name));
      token.attrSet(name, link);
      if (token.type !== 'image') continue;
      for (const [side, length] of Object.entries(sizeOf(link) ?? {})) token.attrSet(side, length);
    }
  });
}

/** Tables in a box that scrolls, by the keyboard too. */
function boxTables(md) {
  md.renderer.rules.table_open = () => '<div class="table" tabindex="0"><table>\n';
  md.renderer.rules.table_close = () => '</table></div>\n';
}

export default defineConfig({
  title: 'Lottery Lab',
  description: settings.description,
  lang: 'en-GB',
  head: [
    // Whatever a page loads comes from the site's own host.
    [
      'meta',
      {
        'http-equiv': 'Content-Security-Policy',
        content:
          "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'",
      },
    ],
  ],
  transformHead: ({ siteData }) => [['link', { rel: 'icon', type: 'image/svg+xml', href: `${siteData.base}icon.svg` }]],
  // The lab is copied beside the pages once they are built, and checked with everything else then.
  ignoreDeadLinks: settings.lab ? ['/lab/index'] : false,
  markdown: {
    anchor: { slugify, slugifyWithState: idOf },
    image: { lazyLoading: true },
    config: (md) => [resolveLinks, boxTables].map((add) => add(md)),
  },
  themeConfig: {
    logo: '/icon.svg',
    nav: [
      {
        text: 'Guide',
        link: '/overview',
        activeMatch: '/(overview|data|schemes|studies|library|extending|lab\\.html)',
      },
      { text: 'Results', link: '/results/gallery', activeMatch: '/results/' },
      { text: 'API', link: '/api/', activeMatch: '/api/' },
      ...(settings.lab ? [{ text: 'Lab', link: '/lab/', target: '_self' }] : []),
    ],
    sidebar: settings.sidebar,
    outline: { level: [2, 3], label: 'On this page' },
    search: { provider: 'local' },
    footer: { message: `Lottery Lab ${settings.version}, MIT licence` },
    notFound: {
      code: '404',
      title: 'No such page',
      quote: 'The search at the top finds every page.',
      linkText: 'To the home page',
    },
  },
});
