import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OwnScore } from '../experiments/own-score.js';
import { resolveSpecification } from '../experiments/presets.js';
import { loadScores, pinScore } from './own-scores.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-scores-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = (title: string) =>
  `export default { title: '${title}', source: 'this test', of: ({ trained }) => trained.map(Math.abs) };\n`;

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const pin = (score: unknown) => pinScore(resolveSpecification({ pruning: { score } })).pruning.score as OwnScore;

const refusal = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    expect((error as Error).name).toBe('InputError');
    return (error as Error).message;
  }
  return 'accepted';
};

describe('the module of a score', () => {
  it('is known by its absolute path and the SHA-256 of its text', () => {
    const path = write('plain.mjs', text('one'));
    const digest = createHash('sha256').update(text('one')).digest('hex');
    expect(pin(path)).toEqual({ module: path, digest });
    expect(pin(relative(process.cwd(), path))).toEqual({ module: path, digest });
    expect(pin({ module: relative(process.cwd(), path), digest })).toEqual({ module: path, digest });
    expect(pin('magnitude')).toBe('magnitude');
  });

  it('is loaded and checked', async () => {
    const own = pin(write('good.mjs', text('good')));
    const scores = await loadScores([own]);
    expect([...scores.keys()]).toEqual([own.digest]);
    expect(scores.get(own.digest)?.title).toBe('good');
    expect(await loadScores([])).toEqual(new Map());
  });

  it('is refused when its text has changed, and taken for what it is when it is named anew', async () => {
    const path = write('changing.mjs', text('before'));
    const before = pin(path);
    write('changing.mjs', text('after'));
    expect(await refusal(() => loadScores([before]))).toContain(
      `${path} has changed: the score that is asked for has SHA-256 ${before.digest.slice(0, 12)}`,
    );
    const after = pin(path);
    expect((await loadScores([after])).get(after.digest)?.title).toBe('after');
    // The first text again, in the same process.
    write('changing.mjs', text('before'));
    expect((await loadScores([before])).get(before.digest)?.title).toBe('before');
  });

  it('says what is wrong with it', async () => {
    const path = join(folder, 'absent.mjs');
    expect(await refusal(() => pin(path))).toContain(`pruning.score: ${path} cannot be read`);
    const empty = write('empty.mjs', 'export const score = 1;\n');
    expect(await refusal(() => loadScores([pin(empty)]))).toContain(`the default export of ${empty} is missing`);
    const broken = write('broken.mjs', 'export default {');
    expect(await refusal(() => loadScores([pin(broken)]))).toContain(`${broken} cannot be loaded`);
  });

  it('may be TypeScript where Node strips types, and else is refused with the version that does', async () => {
    const typed = write('typed.ts', text('typed').replace('({ trained })', '({ trained }: { trained: Float32Array })'));
    const own = pin(typed);
    if ((process.features as { typescript?: unknown }).typescript) {
      expect((await loadScores([own])).get(own.digest)?.title).toBe('typed');
    } else {
      expect(await refusal(() => loadScores([own]))).toContain(
        'expected Node 22.18 or later, or the same score as JavaScript',
      );
    }
  });
});
