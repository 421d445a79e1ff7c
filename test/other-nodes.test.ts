import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../scripts/other-nodes.mjs', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-other-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compares Nodes over cells that train in a second. */
function compare(...nodes: string[]): Promise<{ status: number; said: string }> {
  const settings = ['iterations=10', 'evaluateEvery=10', 'data.train=600', 'data.test=100', 'data.validation=100'];
  const words = [script, ...nodes, ...settings.flatMap((setting) => ['--set', setting])];
  return new Promise((resolve) => {
    execFile(process.execPath, words, (error, out, err) =>
      resolve({ status: error === null ? 0 : Number(error.code), said: out + err }),
    );
  });
}

it('says that the same program has the same digests, and skips what does not run', async () => {
  const { status, said } = await compare(process.execPath, join(folder, 'absent'));
  expect(said).toContain(`Node ${process.version}: the same digests as ${process.version}.`);
  expect(said).toContain(`${join(folder, 'absent')}: skipped: it does not run on this system.`);
  expect(status).toBe(0);
});

it.skipIf(process.platform === 'win32')('fails where digests differ, and shows both', async () => {
  const other = join(folder, 'other');
  const results = JSON.stringify({ cells: [{ condition: 'dense', digest: '0123' }] });
  writeFileSync(other, `#!/bin/sh\nif [ "$1" = --version ]; then echo v99.0.0; else echo '${results}'; fi\n`);
  chmodSync(other, 0o755);
  const { status, said } = await compare(other);
  expect(said).toMatch(
    /Node v99\.0\.0: other digests .*\n {2}expected dense [0-9a-f]{64}, ticket [0-9a-f]{64}\n {2}found {4}dense 0123/,
  );
  expect(status).toBe(1);
});
