// Builds the documentation as a site of static files: docs/ and the pages beside it, a gallery of results, the API reference, and the
// lab at /lab/ where it is built. Needs no network.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { siteFaults } from './check.mjs';
import { linkedFiles } from './links.mjs';
import { folderPage, galleryPage, homePage } from './made-pages.mjs';
import { pagesOf, sidebarOf } from './pages.mjs';

const help = `npm run site -- [options]

Builds the documentation as static files that any host can serve. Dead links fail the build.

  --out <folder>   where the site is written, replacing what is there (default: site/dist)
  --base <path>    path under which it will be served, such as /lottery-lab/ (default: /)
  --help`;

const site = dirname(fileURLToPath(import.meta.url));
const root = join(site, '..');

let flags;
try {
  flags = parseArgs({
    options: {
      out: { type: 'string', default: join(site, 'dist') },
      base: { type: 'string', default: '/' },
      help: { type: 'boolean', default: false },
    },
  }).values;
  if (!/^\/([^/?#\s]+\/)*$/.test(flags.base)) {
    throw new Error(
      `--base is ${flags.base}; expected a path that begins and ends with a slash, such as /lottery-lab/.`,
    );
  }
} catch (error) {
  process.stderr.write(`${error.message}\n\n${help}\n`);
  process.exit(2);
}
if (flags.help) {
  process.stdout.write(`${help}\n`);
  process.exit(0);
}
if (!existsSync(join(site, 'node_modules'))) {
  process.stderr.write(
    'What builds the site is not installed. Install it with: npm ci --prefix site --ignore-scripts\n',
  );
  process.exit(1);
}

const out = resolve(flags.out);
const lab = join(root, 'dist', 'lab');
mkdirSync(join(site, '.cache'), { recursive: true });
const stage = mkdtempSync(join(site, '.cache', 'stage-'));
try {
  await writeStage();
  const { build } = await import('vitepress');
  await build(stage, { outDir: out, base: flags.base });
  if (existsSync(lab)) cpSync(lab, join(out, 'lab'), { recursive: true });
  const faults = siteFaults(out, flags.base);
  if (faults.length > 0) throw new Error(`The site has faults:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  process.stdout.write(`The site is in ${out}, to be served under ${flags.base}\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(stage, { recursive: true, force: true });
}

/** Everything that VitePress reads, in a folder of its own: pages where they lie on the site, files to be copied, settings. */
async function writeStage() {
  const { writeReference } = await import('./reference.mjs');
  const pages = pagesOf(root);
  const write = (path, text) => {
    mkdirSync(dirname(join(stage, path)), { recursive: true });
    writeFileSync(join(stage, path), text);
  };
  for (const page of pages) {
    const text = readFileSync(join(root, page.source), 'utf8');
    write(page.path, text);
    for (const { target, copy } of linkedFiles(root, pages, page, text)) {
      write(join('public', copy), readFileSync(join(root, target)));
    }
  }

  cpSync(join(root, 'docs'), join(stage, 'public'), {
    recursive: true,
    filter: (name) => !name.endsWith('.md'),
  });
  cpSync(join(site, 'icon.svg'), join(stage, 'public', 'icon.svg'));

  const made = [
    { source: 'README.md', path: 'index.md', text: homePage(root, existsSync(lab)) },
    { source: 'docs/results/README.md', path: 'results/gallery.md', text: galleryPage(root, pages) },
    ...readdirSync(join(root, 'docs'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'results')
      .map((entry) => {
        const path = join(entry.parentPath, entry.name).slice(join(root, 'docs/').length).replaceAll('\\', '/');
        return { source: `docs/${path}/index.md`, path: `${path}/index.md`, text: folderPage(root, `docs/${path}`) };
      }),
  ];
  for (const { path, text } of made) write(path, text);

  const modules = await writeReference(root, site, join(stage, 'api'));
  cpSync(join(site, 'config.mjs'), join(stage, '.vitepress', 'config.mjs'));
  cpSync(join(site, 'theme'), join(stage, '.vitepress', 'theme'), { recursive: true });
  const { version, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const settings = {
    root,
    site,
    version,
    description,
    lab: existsSync(lab),
    pages: [...made.map(({ source, path }) => ({ source, path })), ...pages],
    sidebar: sidebarOf(root, pages, modules),
  };
  write('.vitepress/settings.json', JSON.stringify(settings));
}
