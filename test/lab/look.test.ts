import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { needLab, type OpenLab, openLab } from './open-lab.js';
import { seriousFaults } from './seen.js';

/** An experiment of two trials and three levels, of which the learning rate may be another. */
const experiment = (lr: number): string =>
  `#/play?v=1&preset=quickstart&network={hidden:+[20]}&data.train=600&data.test=200&data.validation=100&iterations=60&trials=2&levels=3&pruning.densities=[0.5,0.2]&measures.loss=1&optimiser.lr=${lr}`;

describe('looking through the store of a browser', () => {
  let lab: OpenLab;
  /** Names of the two runs, the one that was trained last first. */
  let names: string[] = [];

  beforeEach(needLab);

  beforeAll(async () => {
    lab = await openLab('#/look');
    lab.page.setDefaultTimeout(120_000);
  });

  afterAll(() => lab?.close());

  it('says what to do where nothing is kept yet', async () => {
    const { page } = lab;
    await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();
    expect(await page.getByRole('link', { name: 'Train an experiment' }).getAttribute('href')).toBe('#/play');
  });

  it('lists what was trained, by name and status, and finds it by words', async () => {
    const { page } = lab;
    for (const lr of [0.002, 0.006]) {
      await lab.go(experiment(lr));
      await page.locator('button.main').click();
      await page.getByText('Digest').first().waitFor();
    }
    await lab.go('#/look');
    const rows = page.locator('.records-row').filter({ has: page.locator('a') });
    await rows.nth(1).waitFor();
    names = await rows.locator('a').allTextContents();
    expect(await rows.count()).toBe(2);
    expect(await rows.first().textContent()).toContain('done');
    await page.getByRole('searchbox').fill(names[1]);
    await page.getByText('1 of 2 runs').waitFor();
    expect(new URL(page.url()).hash).toContain(`find=${names[1]}`);
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('shows a run from all sides: what is chosen is the address, and every point leads to its trainings', async () => {
    const { page } = lab;
    await lab.go(`#/look/run/${names[0]}`);
    await page.locator('.look-chart svg').waitFor();
    await page.getByLabel('measure').selectOption('curve-validation-loss');
    await page.getByLabel('single trials').check();
    expect(new URL(page.url()).hash).toContain('measure=curve-validation-loss');
    expect(new URL(page.url()).hash).toContain('trials=each');
    await page.getByLabel('measure').selectOption('test-end');
    // By keys alone: a range by two numbers, and the trainings of a point from the table.
    await page.getByLabel('from').fill('10');
    await page.getByLabel('to', { exact: true }).fill('60');
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).hash).toContain('from=10&to=60');
    await page.getByText('The numbers of this figure').press('Enter');
    await page.locator('.numbers-row button').first().press('Enter');
    expect(await page.locator('.picked li').count()).toBe(2);
    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).hash).not.toContain('from=');
    expect(await seriousFaults(page)).toEqual([]);
    await page.locator('.picked a').first().click();
    await page.getByRole('heading', { name: 'What it is made from' }).waitFor();
    expect(await page.locator('h2').first().textContent()).toMatch(/^ticket, trial 1, level/);
    expect(await page.locator('.chain a').first().textContent()).toBe('dense network');
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('saves the numbers of a run, and the weights of its networks where they are in this browser', async () => {
    const { page } = lab;
    await lab.go(`#/look/run/${names[0]}`);
    const saved = async (button: string): Promise<string> => {
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: button, exact: true }).click(),
      ]);
      return file.suggestedFilename();
    };
    expect(await saved('Trainings (CSV)')).toMatch(/\.csv$/);
    expect(await saved('Save')).toMatch(/\.safetensors$/);
  });

  it('shows a stretch of a figure that a pointer is drawn over', async () => {
    const { page } = lab;
    await lab.go(`#/look/run/${names[0]}?measure=curve-validation-loss`);
    const chart = page.locator('.look-chart svg');
    await chart.waitFor();
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    if (box === null) throw new Error('the figure is not seen');
    await page.mouse.move(box.x + 0.3 * box.width, box.y + 150);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.4 * box.width, box.y + 150);
    await page.mouse.move(box.x + 0.7 * box.width, box.y + 150);
    await page.mouse.up();
    await expect.poll(() => new URL(page.url()).hash).toMatch(/from=[\d.]+&to=[\d.]+/);
  });

  it('lays two runs over one another, with what differs named, and pairs the trials that share their seeds', async () => {
    const { page } = lab;
    await lab.go('#/look');
    for (const name of names) await page.getByLabel(`Select ${name} to compare`).check();
    await page.getByRole('link', { name: 'Compare 2 runs' }).click();
    await page.locator('.look-chart svg').waitFor();
    const settings = page.getByRole('region', { name: 'Settings that differ' }).locator('tbody tr');
    expect(await settings.count()).toBe(1);
    expect(await settings.textContent()).toContain('optimiser.lr');
    await page.getByLabel('against').first().selectOption('optimiser.lr');
    expect(new URL(page.url()).hash).toContain('x=optimiser.lr');
    const pairs = page.getByRole('region', { name: 'Paired comparisons' }).locator('tbody tr');
    expect((await pairs.first().locator('th, td').allTextContents()).slice(1, 4)).toEqual([
      'dense network',
      '100',
      '2',
    ]);
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('fits a phone, in both themes', async () => {
    const { page } = lab;
    await page.setViewportSize({ width: 390, height: 844 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const place of ['#/look', `#/look/run/${names[0]}`, `#/look/compare?runs=${names.join()}`]) {
        await lab.go(place);
        await page
          .locator(place === '#/look' ? '.records-row a' : '.look-chart svg')
          .first()
          .waitFor();
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
        expect(await seriousFaults(page)).toEqual([]);
      }
    }
    expect(lab.errors).toEqual([]);
  });
});
