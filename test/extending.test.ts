import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// docs/extending.md is run: its files are written, its lines added, its commands given, in a copy of the sources.
const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');

/** A fenced block, and the file that the line before it names, if it names one. */
interface Block {
  readonly language: string;
  readonly path: string | undefined;
  readonly text: string;
}

function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/(?:^`([^`\n]+)`\n\n)?^```(\w+)\n(.*?)^```$/gms)].map(([, path, language, text]) => ({
    language,
    path,
    text,
  }));
}

const blocks = blocksOf(readFileSync(join(root, 'docs', 'extending.md'), 'utf8'));
const commands = blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.trim().split('\n'));
let folder: string;

/** Adds a block's lines that begin with + after the line above them, which must stand there once, as must the one below. */
function addLines(path: string, text: string): void {
  for (const hunk of text.split(/^\.\.\.\n/m)) {
    const lines = hunk.trimEnd().split('\n');
    const before = lines.filter((line) => line.startsWith(' ')).map((line) => line.slice(1));
    const after = lines.map((line) => line.slice(1));
    // So that the first line of a file has one before it, as all others do.
    const source = `\n${readFileSync(path, 'utf8')}`;
    const parts = source.split(`\n${before.join('\n')}\n`);
    expect(parts.length, `${path} has once:\n${before.join('\n')}`).toBe(2);
    writeFileSync(path, parts.join(`\n${after.join('\n')}\n`).slice(1));
  }
}

function run(words: readonly string[]) {
  const { LOTTERY_STORE: _store, LOTTERY_DATA: _data, NODE_OPTIONS: _options, ...environment } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
  });
  return { status, out: stdout, all: stdout + stderr };
}

const tsc = (...words: string[]) => run([join(modules, 'typescript', 'bin', 'tsc'), ...words]);
const lottery = (...words: string[]) => run([join('dist', 'cli', 'main.js'), ...words]);

/** What a command of the page does here: the build is the TypeScript of it, since the kernels are built already. */
function give(command: string) {
  const [first, second, ...rest] = command.split(' ');
  if (first === 'npx' && second === 'lottery') return lottery(...rest);
  if (first === 'npx' && second === 'tsc') return tsc(...rest);
  if (first === 'node') return run([second, ...rest]);
  throw new Error(`the page has a command that nobody runs: ${command}`);
}

const results = new Map<string, ReturnType<typeof run>>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-extending-'));
  const isTest = (path: string) => path.endsWith('.test.ts');
  cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true, filter: (path) => !isTest(path) });
  for (const name of ['package.json', 'tsconfig.base.json', 'tsconfig.isomorphic.json', 'tsconfig.node.json'])
    cpSync(join(root, name), join(folder, name));
  symlinkSync(modules, join(folder, 'node_modules'));
  for (const { language, path, text } of blocks) {
    if (path === undefined) continue;
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    if (language === 'diff') addLines(target, text);
    else writeFileSync(target, text);
  }
  const built = tsc('-b', 'tsconfig.node.json');
  expect(built.all).toBe('');
  for (const command of commands) if (command !== 'npm run build') results.set(command, give(command));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const said = (command: string) => results.get(command)?.out ?? `not on the page: ${command}`;

describe('docs/extending.md', () => {
  it('has a file for every block but commands, and builds before it runs what is new', () => {
    for (const { language, path } of blocks) expect(path === undefined).toBe(language === 'sh');
    expect(blocks.map(({ path }) => path).filter((path) => path?.startsWith('src/'))).toHaveLength(9);
    blocks.forEach(({ language }, place) => {
      if (language === 'diff') expect(blocks[place + 1].text).toMatch(/^npm run build\n/);
    });
  });

  it('gives commands that do what they say', () => {
    for (const [command, { status, all }] of results) expect(status, `${command}\n${all}`).toBe(0);
  });

  it('adds a score, a scope and an initialiser to what is listed', () => {
    expect(said('npx lottery list scores')).toMatch(/^relative-increase +keeps those whose .weight. grew/m);
    expect(said('npx lottery list scopes')).toMatch(/^root +layers keep in proportion/m);
    expect(said('npx lottery list initialisations')).toMatch(/^triangular +triangular about zero/m);
    expect(said('npx lottery list scores')).toContain('./mine.mjs');
  });

  it('adds a study by a folder and one line: its command, options, findings, figures and page', () => {
    const touched = blocks.flatMap(({ path }) => (path?.startsWith('src/studies/') ? [path] : []));
    expect(touched).toEqual([
      'src/studies/spread/index.ts',
      'src/studies/spread/figures.ts',
      'src/studies/registry.ts',
    ]);
    const help = said('npx lottery study spread --help');
    expect(help).toMatch(/--share <names> +what all trials have in common \(default:\s+split,initialisation\)/);
    expect(help).toContain('lottery study spread lenet-mnist --trials 10 --quick');
    expect(lottery('study', '--help').out).toMatch(/^ {2}spread \[options\] \[preset\|file\] +how far apart/m);
    expect(said('npx lottery study spread tiny.yaml --trials 3 --dry-run')).toMatch(
      /3 cells, 1 in the store already, 2 to train\./,
    );
    const shown = said('npx lottery study spread tiny.yaml --trials 3');
    expect(shown).toMatch(/Networks that share split, initialisation reach \d\d\.\d\d% \(95% interval .*, 3 trials\)/);
    expect(shown).toMatch(/standard deviation of \d+\.\d\d points/);
    const report = /Report: (.*report\.html)/.exec(shown)?.[1] as string;
    expect(readFileSync(join(folder, report), 'utf8')).toMatch(/<svg.*Test accuracy of each trial/s);
    const { found, command, digest } = JSON.parse(
      said('npx lottery study spread tiny.yaml --trials 3 --share order --json'),
    );
    expect(found).toMatchObject({ share: ['order'], diverged: 0 });
    expect(found.accuracies).toHaveLength(3);
    expect(command).toBe('lottery study spread tiny.yaml --share order --trials 3');
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    const refused = lottery('study', 'spread', 'tiny.yaml', '--share', 'ordr');
    expect(refused.status).toBe(2);
    expect(refused.all).toContain('unknown part of a trial ordr; did you mean order?');
  });

  it('runs what it adds to a table and a digest, each another one', () => {
    const runs = commands.filter((command) => command.startsWith('npx lottery run'));
    const digests = runs.map((command) => {
      expect(said(command)).toMatch(/^2 +35\.[3-6]/m);
      return /Digest: ([0-9a-f]{64})/.exec(said(command))?.[1];
    });
    expect(runs).toHaveLength(5);
    // The same score by its path, from a file and by --set, is the same run.
    expect(digests[3]).toBe(digests[4]);
    expect(new Set(digests).size).toBe(4);
    expect(said('npx lottery verify mine --replay 2 --allow-code')).toMatch(
      /Checked 5 cells, 1 record .* and 1 report; 2 made again\.\nAll that was checked matches\./,
    );
  });

  it('runs code from a file or from a store only when the command line says so', () => {
    const refused = lottery('run', 'mine.yaml');
    expect(refused.status).toBe(2);
    expect(refused.all).toMatch(/mine\.yaml: pruning\.score is .*my-score\.mjs, which is code.*or --allow-code\./);
    const { status, out } = lottery('verify', 'mine', '--replay', 'all');
    expect(status).toBe(0);
    expect(out).toContain('1 made again');
    expect(out.match(/^not made again: .* its score is code, in .*my-score\.mjs/gm)).toHaveLength(4);
    expect(out).toContain('4 cells whose score is code: not made again without --allow-code');
  });

  it('refuses to train again what another text of the module made', () => {
    appendFileSync(join(folder, 'my-score.mjs'), '// Changed.\n');
    const { status, all } = lottery('verify', 'mine', '--replay', 'all', '--allow-code');
    expect(status).toBe(1);
    expect(all).toMatch(/my-score\.mjs has changed: .*Put it back as it was/);
    const { status: sound } = lottery('verify', 'mine');
    expect(sound).toBe(0);
    const { out } = lottery('run', 'mine.yaml', '--allow-code', '--json', '--no-report');
    const { cells, run: name } = JSON.parse(out) as { cells: { id: string }[]; run: string };
    expect(cells).toHaveLength(5);
    expect(name).toMatch(/^mine-[0-9a-f]{8}$/);
    expect(said('npx lottery run mine.yaml --allow-code')).toContain('runs/mine-');
    expect(said('npx lottery run mine.yaml --allow-code')).not.toContain(name);
  });

  it('takes a score from a program', () => {
    const lines = said('node own.js').trim().split('\n');
    expect(lines.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'dense 0 1.0000',
      'ticket 1 0.8013',
      'reinitialise 1 0.8013',
      'ticket 2 0.6421',
      'reinitialise 2 0.6421',
    ]);
  });
});
