import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandInFolder, shellWords, smallSettings } from '../../../test/fixtures/study-command.js';

const { lottery } = commandInFolder('study');

const settings = smallSettings(20, 60);
const study = ['study', 'schemes', 'quickstart', '--only', 'imp,snip', '--densities', '0.3', '--trials', '2'];
const inStore = (name: string) => [...study, ...settings, '--store', name];

describe('lottery study', () => {
  it('trains schemes beside one another, once, and reports them as a table, a page and numbers', () => {
    const planned = lottery(...inStore('store'), '--dry-run');
    expect(planned.code).toBe(0);
    // Of 40% a round: two densities on the way to 30%, and the dense networks are shared.
    expect(planned.out).toMatch(/imp +iterative magnitude +16 +0\n/);
    expect(planned.out).toMatch(/snip +SNIP +12 +0\n/);
    expect(planned.out).toContain('24 cells to train.');

    const first = lottery(...inStore('store'));
    expect(first.code, first.err).toBe(0);
    expect(first.out).toContain('[24/24]');
    expect(first.out).toMatch(/\niterative magnitude +\d+\.\d\d% \(/);
    expect(first.out).toMatch(/\nSNIP +\d+\.\d\d% \(/);
    expect(first.out).toContain('Tickets beside their controls');
    const report = /Report: (.*report\.html)/.exec(first.out)?.[1] as string;
    const digest = /Digest: ([0-9a-f]{64})/.exec(first.out)?.[1] as string;
    const page = readFileSync(report, 'utf8');
    for (const part of ['iterative magnitude', 'SNIP', '<svg', digest]) expect(page).toContain(part);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
    const figures = join(dirname(report), 'figures');
    const tables = readdirSync(figures).filter((file) => file.endsWith('.csv'));
    expect(tables.length).toBeGreaterThan(0);
    for (const file of tables) {
      const [head, ...rows] = readFileSync(join(figures, file), 'utf8').trim().split('\n');
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row.split(',')).toHaveLength(head.split(',').length);
    }

    const second = lottery(...inStore('store'), '--json');
    expect(second.code).toBe(0);
    expect(second.err).toBe('24 cells, all in the store already.\n');
    const results = JSON.parse(second.out);
    expect(results).toMatchObject({
      study: 'schemes',
      digest,
      report,
      trials: 2,
      found: { densities: [0.3], planned: 22 },
    });
    // Two dense networks; for each scheme and trial a ticket and four controls.
    expect(results.found.points).toHaveLength(2 + 2 * 2 * 5);
    expect(results.findings.length).toBeGreaterThan(0);
    const of = (condition: string) =>
      results.found.points.filter((point: { condition: string }) => point.condition === condition);
    expect(of('dense')).toHaveLength(2);
    expect(of('ticket').map(({ kept }: { kept: number }) => kept.toFixed(3))).toEqual(new Array(4).fill('0.300'));

    // The command that it prints trains the same again elsewhere.
    const words = shellWords(results.command);
    const again = lottery(...words.slice(1), '--store', 'another', '--json');
    expect(JSON.parse(again.out).digest).toBe(digest);
  });

  it.each([
    [
      ['--densities', '0.2,0.5'],
      "'0.2,0.5' is invalid. expected falling shares of weights kept, such as 0.2,0.05,0.02.",
    ],
    [['--densities', '1'], 'expected falling shares'],
    [['--densities', '0.3,'], 'expected falling shares'],
    [['--only', 'imp,snp'], 'unknown scheme snp; did you mean snip?'],
  ])('refuses %j with a sentence, and trains nothing', (words, sentence) => {
    const refused = lottery('study', 'schemes', 'quickstart', '--store', 'none', ...settings, ...words);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(sentence);
    expect(refused.out).toBe('');
  });
});
