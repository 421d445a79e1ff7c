import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { TestContext } from 'vitest';
import { needBrowser, type OpenBrowser, openBrowser } from '../browser/chromium.js';
import { serve } from '../browser/serve.js';

/** The built lab. */
export const labFolder = fileURLToPath(new URL('../../dist/lab', import.meta.url));

/** Skips a test that needs the lab in a browser where there is no browser, or the lab is not built, and says why. */
export function needLab(context: TestContext): void {
  needBrowser(context);
  if (existsSync(join(labFolder, 'index.html'))) return;
  const reason = 'the lab is not built: npm run build:lab';
  console.warn(`skipped: ${reason}`);
  context.skip(reason);
}

export interface OpenLab extends OpenBrowser {
  readonly page: Page;
  /** Of the lab, with a slash at its end. */
  readonly url: string;
  /** Goes to a place of the lab, such as `#/play`, anew. */
  go(place: string): Promise<void>;
}

/**
 * Opens the built lab in a headless browser, in a profile of its own, from a host of static files under a path of its own.
 *
 * @param isolated whether the host isolates the page, so that threads may share memory; default: yes
 */
export async function openLab(place = '', { isolated = true } = {}): Promise<OpenLab> {
  const browser = await openBrowser();
  try {
    const server = await serve(labFolder, { isolated });
    browser.onClose(() => server.close());
    // What never comes should fail the test that waits for it, not stop all of them.
    browser.context.setDefaultTimeout(120_000);
    const page = await browser.context.newPage();
    const go = async (to: string): Promise<void> => {
      // Another hash alone would not load the page again.
      await page.goto('about:blank');
      await page.goto(`${server.url}${to}`);
    };
    await go(place);
    return { ...browser, page, url: server.url, go };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
