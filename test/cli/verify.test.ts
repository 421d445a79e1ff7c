import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandIn, digestOf, runTiny } from '../fixtures/command.js';

const { lottery, path, cellFolders } = commandIn('verify');

describe('a finished run', () => {
  let digest: string | undefined;

  beforeAll(async () => {
    digest = digestOf(await lottery(runTiny('store-two')));
    expect(digest).toBeDefined();
  });

  it('is verified by digests and by training again', async () => {
    const { code, out } = await lottery(['verify', 'quickstart', '--store', 'store-two', '--replay', '3']);
    expect(out).toContain('10 cells checked, 3 trained again.');
    expect(out.match(/same bits/g)).toHaveLength(3);
    expect(out).toContain(`Digest of the run: ${digest}`);
    expect(code).toBe(0);
  });

  it('names a corrupt cell, trains nothing from it, and alters nothing finished', async () => {
    cpSync(path('store-two'), path('corrupt'), { recursive: true });
    const dense = cellFolders('corrupt').find((path) => {
      const cell = JSON.parse(readFileSync(join(path, 'cell.json'), 'utf8')).cell;
      return cell.specification.mask === null;
    }) as string;
    const weights = join(dense, 'weights.safetensors');
    const bytes = readFileSync(weights);
    bytes[bytes.length - 5] ^= 1;
    writeFileSync(weights, bytes);
    const verified = await lottery(['verify', 'quickstart', '--store', 'corrupt']);
    expect(verified.code).toBe(1);
    expect(verified.err).toContain(`${weights} is corrupt`);
    // One level more for this trial needs nothing of the corrupt file; a cell made from it does.
    const ticket = cellFolders('corrupt').find((path) => {
      const { mask } = JSON.parse(readFileSync(join(path, 'cell.json'), 'utf8')).cell.specification;
      return mask !== null && dense.endsWith(mask.from);
    }) as string;
    rmSync(ticket, { recursive: true });
    const run = await lottery(runTiny('corrupt'));
    expect(run.code).toBe(1);
    expect(run.err).toContain('is corrupt');
    expect(run.err).not.toMatch(/^ +at /m);
    expect(readFileSync(weights).equals(bytes)).toBe(true);
    writeFileSync(join(dense, 'cell.json'), '{');
    const summary = await lottery(runTiny('corrupt'));
    expect(summary.code).toBe(1);
    expect(summary.err).toContain(`${join(dense, 'cell.json')} is corrupt`);
    rmSync(dense, { recursive: true });
    const mended = await lottery(runTiny('corrupt'));
    expect(mended.code).toBe(0);
    expect((await lottery(['verify', 'quickstart', '--store', 'corrupt'])).code).toBe(0);
  });
});
