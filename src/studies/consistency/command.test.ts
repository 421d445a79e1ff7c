import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordsOf } from '../../../test/fixtures/read-csv.js';
import { commandInFolder, smallSettings } from '../../../test/fixtures/study-command.js';

const { lottery, path } = commandInFolder('consistency');

const settings = smallSettings(12, 40, 'pruning.rate=0.5');
const study = ['study', 'consistency', 'quickstart', '--only', 'order,data,all', '--densities', '0.3', '--trials', '3'];
const command = [...study, ...settings, '--draws', '2'];

describe('lottery study consistency', () => {
  it('trains, measures and reports once, and prints the command that makes it again', () => {
    const planned = lottery(...command, '--dry-run', '--json');
    expect(planned.code, planned.err).toBe(0);
    const plan = JSON.parse(planned.out);
    // Two levels and the dense network; order and all share their first trial, and each pair has an overlap a level.
    expect(plan.cells).toHaveLength(3 * (1 + 2 * 2 + 3));
    expect(plan.measurements).toHaveLength(3 * (2 * 3 + 2) + 2 * 3);

    const first = lottery(...command);
    expect(first.code, first.err).toBe(0);
    const words = first.out.replace(/\s+/g, ' ');
    expect(words).toMatch(
      /trials that share initialisation and split, and differ in the order of examples find masks that overlap \d\.\d\d times as much as chance/,
    );
    expect(words).toContain('The same search brings masks with their weights shuffled within each layer to');
    expect(first.out).toContain('Layer by layer');
    const report = /Report: (.*report\.html)/.exec(first.out)?.[1] as string;
    const page = readFileSync(path(report), 'utf8');
    expect(page).toContain('<h1>quickstart-consistency</h1>');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
    const figures = readdirSync(path(dirname(report), 'figures'));
    for (const name of ['overlap-maps', 'matching-curves', 'core-and-union', 'core-pixels']) {
      for (const ending of ['svg', 'csv']) expect(figures).toContain(`${name}.${ending}`);
    }

    // Trials of a variation by its name; order and all share their first.
    const trainings = recordsOf(readFileSync(path(dirname(report), 'trainings.csv'), 'utf8'));
    const dense = trainings.filter(({ condition }) => condition === 'dense').map((row) => row.parts);
    expect(dense.sort()).toEqual(['all', 'all', 'data', 'data', 'data', 'order', 'order', 'order all']);

    const again = lottery(...command, '--json');
    expect(again.code).toBe(0);
    const results = JSON.parse(again.out);
    expect(results).toMatchObject({
      study: 'consistency',
      trials: 3,
      cells: { planned: 24, finished: 24, diverged: 0 },
      measurements: { planned: 30, finished: 30 },
    });
    expect(results.command).toContain(
      'lottery study consistency quickstart --densities 0.3 --only order,data,all --draws 2 --set',
    );
    const [order] = results.found.variations;
    expect(order.overlaps).toHaveLength(6);
    expect(results.findings.length).toBeGreaterThan(3);
  });

  it('refuses what it does not know, and says what there is', () => {
    const refused = (...words: string[]) => {
      const { code, err } = lottery('study', 'consistency', ...words);
      expect(code).toBe(2);
      return err;
    };
    expect(refused('--only', 'ordr')).toContain('unknown variation ordr; did you mean order?');
    expect(refused('--match', 'weight')).toContain('unknown choice weight; did you mean weights or masked-weights?');
    expect(refused('--part', '1')).toContain('expected a share above 0 and below 1, such as 0.5.');
    expect(refused('--noise', '0')).toContain('expected a number above 0, such as 0.1.');
    expect(refused('quickstart', '--trials', '1')).toContain('trials is 1; expected 2 or more');
  });
});
