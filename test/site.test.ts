import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './fixtures/command.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const installed = existsSync(join(root, 'site', 'node_modules'));
const path = temporaryFolder('site');

function script(name: string, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'site', name), ...words], {
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

const why = installed ? '' : ' (skipped: npm ci --prefix site --ignore-scripts installs what builds it)';

describe.skipIf(!installed)(`the documentation as a site${why}`, () => {
  beforeAll(() => {
    const { code, out, err } = script('build.mjs', '--out', path('built'), '--base', '/sub/path/');
    // Dead links, what is loaded from another host and warnings of TypeDoc fail the build.
    expect(code, out + err).toBe(0);
  });

  it('has every page of docs/ and those beside it', () => {
    const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.md'),
    );
    const pages = docs.map((name) => name.replace(/README\.md$/, 'index.md').replace(/\.md$/, '.html'));
    for (const page of [...pages, 'index.html', 'overview.html', 'changelog.html', 'contributing.html']) {
      expect(existsSync(path('built', page)), page).toBe(true);
    }
  });

  it('has a page for every module of the package that is a folder of the sources', () => {
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const folders = Object.keys(exports)
      .map((name) => name.slice(2))
      .filter((name) => existsSync(join(root, 'src', name, 'index.ts')) && name !== '');
    expect(folders.length).toBeGreaterThan(5);
    for (const folder of folders) expect(existsSync(path('built', 'api', `${folder}.html`)), folder).toBe(true);
  });

  it('has figures and numbers where they lie in docs/, and a card for each page of results', () => {
    const results = readdirSync(join(root, 'docs', 'results')).filter((name) => /^(?!README).*\.md$/.test(name));
    const gallery = readFileSync(path('built', 'results', 'gallery.html'), 'utf8');
    for (const name of results) {
      expect(gallery).toContain(`href="/sub/path/results/${name.replace('.md', '.html')}"`);
    }
    for (const name of ['early-stop.csv', 'early-stop.svg']) {
      expect(readFileSync(path('built', 'results', 'figure-4', name))).toEqual(
        readFileSync(join(root, 'docs', 'results', 'figure-4', name)),
      );
    }
  });

  it('has an index to search in', () => {
    const chunks = readdirSync(path('built', 'assets', 'chunks'));
    const index = chunks.find((name) => name.includes('localSearchIndex'));
    expect(readFileSync(path('built', 'assets', 'chunks', index ?? 'missing'), 'utf8')).toContain('early-bird');
  });
});

describe('the check of a built site', () => {
  const policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'">';
  /** Checks a folder with one page. */
  function check(name: string, body: string) {
    mkdirSync(path(name), { recursive: true });
    writeFileSync(path(name, 'index.html'), `${policy}<h2 id="here">Here</h2>${body}`);
    return script('check.mjs', path(name), '--base', '/lab/');
  }

  it('passes links to pages, fragments and other hosts', () => {
    expect(check('whole', '<a href="/lab/#here">a</a><a href="./">b</a><a href="https://example.org/">c</a>')).toEqual({
      code: 0,
      out: '',
      err: '',
    });
  });

  it.each([
    ['page', '<a href="gone.html">a</a>', 'index.html links to gone.html, which does not exist'],
    ['fragment', '<a href="#there">a</a>', 'index.html links to #there, a fragment that does not exist'],
    ['base', '<a href="/other/">a</a>', 'index.html links to /other/, which lies outside of /lab/'],
    [
      'host',
      '<script src="https://example.org/a.js"></script>',
      'index.html loads https://example.org/a.js from another host',
    ],
  ])('fails a wrong %s', (name, body, fault) => {
    expect(check(name, body)).toMatchObject({ code: 1, err: `${fault}\n` });
  });
});
