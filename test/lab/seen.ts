import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

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
