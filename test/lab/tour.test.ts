import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builtIn } from '../../src/data/built-in.js';
import { assign, parseAssignment, presetInput } from '../../src/experiments/index.js';
import { MemoryStore } from '../../src/experiments/memory-store.js';
import { LocalExecutor } from '../../src/experiments/tasks/index.js';
import { validateSpecification } from '../../src/experiments/validate.js';
import { loadKernels } from '../../src/kernels/index.js';
import { Laboratory, planRun } from '../../src/laboratory/index.js';
import { needLab, type OpenLab, openLab } from './open-lab.js';
import { seriousFaults } from './seen.js';

/** Of the six steps. They may change with the settings of the tour alone, which everyone shares. */
const digests = [
  '4c67233739d19749adbe6a78b6a49f8f2d6d5fb3b2753afaa530902234d8c99c',
  '92945315b3c723b2fcefa746c1dc467e3de22904a0ce465ff991f70369fdc25b',
  '5cc7a8b1ffb64e9e5576c5eed07dae6ef71a4c2fc4f63fc1f23a3242822638a1',
  '6d16baf229a196c7e4a794eb17117de5ce20c403feb5bded2844c51c8f099e09',
  'da144a184ed503d4de1777b730bf0cad3b1e2a6f741a403bb164218dcc6f5220',
  '3c71886bd99629fa2283fe8ed9bd7973502fa36418403b88ea46bbf435f7b585',
];

const main = (page: Page) => page.locator('.going button');
const digestOn = (page: Page) => page.locator('.going .digest code').textContent();
const heard = (page: Page) => page.locator('p.heard').textContent();

async function finish({ page }: OpenLab): Promise<void> {
  await main(page).click();
  await page.getByText(/^All \d+ trainings are finished/).waitFor();
}

describe('the tour', () => {
  let lab: OpenLab;

  beforeEach(needLab);

  beforeAll(async () => {
    lab = await openLab('#/tour');
    // So that a failure says what was waited for; no step takes so long on any machine that trains at all.
    lab.page.setDefaultTimeout(180_000);
  });

  afterAll(() => lab?.close());

  it('goes from step to step, each an experiment that is run to its end and judged by what it found', async () => {
    const { page } = lab;
    for (const [place, digest] of digests.entries()) {
      await page.getByRole('heading', { name: `${place + 1} of ${digests.length}` }).waitFor();
      if (place > 0) {
        expect(new URL(page.url()).hash).toBe(`#/tour/${place + 1}`);
        await page.getByText(/of which \d+ are trained already/).waitFor();
      }
      await finish(lab);
      expect(await digestOn(page), `step ${place + 1}`).toBe(digest);
      await expect.poll(() => heard(page)).toMatch(/^Finished\. ./);
      const answers = await page.locator('.answers li').count();
      expect(answers > 0 || place === 0).toBe(true);
      expect(await page.locator('.charts svg').count()).toBeGreaterThan(1);
      if (place < digests.length - 1) await page.getByRole('button', { name: 'Next' }).click();
    }
    expect(lab.errors).toEqual([]);
  });

  it('has the digest of the command’s run with the settings that its link to Play names', async () => {
    const { page } = lab;
    await lab.go('#/tour/4');
    const link = await page.getByRole('link', { name: 'Open this experiment in Play' }).getAttribute('href');
    const query = new URLSearchParams((link as string).split('?')[1]);
    let input = presetInput(query.get('preset') as string) as Record<string, unknown>;
    for (const [path, value] of query) {
      if (path !== 'v' && path !== 'preset') input = assign(input, parseAssignment(`${path}=${value}`));
    }
    const specification = validateSpecification(input, 'the link');
    const { train, test } = specification.data;
    const dataset = builtIn('strokes', { train, test });
    const store = new MemoryStore();
    const engine = { version: 'test', engine: 'Node', platform: 'test' };
    const laboratory = new Laboratory({ store, machine: { ...engine, processor: 'unknown' } });
    const executor = new LocalExecutor({ kernels: await loadKernels(), dataset, store, engine });
    const { results } = await laboratory.run(planRun(specification, dataset), { executor, command: 'a test' });
    expect(results?.digest).toBe(digests[3]);
    await page.getByRole('link', { name: 'Open this experiment in Play' }).click();
    await page.locator('.play .digest code').waitFor();
    expect(await page.locator('.play .digest code').textContent()).toBe(digests[3]);
  });

  it('shows what was run before after a reload, and runs it again to the same digest', async () => {
    const { page } = lab;
    await lab.go('#/tour/3');
    await page.getByText('All 12 trainings are finished').waitFor();
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByText('the same as before, to the last bit').waitFor();
    expect(await digestOn(page)).toBe(digests[2]);
  });

  it('pauses, and goes on to the same digest', async () => {
    const { page } = lab;
    await lab.go('#/tour/2');
    await page.getByRole('button', { name: 'Run again' }).click();
    // The button stays where the focus is.
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('the same as before, to the last bit').waitFor();
    expect(await digestOn(page)).toBe(digests[1]);
    expect(lab.errors).toEqual([]);
  });

  it('turns pages by the arrow keys, but not while a control has the focus', async () => {
    const { page } = lab;
    await lab.go('#/tour/1');
    const heading = (step: number) => page.getByRole('heading', { name: `${step} of 6` });
    await heading(1).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
    await heading(2).waitFor();
    expect(await heading(2).evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    await page.getByRole('button', { name: 'Next' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    await heading(2).waitFor();
    await page.keyboard.press('Enter');
    await heading(3).waitFor();
    expect(new URL(page.url()).hash).toBe('#/tour/3');
  });

  it('says what networks take a drawing for, drawn by mouse and by keyboard', async () => {
    const { page } = lab;
    await lab.go('#/tour/4');
    const sheet = page.getByRole('application');
    await sheet.scrollIntoViewIfNeeded();
    const box = (await sheet.boundingBox()) as { x: number; y: number; width: number; height: number };
    const at = (x: number, y: number) => [box.x + (box.width * x) / 28, box.y + (box.height * y) / 28] as const;
    // A seven, small and in a corner: it is moved and scaled as the data are.
    await page.mouse.move(...at(3, 4));
    await page.mouse.down();
    await page.mouse.move(...at(12, 4), { steps: 6 });
    await page.mouse.move(...at(7, 14), { steps: 8 });
    await page.mouse.up();
    const best = async () =>
      page
        .locator('.draw td.best')
        .evaluateAll((cells) => cells.map((cell) => cell.parentElement?.querySelector('th')?.textContent));
    await expect.poll(best).toEqual(['7', '7', '7']);
    await expect
      .poll(() => heard(page))
      .toMatch(/dense network: 7, \d+%; ticket: 7, \d+%; random re-initialisation: 7, \d+%/);

    await page.getByRole('button', { name: 'Clear' }).click();
    await sheet.focus();
    for (let step = 0; step < 8; step++) await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Space');
    await expect.poll(() => heard(page)).toBe('Pen down at column 14, row 6.');
    for (let step = 0; step < 16; step++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await expect.poll(best).toEqual(['1', '1', '1']);

    await page.getByRole('button', { name: 'Take a test picture' }).click();
    await page.getByText('Test picture 1 of 1000, labelled').waitFor();
    await page.getByRole('button', { name: 'One they disagree on' }).click();
    await page.getByText(/These 3 networks disagree on \d+ of the 1,000 test pictures/).waitFor();
    await expect.poll(async () => new Set(await best()).size).toBeGreaterThan(1);
    expect(lab.errors).toEqual([]);
  });

  it('is for everyone: axe finds nothing serious, in both themes, and no page is wider than a phone', async () => {
    const { page } = lab;
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const step of [1, 4, 6]) {
        await lab.go(`#/tour/${step}`);
        await page.getByText(/^All \d+ trainings are finished/).waitFor();
        expect(await seriousFaults(page), `step ${step}, ${colorScheme}`).toEqual([]);
        await page.setViewportSize({ width: 390, height: 844 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
        await page.setViewportSize({ width: 1280, height: 800 });
      }
    }
  });
});
