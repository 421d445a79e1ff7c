import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { needBrowser, openPage } from './chromium.js';

it('collects what a page and its workers throw, and leaves nothing behind', async (context) => {
  needBrowser(context);
  const opened = await openPage({ entries: {}, isolated: true });
  const { page, url, folder, errors } = opened;
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error('thrown in the page');
    });
    const code = new Blob(['throw new Error("thrown in a worker")'], { type: 'text/javascript' });
    new Worker(URL.createObjectURL(code));
  });
  const missing = await page.evaluate(async (address) => (await fetch(address)).status, `${url}missing.js`);
  expect(missing).toBe(404);
  await expect.poll(() => errors.join('\n'), { timeout: 60_000 }).toMatch(/thrown in the page/);
  await expect.poll(() => errors.join('\n'), { timeout: 60_000 }).toMatch(/thrown in a worker/);
  await opened.close();
  expect(existsSync(folder)).toBe(false);
  await expect(fetch(url)).rejects.toThrow();
});
