// Where links and pictures of a page lead on the site. Pages link as the repository lies, so that they work on a code host too:
//
// - a page of the site: to that page;
// - another file or folder in docs/: to its copy on the site; of a folder, to a page that lists its files;
// - any other file of the repository: to its copy as text under /source/;
// - what does not exist: left as it is, and found by the check for dead links.
import { existsSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { sitePath } from './pages.mjs';

const elsewhere = /^([a-z][a-z+.-]*:|\/|#)/i;

/** Path in the repository of a relative link, or undefined where it leads elsewhere, out of it or to nothing. */
function targetOf(root, source, link) {
  if (elsewhere.test(link)) return undefined;
  const target = posix.join(posix.dirname(source), decodeURI(link.replace(/[?#].*$/, ''))).replace(/\/$/, '');
  return target.startsWith('..') || !existsSync(join(root, target)) ? undefined : target;
}

/** Where a file of the repository that is no page lies on the site. */
function copyOf(target) {
  return target.startsWith('docs/') ? target.slice('docs/'.length) : `source/${target}.txt`;
}

/**
 * A link as it is on the site.
 *
 * @param {string} root the repository
 * @param {{ source: string }[]} pages pages of the site
 * @param {string} source the page that holds the link, by its path in the repository
 * @param {string} link as it is written there
 */
export function siteLink(root, pages, source, link) {
  const target = targetOf(root, source, link);
  if (target === undefined) return link;
  const fragment = /#.*$/.exec(link)?.[0] ?? '';
  if (pages.some((page) => page.source === target)) return `/${sitePath(target)}${fragment}`;
  if (!statSync(join(root, target)).isDirectory()) return `/${copyOf(target)}`;
  return target.startsWith('docs/') ? `/${copyOf(target)}/` : link;
}

/** Files outside docs/ that a page links to, each with the place of its copy on the site. */
export function linkedFiles(root, pages, { source }, text) {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => {
    const target = targetOf(root, source, link);
    if (target === undefined || target.startsWith('docs') || pages.some((page) => page.source === target)) return [];
    return statSync(join(root, target)).isFile() ? [{ target, copy: copyOf(target) }] : [];
  });
}
