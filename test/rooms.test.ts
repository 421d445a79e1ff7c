import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

// The rules of the rooms are themselves tested: the project's own configuration, over a house with one bad file.
const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const configurations = [
  '.dependency-cruiser.cjs',
  'package.json',
  'tsconfig.json',
  'tsconfig.base.json',
  'tsconfig.isomorphic.json',
  'tsconfig.node.json',
];
let house: string;

beforeEach(() => {
  house = mkdtempSync(join(tmpdir(), 'lottery-rooms-'));
  for (const name of configurations) cpSync(join(root, name), join(house, name));
  symlinkSync(modules, join(house, 'node_modules'));
});

afterEach(() => {
  rmSync(house, { recursive: true, force: true });
});

function put(path: string, text: string): void {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  writeFileSync(join(house, path), text);
}

function run(folder: string, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

const tsc = (folder: string, ...words: string[]) => run(folder, join(modules, 'typescript', 'bin', 'tsc'), ...words);
const cruise = () =>
  run(
    house,
    join(modules, 'dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
    '--config',
    '.dependency-cruiser.cjs',
    'src',
  );

const needsNode = [
  ['process', 'export const platform: string = process.platform;', /TS2(580|591).*'process'/],
  ['Buffer', "export const bytes: Uint8Array = Buffer.from('');", /TS2(580|591).*'Buffer'/],
  [
    'node:fs',
    "import { readFileSync } from 'node:fs';\nexport const text: string = readFileSync('x', 'utf8');",
    /TS2(307|591).*'node:fs'/,
  ],
  ['a timer of Node', 'export const timer: NodeJS.Timeout | null = null;', /TS2503.*'NodeJS'/],
] as const;

describe('the compiler', () => {
  it('refuses what is Node’s in a room that runs in a browser, and takes it in src/node', () => {
    for (const [i, [, text]] of needsNode.entries()) put(`src/training/bad-${i}.ts`, text);
    const refused = tsc(house, '-p', 'tsconfig.isomorphic.json', '--noEmit');
    expect(refused.status).not.toBe(0);
    for (const [i, [name, , error]] of needsNode.entries()) {
      const said = refused.said.split('\n').filter((line) => line.startsWith(`src/training/bad-${i}.ts`));
      expect(said.join('\n'), name).toMatch(error);
    }

    rmSync(join(house, 'src', 'training'), { recursive: true });
    put('src/training/good.ts', 'export const nothing = 0;');
    for (const [i, [, text]] of needsNode.entries()) put(`src/node/good-${i}.ts`, text);
    expect(tsc(house, '-b', 'tsconfig.node.json')).toEqual({ status: 0, said: '' });
  });

  it('sees no types of Node through a dependency of these rooms', () => {
    const { said, status } = tsc(root, '-p', 'tsconfig.isomorphic.json', '--listFilesOnly');
    expect(status).toBe(0);
    expect(said).toContain('src/training/train.ts');
    expect(said).not.toContain('@types/node');
    expect(said).not.toContain('src/node/');
  });
});

const one = 'export const one = 1;\n';
const importing = (path: string) => `import { one } from '${path}';\nexport const two = one + one;\n`;

/** A file that a rule must refuse, and what is said of it. */
const refusals: Readonly<Record<string, readonly [file: string, text: string, said: string | RegExp]>> = {
  'an import that points upwards': [
    'src/random/bad.ts',
    importing('../training/one.js'),
    'random-imports-downwards-only: src/random/bad.ts → src/training/one.ts',
  ],
  'an import of Node in a room that runs in a browser': [
    'src/data/bad.ts',
    "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
    /isomorphic-rooms-have-no-node-imports: src\/data\/bad\.ts → (node:)?fs/,
  ],
  'a study that imports another': [
    'src/studies/this/bad.ts',
    importing('../that/one.js'),
    'studies-do-not-import-each-other: src/studies/this/bad.ts → src/studies/that/one.ts',
  ],
  'a test of a study that imports another': [
    'src/studies/this/bad.test.ts',
    importing('../that/one.js'),
    'studies-do-not-import-each-other: src/studies/this/bad.test.ts → src/studies/that/one.ts',
  ],
  'what studies share, importing a study': [
    'src/studies/shared/bad.ts',
    importing('../that/one.js'),
    'shared-parts-of-studies-know-no-study: src/studies/shared/bad.ts → src/studies/that/one.ts',
  ],
  'a dependency that only development has': [
    'src/figures/bad.ts',
    "import { build } from 'esbuild';\nexport const make = build;\n",
    'dependencies-are-declared: src/figures/bad.ts',
  ],
  'what only tests use in what is built': [
    'src/networks/bad.ts',
    importing('./one.fixture.js'),
    'only-tests-import-tests: src/networks/bad.ts → src/networks/one.fixture.ts',
  ],
};

/** Files that import as they may. */
const allowed: Readonly<Record<string, string>> = {
  'src/training/good.ts': importing('../kernels/one.js'),
  'src/studies/this/good.ts': importing('../shared/one.js'),
  'src/studies/registry.ts': importing('./that/one.js'),
  'src/networks/good.test.ts': importing('./one.fixture.js'),
};

describe('npm run imports', () => {
  const passive = [
    ...['src/training/one.ts', 'src/kernels/one.ts', 'src/networks/one.fixture.ts'],
    ...['src/studies/that/one.ts', 'src/studies/shared/one.ts'],
  ];

  it(`refuses ${Object.keys(refusals).join('; ')}; and nothing else`, () => {
    for (const path of passive) put(path, one);
    for (const [path, text] of Object.entries(allowed)) put(path, text);
    expect(cruise()).toMatchObject({ status: 0 });
    for (const [path, text] of Object.values(refusals)) put(path, text);
    const { said, status } = cruise();
    expect(status).not.toBe(0);
    for (const [, , error] of Object.values(refusals)) expect(said).toMatch(error);
    for (const path of Object.keys(allowed)) expect(said).not.toContain(path);
  });
});
