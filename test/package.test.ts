import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunResults } from '../src/experiments/results.js';
import { bundle } from './browser/bundle.js';
import { fixtureResults } from './fixtures/run-results.js';

// The package as people get it: packed, unpacked beside its dependencies and nothing else, and used by docs/library.md.
const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const page = readFileSync(join(root, 'docs', 'library.md'), 'utf8');
const manifest: {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly sideEffects: boolean;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Modules that are started rather than imported: the command, and what worker threads begin with. */
const started = [
  'bin/main.js',
  'bin/worker.js',
  'bin/helper.js',
  'cli/main.js',
  'node/bench/own-engine.js',
  'node/worker.js',
  'node/kernels/helper.js',
  'web/worker.js',
];

interface Example {
  readonly name: string;
  readonly text: string;
  /** What it prints, as the comments at its end say. */
  readonly prints: string;
}

const examples = [...page.matchAll(/^`([a-z]+)\.ts`\n\n```ts\n(.*?)^```$/gms)].map(([, name, text]): Example => {
  const comments = /(?:(?<=\n)\/\/ [^\n]*\n)*$/.exec(text)?.[0] ?? '';
  return { name, text, prints: comments.replaceAll(/^\/\/ /gm, '') };
});

/** Examples that are programs; others are functions. */
const printing = examples.filter(({ text }) => text.includes('console.log'));

let folder: string;
let tarball: string;
let consumer: string;
let installed: string;

function node(cwd: string, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd, encoding: 'utf8' });
  return { status, out: stdout, said: stdout + stderr };
}

/** Compiles examples against the packed types, those of dependencies checked too where libraries are. */
function compile(
  names: readonly string[],
  module: string,
  moduleResolution: string,
  types: readonly string[],
  skipLibCheck = false,
) {
  const compilerOptions = {
    module,
    moduleResolution,
    types,
    target: 'es2022',
    lib: ['es2023', 'dom'],
    strict: true,
    skipLibCheck,
    outDir: moduleResolution,
  };
  writeFileSync(
    join(consumer, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: names.map((name) => `${name}.ts`) }),
  );
  return node(consumer, join(modules, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json');
}

function link(dependency: string): void {
  const target = join(consumer, 'node_modules', dependency);
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(join(modules, dependency), target, 'junction');
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-package-'));
  consumer = join(folder, 'consumer');
  installed = join(consumer, 'node_modules', 'lottery-lab');
  const pack = ['pack', '--ignore-scripts', '--offline', '--silent', '--pack-destination', folder];
  const name = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim();
  tarball = join(folder, name);
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
  for (const dependency of [...Object.keys(manifest.dependencies), '@types/node']) link(dependency);
  writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }');
  for (const { name: example, text } of examples) writeFileSync(join(consumer, `${example}.ts`), text);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the packed package', () => {
  it('passes publint', () => {
    const { status, said } = node(root, join(modules, 'publint', 'src', 'cli.js'), tarball, '--strict');
    expect(said).toContain('All good!');
    expect(status).toBe(0);
  });

  it('has types that resolve as its modules do', () => {
    const attw = join(modules, '@arethetypeswrong', 'cli', 'dist', 'index.js');
    const { status, said } = node(root, attw, tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-color');
    expect(status, said).toBe(0);
    for (const path of Object.keys(manifest.exports)) expect(said).toContain(path.replace(/^\./, 'lottery-lab'));
  });

  it('holds what was built and nothing that only development needs', () => {
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    expect(files).toContain(join('dist', 'specification.schema.json'));
    expect(files.filter((file) => /\.(test|fixture)\.|tsbuildinfo|^src|^test/.test(file))).toEqual([]);
  });
});

describe('docs/library.md', () => {
  it('has a line for everything that can be imported, and an example of each room', () => {
    const lines = [...page.matchAll(/^\| `(lottery-lab\S*)` +\|/gm)].map(([, name]) =>
      name.replace('lottery-lab', '.'),
    );
    expect(lines.sort()).toEqual(Object.keys(manifest.exports).sort());
    const rooms = Object.keys(manifest.exports).flatMap((path) => /^\.\/([a-z]+)$/.exec(path)?.[1] ?? []);
    expect(examples.map(({ name }) => name).sort()).toEqual(rooms.sort());
    for (const { name, text } of examples) expect(text).toContain(`from 'lottery-lab/${name}'`);
  });

  it('compiles against the packed types, without Node’s but for lottery-lab/node', () => {
    const isomorphic = examples.map(({ name }) => name).filter((name) => name !== 'node');
    expect(compile(isomorphic, 'nodenext', 'nodenext', [])).toMatchObject({ status: 0, said: '' });
    expect(compile(['node'], 'nodenext', 'nodenext', ['node'])).toMatchObject({ status: 0, said: '' });
  });

  it('compiles as bundlers resolve modules', () => {
    const all = examples.map(({ name }) => name);
    // What the types say is checked above: here it is whether they are found.
    expect(compile(all, 'esnext', 'bundler', ['node'], true)).toMatchObject({ status: 0, said: '' });
  });

  it.each(printing)('prints what it says: $name', ({ name, prints }) => {
    expect(prints).not.toBe('');
    const { status, out, said } = node(consumer, join('nodenext', `${name}.js`));
    expect(said).toBe(prints);
    expect(out).toBe(prints);
    expect(status).toBe(0);
  });

  it('draws the report of a run: figures.ts', async () => {
    const { reportOf }: { reportOf(results: RunResults, document: unknown): string } = await import(
      pathToFileURL(join(consumer, 'nodenext', 'figures.js')).href
    );
    const html = reportOf(fixtureResults(), parseHTML('<html></html>').document);
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html.match(/<svg/g)?.length).toBeGreaterThan(3);
  });
});

describe('the command', () => {
  it('is a bundle: it loads nothing of the package but what lies beside it', () => {
    const bin = join(installed, 'dist', 'bin');
    expect(manifest.bin).toEqual({ lottery: 'dist/bin/main.js' });
    for (const file of readdirSync(bin)) {
      const paths = [...readFileSync(join(bin, file), 'utf8').matchAll(/^(?:import|export) .*? from "(\.[^"]*)";$/gm)];
      for (const [, path] of paths) expect(path, file).toMatch(/^\.\/[\w-]+\.js$/);
    }
    const { status, out } = node(consumer, join(bin, 'main.js'), '--version');
    expect(out).toBe(`${manifest.version}\n`);
    expect(status).toBe(0);
  });
});

describe('"sideEffects"', () => {
  it('names every module that does something as it loads and can be imported', () => {
    expect(manifest.sideEffects).toEqual(['./dist/web/worker.js']);
    const dist = join(installed, 'dist');
    const paths = readdirSync(dist, { recursive: true, encoding: 'utf8' })
      .map((path) => path.replaceAll('\\', '/'))
      // What is bundled for browsers is opened by an address, and imported by nobody.
      .filter((path) => path.endsWith('.js') && !path.startsWith('lab/') && !started.includes(path));
    const entries = Object.values(manifest.exports).map((entry) => (typeof entry === 'string' ? entry : entry.default));
    expect(entries.filter((entry) => started.some((path) => entry.endsWith(`dist/${path}`)))).toEqual(
      manifest.sideEffects,
    );
    const [packages, addresses] = [join(folder, 'packages.json'), join(folder, 'addresses.json')];
    writeFileSync(packages, JSON.stringify(Object.keys(manifest.dependencies)));
    writeFileSync(addresses, JSON.stringify(paths.map((path) => pathToFileURL(join(dist, path)).href)));
    const { status, said } = node(root, join('test', 'fixtures', 'side-effects.mjs'), packages, addresses);
    expect(said).toBe(`${paths.length} modules\n`);
    expect(status).toBe(0);
  });

  it('lets a bundler leave out figures, YAML and schemas where a worker imports by subpaths', async () => {
    const entry = join(consumer, 'worker.js');
    writeFileSync(
      entry,
      `import { builtIn } from 'lottery-lab/data';
       import { LocalExecutor, MemoryStore } from 'lottery-lab/experiments';
       import { loadKernels } from 'lottery-lab/kernels';
       globalThis.start = async (name) => new LocalExecutor({
         kernels: await loadKernels(), dataset: builtIn(name), store: new MemoryStore(), engine: {},
       });`,
    );
    const { chunks } = await bundle({ entries: { worker: entry }, folder: join(consumer, 'bundled') });
    // Measurements are a file of their own, loaded when the first is asked for.
    const atStart = chunks.filter((chunk) => chunk.atStart);
    const packages = new Set(atStart.flatMap(({ parts }) => Object.keys(parts)));
    expect([...packages].filter((name) => !name.startsWith('.')).sort()).toEqual(['@noble/hashes', 'fflate']);
  });
});
