import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { serve } from '../browser/serve.js';
import { commandIn, runProgram } from '../fixtures/command.js';
import { labFolder } from './open-lab.js';
import { addressOf, commandWords } from './small-experiment.js';

const executable = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => ['firefox-esr', 'firefox'].map((name) => join(folder, name)))
  .find((path) => existsSync(path));

const smoke = fileURLToPath(new URL('./firefox-smoke.mjs', import.meta.url));

const { lottery, path } = commandIn('firefox');

it('trains in Firefox to the digest that the command has, without an error', async ({ skip }) => {
  if (executable === undefined || !existsSync(labFolder)) {
    const reason = 'no firefox-esr on the PATH (Debian: apt-get install firefox-esr), or the lab is not built';
    console.warn(`skipped: ${reason}`);
    skip(reason);
    return;
  }
  const { out } = await lottery([...commandWords, '--store', path('store'), '--workers', '1', '--json']);
  const server = await serve(labFolder, { isolated: true });
  try {
    const words = [process.execPath, '--experimental-websocket', smoke, executable, `${server.url}${addressOf()}`];
    const finished = await runProgram(path('.'), words);
    expect(finished.err).not.toContain('Error');
    const { digest, isolated, errors } = JSON.parse(finished.out) as {
      digest: string;
      isolated: boolean;
      errors: string[];
    };
    expect(errors).toEqual([]);
    expect(isolated).toBe(true);
    expect(digest).toBe((JSON.parse(out) as { digest: string }).digest);
  } finally {
    await server.close();
  }
});
