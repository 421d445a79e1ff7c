// Checks a built site: every link and fragment leads to something, and nothing is loaded from another host.
//
//   node site/check.mjs <folder> [--base /path/]
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const plainText = (text) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

/** Elements of a page that name another file, and the ids that fragments can lead to. */
function readPage(html) {
  const elements = [...html.matchAll(/<([a-z][a-z0-9-]*)(?=\s)[^>]*?\s(?:href|src)="([^"]*)"/gi)];
  return {
    links: elements.map(([, tag, link]) => ({ tag: tag.toLowerCase(), link: plainText(link) })),
    ids: new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => plainText(id))),
  };
}

/**
 * What is wrong with a built site, one line each; none where all is well.
 *
 * Links of text may lead to other hosts, which are not visited. Whatever else is loaded from one is a fault; so is a page without a
 * content security policy, by which browsers hold scripts to the same.
 *
 * @param {string} folder the built site
 * @param {string} base path under which it is served, such as `/` or `/lottery-lab/`
 */
export function siteFaults(folder, base) {
  const names = readdirSync(folder, { recursive: true }).map((name) => name.replaceAll('\\', '/'));
  const pages = new Map(
    names
      // The lab is a program of its own, with checks of its own.
      .filter((name) => name.endsWith('.html') && !name.startsWith('lab/'))
      .map((name) => [name, readPage(readFileSync(join(folder, name), 'utf8'))]),
  );
  const faults = [];
  for (const [name, { links }] of pages) {
    for (const { tag, link } of links) {
      if (/^(data|mailto):/.test(link)) continue;
      const url = new URL(link, `http://site${base}${name}`);
      if (url.host !== 'site') {
        if (tag !== 'a') faults.push(`${name} loads ${link} from another host`);
        continue;
      }
      const fault = deadLink(folder, base, pages, url);
      if (fault) faults.push(`${name} links to ${link}, ${fault}`);
    }
  }
  for (const name of pages.keys()) {
    if (!readFileSync(join(folder, name), 'utf8').includes('http-equiv="Content-Security-Policy"')) {
      faults.push(`${name} has no content security policy`);
    }
  }
  for (const name of names.filter((name) => name.endsWith('.css'))) {
    for (const [, address] of readFileSync(join(folder, name), 'utf8').matchAll(
      /(?:url\(|@import )['"]?((?:https?:)?\/\/[^'")]+)/g,
    )) {
      faults.push(`${name} loads ${address} from another host`);
    }
  }
  return [...new Set(faults)];
}

/** Why an address of the site leads nowhere, or undefined where it leads somewhere. */
function deadLink(folder, base, pages, { pathname, hash }) {
  if (!`${pathname}/`.startsWith(base)) return `which lies outside of ${base}`;
  const path = decodeURIComponent(pathname.slice(base.length));
  const file = path === '' || path.endsWith('/') ? posix.join(path, 'index.html') : path;
  if (!existsSync(join(folder, file)) || !statSync(join(folder, file)).isFile()) return 'which does not exist';
  const fragment = decodeURIComponent(hash.slice(1));
  if (fragment && pages.has(file) && !pages.get(file).ids.has(fragment)) return 'a fragment that does not exist';
  return undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { base: { type: 'string', default: '/' } },
  });
  if (positionals.length !== 1) {
    process.stderr.write('Usage: node site/check.mjs <folder> [--base /path/]\n');
    process.exit(2);
  }
  const faults = siteFaults(positionals[0], values.base);
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
