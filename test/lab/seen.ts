import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/**
 * Waits until a page shows what it has to show: nothing of it is awaited any more, and nothing has changed for half a second. That no
 * request is on its way says less: those of a worker that was ended in the middle of one never end for the browser's driver.
 */
export const settled = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const awaited = /^(Loading|Looking|Reading|Preparing|Drawing)\b/;
    const waits = () =>
      Array.from(document.querySelectorAll('main p')).some((one) => awaited.test(one.textContent ?? ''));
    let last = performance.now();
    const observer = new MutationObserver(() => {
      last = performance.now();
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    while (waits() || performance.now() - last < 500) await new Promise((resolve) => setTimeout(resolve, 50));
    observer.disconnect();
  });

/** What axe finds serious or critical on a page, each with the first places where it is. */
export const seriousFaults = (page: Page): Promise<string[]> => faults(page, ['serious', 'critical']);

/** What axe finds on a page: all of it, or what is of some impacts. */
export async function faults(page: Page, impacts?: readonly string[]): Promise<string[]> {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: unknown[] }> } };
    return (await axe.run()).violations;
  });
  return (violations as Violation[])
    .filter(({ impact }) => impacts === undefined || impacts.includes(impact ?? ''))
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(({ html, failureSummary }) => `${html} (${failureSummary})`)
          .join('; ')}`,
    );
}
