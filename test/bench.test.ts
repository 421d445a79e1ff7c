import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { madeUpResults, steps } from '../src/node/bench/results.fixture.js';
import type { Results } from '../src/node/bench/results.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const script = join(root, 'bench', 'run.mjs');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-page-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, results: Results): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(results));
  return file;
}

/** The page of a run. */
function pageOf(file: string, out = join(folder, 'out')): string {
  execFileSync(process.execPath, [script, '--page', file, '--out', out]);
  return readFileSync(join(out, 'benchmarks.md'), 'utf8');
}

const run = (...words: string[]) => spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' });

describe('the benchmark', () => {
  it('writes the page in docs/ from the samples that stand beside it', () => {
    const out = join(folder, 'docs');
    const page = pageOf(join(root, 'docs', 'benchmarks', 'results.json'), out);
    expect(page).toBe(readFileSync(join(root, 'docs', 'benchmarks.md'), 'utf8'));
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
    for (const file of readdirSync(join(root, 'docs', 'benchmarks'))) {
      expect(readFileSync(join(out, 'benchmarks', file), 'utf8'), file).toBe(
        readFileSync(join(root, 'docs', 'benchmarks', file), 'utf8'),
      );
      if (file.endsWith('.svg')) expect(page).toContain(`benchmarks/${file}`);
    }
  });

  it('begins the page of a quiet run with where peers are faster', () => {
    const page = pageOf(write('quiet.json', madeUpResults(steps)));
    expect(page.split('\n').slice(2, 5)).toEqual([
      '**Where a peer is faster:**',
      '',
      "- LeNet-300-100: Lottery Lab, WebAssembly takes of PyTorch's time for a dense step 1.5 (1.5 to 1.5) dense.",
    ]);
    expect(page.indexOf('Where Lottery Lab is faster')).toBeGreaterThan(page.indexOf('Where a peer is faster'));
    expect(page).toContain('Ratios are of PyTorch, memory kept, dense: its fastest dense step here.');
    expect(page).toContain('| PyTorch, default allocator, dense | 1 | 8 (8 to 8) | 4.0 (4.0 to 4.0) |');
    expect(page).toContain('| 128-bit vectors, separate | 48 GFLOP/s: 4.00 instructions a cycle |');
    expect(page).toContain('## What earlier pages had wrong');
  });

  it('begins the page of a disturbed run with that, and states no ratio', () => {
    const page = pageOf(write('disturbed.json', madeUpResults(steps, 1)));
    expect(page.split('\n')[2]).toMatch(/^> \*\*Disturbed\.\*\* This run was disturbed: in 1 of 4 rounds/);
    expect(page).not.toMatch(/faster:|As fast|of PyTorch dense|Ratios are of PyTorch, /);
    expect(page).toContain('| PyTorch, default allocator, dense | 1 | 8 (8 to 8) |\n');
  });

  it('compares two runs, and its exit status says whether they agree', () => {
    const first = write('first.json', madeUpResults(steps));
    const faster = steps.map((row) => (row.engine === 'native' ? { ...row, ms: [0.9, 0.9, 0.9] } : row));
    const second = write('second.json', madeUpResults(faster));
    expect(run('--compare', first, first)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('All 6 ratios agree within 5%.'),
    });
    expect(run('--compare', first, second)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('The largest disagreement is 350.0%'),
    });
    expect(run('--compare', first, join(folder, 'missing.json')).stderr).toContain('cannot read');
    expect(run('--compare', first).stderr).toContain('1 files given; expected two after --compare.');
  });

  it('says what it expected of its options', () => {
    const unknown = run('--section', 'lenet');
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain('unknown section lenet; expected one of lenet-300-100, conv-2');
    expect(run('--rounds', '0').stderr).toContain('--rounds is 0; expected a whole number of at least 1.');
    expect(run('--launches', 'two').stderr).toContain('--launches is two; expected a whole number of at least 1.');
    expect(run('--help').stdout).toContain('npm ci --prefix bench --ignore-scripts');
  });
});
