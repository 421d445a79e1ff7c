import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builtIn } from '../../src/data/built-in.js';
import { encodeNpz } from '../../src/data/formats/npz.js';
import { needLab, type OpenLab, openLab } from './open-lab.js';
import { seriousFaults } from './seen.js';
import { addressOf, commandWords } from './small-experiment.js';

const command = fileURLToPath(new URL('../../dist/bin/main.js', import.meta.url));

const begin = (page: Page) => page.getByRole('button', { name: 'Train, prune, rewind, repeat' });
const status = (page: Page, text: string) => page.getByText(text, { exact: false }).first();
const digestOn = async (page: Page): Promise<string | null> => page.locator('.digest code').textContent();

describe('an experiment in the lab', () => {
  let lab: OpenLab;
  let folder: string;

  beforeEach(needLab);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lottery-lab-'));
    lab = await openLab();
  });

  afterAll(async () => {
    await lab?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is trained from its address to its end, with the digest that the command has', async () => {
    await lab.go(addressOf());
    await begin(lab.page).click();
    await status(lab.page, 'Finished.').waitFor();
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [command, ...commandWords, '--store', join(folder, 'store'), '--workers', '1', '--json'],
      { encoding: 'utf8' },
    );
    expect(stderr).not.toContain('error');
    expect(await digestOn(lab.page)).toBe((JSON.parse(stdout) as { digest: string }).digest);
    expect(lab.errors).toEqual([]);
  });

  it('weighs at most 350 kB as gzip leaves it until it trains, kernels included', async () => {
    const files = new Map<string, number>();
    const page = await lab.context.newPage();
    page.on('response', async (response) => {
      files.set(new URL(response.url()).pathname, gzipSync(await response.body()).length);
    });
    await page.goto(`${lab.url}${addressOf({ iterations: '50000', seed: '9' })}`);
    await begin(page).click();
    await page.getByText('left.', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await page.close();
    const sizes = [...files].sort(([, one], [, other]) => other - one);
    const all = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
    console.info(`the lab loads ${all} bytes before it trains`);
    expect(sizes.map(([path]) => path).join()).toContain('threaded');
    expect(all, sizes.map(([path, bytes]) => `${path} ${bytes}`).join('; ')).toBeLessThanOrEqual(350_000);
  });

  it('is there again after a reload, without being trained again', async () => {
    const before = await digestOn(lab.page);
    await lab.go(addressOf());
    await status(lab.page, 'Finished.').waitFor();
    expect(await digestOn(lab.page)).toBe(before);
  });

  it('goes on from where it was where a round is added, and says so in the address', async () => {
    await lab.go(addressOf());
    await lab.page.getByLabel('remaining (%)').fill('50, 20, 10');
    await lab.page.getByLabel('remaining (%)').press('Enter');
    await status(lab.page, '15 of 21 trainings').waitFor();
    expect(decodeURIComponent(lab.page.url())).toContain('pruning.densities=[0.5,+0.2,+0.1]');
  });

  it('stops in the middle of a training, and says what is wrong with a setting', async () => {
    await lab.go(addressOf({ iterations: '50000' }));
    await begin(lab.page).click();
    await lab.page.getByText('left.', { exact: false }).waitFor();
    const milliseconds = await lab.page.evaluate(async () => {
      const button = Array.from(document.querySelectorAll('button')).find(({ textContent }) => textContent === 'Pause');
      const clicked = performance.now();
      button?.click();
      while (!Array.from(document.querySelectorAll('button')).some(({ textContent }) => textContent === 'Resume')) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      return performance.now() - clicked;
    });
    console.info(`the lab stopped ${milliseconds.toFixed(0)} ms after the click`);
    await lab.page.getByLabel('trials').fill('many');
    await lab.page.getByLabel('trials').press('Enter');
    await expect.poll(() => lab.page.getByRole('alert').first().textContent()).toContain('trials');
  });

  it('takes what is changed while it trains for the next round', async () => {
    await lab.go(addressOf({ seed: '5', iterations: '3000' }));
    await begin(lab.page).click();
    await lab.page.getByText('left.', { exact: false }).waitFor();
    await lab.page.getByLabel('random masks').fill('1');
    await lab.page.getByLabel('random masks').press('Enter');
    await lab.page.getByText('What you changed counts from the next round on.').waitFor();
    await lab.page.getByText('of 21 trainings', { exact: false }).waitFor();
    await status(lab.page, 'Finished.').waitFor();
    expect(lab.page.url()).toContain('controls.randomMask=1');
    expect(lab.errors).toEqual([]);
  });

  it('keeps one experiment beside the next, and names what differs', async () => {
    await lab.go(addressOf());
    await status(lab.page, 'Finished.').waitFor();
    await lab.page.getByRole('button', { name: 'Keep for comparison' }).click();
    await lab.page.getByLabel('seed').fill('3');
    await lab.page.getByLabel('seed').press('Enter');
    await lab.page.getByText('kept for comparison (seed', { exact: false }).waitFor();
  });

  it('learns from an .npz file that is dropped, and says what is wrong with one that is broken', async () => {
    const { train, test } = builtIn('strokes', { train: 300, test: 60, seed: 1 });
    const shape = (count: number) => [count, 28, 28];
    const own = join(folder, 'own.npz');
    writeFileSync(
      own,
      encodeNpz(
        new Map([
          ['x_train', { shape: shape(300), values: train.images as Uint8Array }],
          ['y_train', { shape: [300], values: train.labels as Uint8Array }],
          ['x_test', { shape: shape(60), values: test.images as Uint8Array }],
          ['y_test', { shape: [60], values: test.labels as Uint8Array }],
        ]),
      ),
    );
    const broken = join(folder, 'broken.npz');
    writeFileSync(broken, 'no archive');
    await lab.go(addressOf({ trials: '1' }));
    await lab.page.locator('.own input').setInputFiles(broken);
    await lab.page.locator('.own .error').waitFor();
    expect(await lab.page.locator('.own .error').textContent()).toContain('broken.npz');
    await lab.page.locator('.own input').setInputFiles(own);
    await lab.page.getByText('300 images to learn from', { exact: false }).first().waitFor();
    await begin(lab.page).click();
    await status(lab.page, 'Finished.').waitFor();
    expect(lab.page.url()).toContain('data.path=own.npz');
    // And after a reload, from what the browser kept.
    await lab.page.reload();
    await status(lab.page, 'Finished.').waitFor();
  });

  it('says that MNIST is not downloaded, and what to do', async () => {
    await lab.go(addressOf({ 'data.name': 'mnist' }));
    await expect.poll(() => lab.page.getByRole('alert').first().textContent()).toContain('drop its four files');
  });

  it.each(['light', 'dark'] as const)(
    'has no serious fault for those who use a keyboard or a screen reader, %s',
    async (colorScheme) => {
      await lab.page.emulateMedia({ colorScheme });
      await lab.go(addressOf());
      await status(lab.page, 'Finished.').waitFor();
      expect(await seriousFaults(lab.page)).toEqual([]);
    },
  );

  it('fits a phone without scrolling sideways', async () => {
    await lab.page.setViewportSize({ width: 390, height: 800 });
    await lab.go(addressOf());
    await status(lab.page, 'Finished.').waitFor();
    expect(await lab.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});
