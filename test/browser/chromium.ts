import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import type { TestContext } from 'vitest';
import { bundle } from './bundle.js';
import { serve } from './serve.js';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The system's Chromium, or undefined. */
const executable = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

/** Skips a test that needs a browser where there is none, and says why in the output of the run. */
export function needBrowser({ skip }: TestContext): void {
  if (executable !== undefined) return;
  const reason = `no browser: none of ${names.join(', ')} is on the PATH (Debian: apt-get install chromium)`;
  console.warn(`skipped: ${reason}`);
  skip(reason);
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser in a profile of its own. */
export interface OpenBrowser {
  readonly context: BrowserContext;
  /** A folder that is removed with it. */
  readonly folder: string;
  /** What pages or their workers threw, or wrote as errors, so far. */
  readonly errors: readonly string[];
  /** Runs something when it is closed, before what was there already. */
  onClose(step: () => unknown): void;
  /** Ends the browser, and removes its files. */
  close(): Promise<void>;
}

/** Opens a headless browser. */
export async function openBrowser(): Promise<OpenBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'lottery-browser-'));
  const undo: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
      executablePath: executable,
      args: flags,
      headless: true,
      timeout: 120_000,
    });
    undo.push(() => context.close());
    // Training takes as long as it takes; the test's own limit is the limit.
    context.setDefaultTimeout(0);
    const errors: string[] = [];
    context.on('weberror', (error) => errors.push(String(error.error())));
    context.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    context.on('page', (page) => page.on('crash', () => errors.push('the page crashed.')));
    return { context, folder, errors, onClose: (step) => undo.push(step), close };
  } catch (error) {
    await close();
    throw error;
  }
}

export interface OpenPage extends Omit<OpenBrowser, 'context' | 'onClose'> {
  readonly page: Page;
  /** Of the page, with a slash at its end; bundles lie beside it. */
  readonly url: string;
}

export interface PageRequest {
  /** Modules to bundle, by name: `worker` becomes `worker.js` beside the page, which loads none of them by itself. */
  readonly entries: Readonly<Record<string, string>>;
  /** With cross-origin isolation: `SharedArrayBuffer` is there. */
  readonly isolated: boolean;
}

/** Opens an empty page in a headless browser, in a profile of its own, beside bundles of the entries. Its folder is what is served. */
export async function openPage({ entries, isolated }: PageRequest): Promise<OpenPage> {
  const { context, folder, errors, onClose, close } = await openBrowser();
  try {
    const site = join(folder, 'site');
    mkdirSync(site);
    await bundle({ entries, folder: site });
    writeFileSync(join(site, 'index.html'), '<!doctype html><link rel="icon" href="data:,"><title>Lottery Lab</title>');
    const server = await serve(site, { isolated });
    onClose(() => server.close());
    const page = await context.newPage();
    await page.goto(server.url);
    return { page, url: server.url, folder: site, errors, close };
  } catch (error) {
    await close();
    throw error;
  }
}
