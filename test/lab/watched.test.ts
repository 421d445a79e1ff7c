import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type OpenBrowser, openBrowser } from '../browser/chromium.js';
import { needLab } from './open-lab.js';

const command = fileURLToPath(new URL('../../dist/bin/main.js', import.meta.url));

let folder: string;
let browser: OpenBrowser | undefined;
const children: ChildProcess[] = [];

beforeEach(needLab);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-watched-'));
});

afterAll(async () => {
  for (const child of children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
    child.kill('SIGINT');
    await once(child, 'exit');
  }
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

function lottery(...words: string[]): ChildProcess {
  const child = spawn(process.execPath, [command, ...words, '--store', join(folder, 'store')], {
    stdio: ['ignore', 'pipe', 'ignore'],
    // Several signs of life while one network is trained, so that it is seen at work.
    env: { ...process.env, LOTTERY_HEARTBEAT: '0.5' },
  });
  children.push(child);
  return child;
}

async function firstOutput({ stdout }: ChildProcess): Promise<string> {
  for await (const chunk of stdout ?? []) return String(chunk);
  throw new Error('the command ended without a word.');
}

it('shows a run that another process trains, from its first training to its last, and its report', async () => {
  const { url } = JSON.parse(await firstOutput(lottery('lab', '--port', '0', '--json'))) as { url: string };
  browser = await openBrowser();
  browser.context.setDefaultTimeout(60_000);
  const page = await browser.context.newPage();
  await page.goto(url);
  // The secret is out of the address, and the page has memory that threads share.
  expect(page.url()).not.toContain('token');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await page.goto(`${new URL('/', url)}#/look`);
  const settings = [
    'network={hidden: [20]}',
    'data.train=700',
    'data.test=200',
    'data.validation=100',
    'iterations=30000',
    'trials=2',
    'pruning.densities=[0.5]',
  ];
  const run = lottery('run', 'quickstart', ...settings.flatMap((setting) => ['--set', setting]), '--workers', '1');
  // Nobody reloads the page.
  const row = page.getByRole('link', { name: /^quickstart-/ }).first();
  await row.waitFor();
  await page
    .getByText(/at work/)
    .first()
    .waitFor();
  await once(run, 'exit');
  await page.getByText(/^done/i).first().waitFor();
  await row.click();
  await page.getByRole('heading', { name: /^quickstart-/ }).waitFor();
  await page
    .getByText(/At 50\.0% of weights/)
    .first()
    .waitFor();
  const report = page.getByRole('link', { name: /report/i }).first();
  const address = await report.getAttribute('href');
  expect(address).toMatch(/^reports\/run\/quickstart-[0-9a-f]+\/report\.html$/);
  expect(browser.errors).toEqual([]);
});
