import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, describe, expect, it } from 'vitest';
import { commandIn } from '../fixtures/command.js';
import { needLab, type OpenLab, openLab } from './open-lab.js';

const { lottery, path } = commandIn('keep');

/** Iterations that take longer than the five seconds after which there is a checkpoint, also on a fast machine. */
const LONG = 6_000;

const settings = (iterations: number, trials: number, hidden = '20') =>
  `v=1&preset=quickstart&network={hidden:+[${hidden}]}&data.train=600&data.test=200&data.validation=100&iterations=${iterations}&evaluateEvery=${iterations > 1000 ? 1000 : 20}&trials=${trials}&levels=2&measures.loss=2`;

let open: OpenLab[] = [];
afterEach(async () => {
  for (const lab of open) await lab.close();
  open = [];
});

async function labAt(place: string): Promise<OpenLab> {
  const lab = await openLab(place);
  open.push(lab);
  lab.context.setDefaultTimeout(90_000);
  return lab;
}

const digestIn = async ({ page }: OpenLab): Promise<string> => {
  await page.locator('.digest code').waitFor();
  return (await page.locator('.digest code').textContent()) ?? '';
};

/** Keys of a table of the browser's database. */
const keysOf = ({ page }: OpenLab, table: string) =>
  page.evaluate(
    (name) =>
      new Promise<number>((resolve, reject) => {
        const request = indexedDB.open('lottery-lab');
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          const counted = request.result.transaction(name).objectStore(name).count();
          counted.onsuccess = () => {
            request.result.close();
            resolve(counted.result);
          };
        };
      }),
    table,
  );

const waitUntil = async (so: () => Promise<boolean>): Promise<void> => {
  while (!(await so())) await new Promise((resolve) => setTimeout(resolve, 200));
};

const main = 'button.main';

describe('experiments kept in a browser', () => {
  it('are exported as a store that the command reads, imported into another browser, and removed', async (context) => {
    needLab(context);
    const lab = await labAt(`#/play?${settings(60, 2)}`);
    await lab.page.click(main);
    const digest = await digestIn(lab);
    const saved = async (button: string): Promise<string> => {
      const [file] = await Promise.all([
        lab.page.waitForEvent('download'),
        lab.page.getByRole('button', { name: button, exact: true }).click(),
      ]);
      await file.saveAs(path('saved', file.suggestedFilename()));
      return path('saved', file.suggestedFilename());
    };
    const [report, trainings] = [await saved('Report (HTML)'), await saved('Trainings (CSV)')];
    const weights = await saved('Save');
    await lab.go('#/kept');
    const download = lab.page.waitForEvent('download');
    await lab.page.getByRole('button', { name: 'Export all' }).click();
    const archive = path('lottery-store.zip');
    await (await download).saveAs(archive);
    for (const [name, content] of Object.entries(unzipSync(readFileSync(archive)))) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), content);
    }
    const run = (await lab.page.locator('.experiments tbody th').textContent()) ?? '';
    const verified = await lottery(['verify', '--all', '--store', 'lottery-store']);
    expect(verified.out).toContain('All that was checked matches.');
    expect(verified.out).toContain(digest);
    const shown = await lottery(['show', run, '--store', 'lottery-store']);
    expect([shown.code, shown.err]).toEqual([0, '']);
    expect(shown.out).toContain(digest);
    // What the page saves is what the command writes.
    expect((await lottery(['report', run, '--store', 'lottery-store'])).code).toBe(0);
    const written = (name: string) => readFileSync(path('lottery-store', 'runs', run, name), 'utf8');
    expect(readFileSync(report, 'utf8')).toBe(written('report.html'));
    expect(readFileSync(trainings, 'utf8')).toBe(written('trainings.csv'));
    const cell = basename(weights).split('-')[0];
    expect((await lottery(['export', cell, '--store', 'lottery-store', '--out', 'cell'])).code).toBe(0);
    expect(Buffer.compare(readFileSync(weights), readFileSync(path('cell')))).toBe(0);

    const other = await labAt('#/kept');
    await other.page.getByText('Nothing is kept here yet').first().waitFor();
    writeFileSync(path('broken.zip'), readFileSync(archive).subarray(0, 5000));
    await other.page.setInputFiles('input[type=file]', path('broken.zip'));
    await other.page
      .getByText(/broken\.zip: .*truncated/)
      .first()
      .waitFor();
    expect(await keysOf(other, 'cells')).toBe(0);
    await other.page.setInputFiles('input[type=file]', archive);
    await other.page.getByText('1 experiment and 6 trainings are kept now.').first().waitFor();
    await other.page.getByRole('link', { name: `Open ${run} in Play` }).click();
    expect(await digestIn(other)).toBe(digest);
    await other.go('#/kept');
    await other.page.getByRole('button', { name: `Remove ${run}` }).click();
    await other.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await other.page.getByText('Nothing is kept here yet').first().waitFor();
    for (const table of ['cells', 'weights', 'sizes', 'records', 'checkpoints']) {
      expect(await keysOf(other, table), table).toBe(0);
    }
    expect([...lab.errors, ...other.errors]).toEqual([]);
  });

  it('resume after a reload in the middle of a training, to the digest of one that was not stopped', async (context) => {
    needLab(context);
    const place = `#/play?${settings(LONG, 1, '300')}`;
    const lab = await labAt(place);
    await lab.page.click(main);
    await waitUntil(async () => {
      expect(await lab.page.locator('.digest').count(), 'it was over before there was a checkpoint').toBe(0);
      return (await keysOf(lab, 'checkpoints')) > 0;
    });
    expect(await keysOf(lab, 'cells')).toBeLessThan(3);
    await lab.go(place);
    await lab.page.click(main);
    const resumed = await digestIn(lab);
    const command = [`iterations=${LONG}`, 'network={hidden: [300]}', 'data.train=600', 'data.test=200'];
    const more = ['data.validation=100', 'evaluateEvery=1000', 'trials=1', 'levels=2', 'measures.loss=2'];
    const set = [...command, ...more].flatMap((setting) => ['--set', setting]);
    const { out } = await lottery(['run', 'quickstart', ...set, '--no-report', '--store', join('whole')]);
    expect(out).toContain(resumed);
    expect(lab.errors).toEqual([]);
  });

  it('are trained by one tab at a time: a second waits, and has the result', async (context) => {
    needLab(context);
    const place = `#/play?${settings(LONG / 3, 1, '300')}`;
    const lab = await labAt(place);
    const second = await lab.context.newPage();
    await second.goto(`${lab.url}${place}`);
    await lab.page.click(main);
    await lab.page.getByRole('button', { name: 'Pause' }).waitFor();
    await second.click(main);
    await second.getByText('Another tab of this browser trains this experiment').first().waitFor();
    const digest = await digestIn(lab);
    await second.locator('.digest code').waitFor();
    expect(await second.locator('.digest code').textContent()).toBe(digest);
    expect(lab.errors).toEqual([]);
  });
});
