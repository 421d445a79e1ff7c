import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { serve } from '../browser/serve.js';
import { commandIn, runProgram } from '../fixtures/command.js';
import { labFolder } from './open-lab.js';
import { addressOf, commandWords } from './small-experiment.js';

const onPath = (...names: readonly string[]): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));

/** The browser of WebKitGTK lies beside the library. */
const miniBrowser = ['x86_64', 'aarch64']
  .flatMap((machine) => ['4.1', '4.0'].map((api) => `/usr/lib/${machine}-linux-gnu/webkit2gtk-${api}/MiniBrowser`))
  .find((path) => existsSync(path));
const webkit = onPath('WebKitWebDriver') && onPath('Xvfb') && miniBrowser;

interface Driven {
  readonly name: string;
  readonly executable: string | undefined;
  /** The script that drives it, and what Node needs for that. */
  readonly smoke: readonly string[];
  /** In Debian. */
  readonly packages: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const browsers: readonly Driven[] = [
  {
    name: 'Firefox',
    executable: onPath('firefox-esr', 'firefox'),
    smoke: ['--experimental-websocket', 'firefox-smoke.mjs'],
    packages: 'firefox-esr',
  },
  { name: 'WebKit', executable: webkit, smoke: ['webkit-smoke.mjs'], packages: 'webkit2gtk-driver xvfb' },
  {
    name: 'WebKit with shared memory, as Safari has it',
    executable: webkit,
    smoke: ['webkit-smoke.mjs'],
    packages: 'webkit2gtk-driver xvfb',
    environment: { JSC_useSharedArrayBuffer: '1' },
  },
];

const { lottery, path } = commandIn('others');
let expected: string;

beforeAll(async () => {
  if (browsers.every(({ executable }) => executable === undefined)) return;
  const { out } = await lottery([...commandWords, '--store', path('store'), '--workers', '1', '--json']);
  expected = (JSON.parse(out) as { digest: string }).digest;
});

it.for(browsers)('trains in $name to the digest that the command has, without an error', async (browser, { skip }) => {
  const { executable, smoke, packages, environment } = browser;
  if (executable === undefined || !existsSync(labFolder)) {
    const reason = `it is not installed (Debian: apt-get install ${packages}), or the lab is not built`;
    console.warn(`skipped: ${reason}`);
    skip(reason);
    return;
  }
  const server = await serve(labFolder, { isolated: true });
  const script = fileURLToPath(new URL(smoke.at(-1) as string, import.meta.url));
  const words = [process.execPath, ...smoke.slice(0, -1), script, executable, `${server.url}${addressOf()}`];
  try {
    const finished = await runProgram(path('.'), words, undefined, environment);
    expect(finished.err).not.toContain('Error');
    const { digest, isolated, errors } = JSON.parse(finished.out) as {
      digest: string;
      isolated: boolean;
      errors: string[];
    };
    expect(errors).toEqual([]);
    expect(isolated).toBe(true);
    expect(digest).toBe(expected);
  } finally {
    await server.close();
  }
});
