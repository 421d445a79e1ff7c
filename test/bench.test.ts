import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const script = join(root, 'bench', 'run.mjs');

describe('the benchmark', () => {
  it('writes the page in docs/ from the samples that stand beside it', () => {
    const out = mkdtempSync(join(tmpdir(), 'lottery-page-'));
    try {
      const samples = join(root, 'docs', 'benchmarks', 'results.json');
      execFileSync(process.execPath, [script, '--page', samples, '--out', out]);
      const page = readFileSync(join(out, 'benchmarks.md'), 'utf8');
      expect(page).toBe(readFileSync(join(root, 'docs', 'benchmarks.md'), 'utf8'));
      expect(page).not.toMatch(/NaN|undefined|Infinity/);
      expect(page.indexOf('Where a peer is faster')).toBeLessThan(page.indexOf('Where Lottery Lab is faster'));
      for (const file of readdirSync(join(root, 'docs', 'benchmarks'))) {
        expect(readFileSync(join(out, 'benchmarks', file), 'utf8'), file).toBe(
          readFileSync(join(root, 'docs', 'benchmarks', file), 'utf8'),
        );
        if (file.endsWith('.svg')) expect(page).toContain(`benchmarks/${file}`);
      }
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });

  it('says what it expected of its options', () => {
    const run = (...words: string[]) => spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' });
    const unknown = run('--section', 'lenet');
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain('unknown section lenet; expected one of lenet-300-100, conv-2');
    expect(run('--rounds', '0').stderr).toContain('--rounds is 0; expected a whole number of at least 1.');
    expect(run('--help').stdout).toContain('npm ci --prefix bench --ignore-scripts');
  });
});
