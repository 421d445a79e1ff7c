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
  it.each(needsNode)('refuses %s in a room that runs in a browser, and takes it in src/node', (_name, text, error) => {
    put('src/training/bad.ts', text);
    const refused = tsc(house, '-p', 'tsconfig.isomorphic.json', '--noEmit');
    expect(refused.said).toMatch(error);
    expect(refused.said).toContain('src/training/bad.ts');
    expect(refused.status).not.toBe(0);

    rmSync(join(house, 'src', 'training'), { recursive: true });
    put('src/training/good.ts', 'export const nothing = 0;');
    put('src/node/good.ts', text);
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

describe('npm run imports', () => {
  it('refuses an import that points upwards', () => {
    put('src/random/bad.ts', "import { one } from '../training/one.js';\nexport const two = one + one;\n");
    put('src/training/one.ts', 'export const one = 1;\n');
    const { said, status } = cruise();
    expect(status).not.toBe(0);
    expect(said).toContain('random-imports-downwards-only: src/random/bad.ts → src/training/one.ts');
  });

  it('refuses an import of Node in a room that runs in a browser', () => {
    put('src/data/bad.ts', "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n");
    const { said, status } = cruise();
    expect(status).not.toBe(0);
    expect(said).toMatch(/isomorphic-rooms-have-no-node-imports: src\/data\/bad\.ts → (node:)?fs/);
  });

  it('refuses a study that imports another', () => {
    put('src/studies/rewind/bad.ts', "import { one } from '../stability/one.js';\nexport const two = one + one;\n");
    put('src/studies/stability/one.ts', 'export const one = 1;\n');
    const { said, status } = cruise();
    expect(status).not.toBe(0);
    expect(said).toContain(
      'studies-do-not-import-each-other: src/studies/rewind/bad.ts → src/studies/stability/one.ts',
    );
  });

  it('refuses a dependency that only development has', () => {
    put('src/figures/bad.ts', "import { build } from 'esbuild';\nexport const make = build;\n");
    const { said, status } = cruise();
    expect(status).not.toBe(0);
    expect(said).toContain('dependencies-are-declared: src/figures/bad.ts');
  });

  it('takes an import that points downwards', () => {
    put('src/training/good.ts', "import { one } from '../random/one.js';\nexport const two = one + one;\n");
    put('src/random/one.ts', 'export const one = 1;\n');
    expect(cruise().status).toBe(0);
  });
});
