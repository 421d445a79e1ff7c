import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandInFolder, smallSettings } from '../../../test/fixtures/study-command.js';

const { lottery } = commandInFolder('random');

const settings = smallSettings(12, 40);
const study = ['study', 'random-tickets', 'quickstart', ...settings, '--densities', '0.5', '--trials', '2'];

describe('lottery study random-tickets', () => {
  it('trains and measures random tickets once, and says where the winner stands among them', () => {
    const words = [...study, '--draws', '4', '--examples', '60', '--store', 'store'];
    const planned = lottery(...words, '--dry-run');
    expect(planned.code, planned.err).toBe(0);
    expect(planned.out).toMatch(/random-mask +8 +0\n/);
    expect(planned.out).toMatch(/reinitialise +8 +0\n/);
    // Of 40% a round there is one on the way to half of the weights, and that one.
    expect(planned.out).toMatch(/ticket +4 +0\n/);
    expect(planned.out).toContain('36 measurements to make.');

    const first = lottery(...words);
    expect(first.code, first.err).toBe(0);
    expect(first.out).toContain('measured [36/36]');
    expect(first.out).toMatch(/The winning ticket is more accurate than .* random masks at 50\.0% of\s+weights/);
    expect(first.out).toContain('Where the winning ticket stands');
    expect(first.out).not.toMatch(/NaN|undefined|Infinity/);
    const report = /Report: (.*report\.html)/.exec(first.out)?.[1] as string;
    const digest = /Digest: ([0-9a-f]{64})/.exec(first.out)?.[1] as string;
    const page = readFileSync(report, 'utf8');
    for (const part of ['random masks', 'Which properties before training', 'Hutchinson 1989', '<svg', digest]) {
      expect(page).toContain(part);
    }
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
    const figures = join(dirname(report), 'figures');
    const tables = readdirSync(figures).filter((file) => file.endsWith('.csv'));
    expect(tables).toEqual(
      ['accuracies', 'best-property', 'correlations', 'effects', 'speeds'].flatMap((name) => `${name}-50.0.csv`),
    );
    for (const file of tables) {
      const [head, ...rows] = readFileSync(join(figures, file), 'utf8').trim().split('\n');
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row.split(',')).toHaveLength(head.split(',').length);
    }

    const second = lottery(...words, '--json');
    expect(second.code).toBe(0);
    expect(second.err).toContain('all in the store already');
    const results = JSON.parse(second.out);
    expect(results).toMatchObject({
      study: 'random-tickets',
      digest,
      report,
      cells: { planned: 22, finished: 22, diverged: 0 },
      measurements: { planned: 36, finished: 36 },
    });
    expect(results.found.tickets).toHaveLength(2 + 2 * 9);
    expect(results.found.properties.examples).toBe(60);
    // The command that it prints means the same study.
    const own = '--densities 0.5 --draws 4 --examples 60';
    expect(results.command).toContain(`lottery study random-tickets quickstart ${own} --set`);
  });

  it('makes only the ranks on request, from trained cells', () => {
    const words = [...study, '--draws', '2', '--kinds', 'reinitialise', '--accuracy', 'end', '--no-properties'];
    const { code, out, err } = lottery(...words, '--store', 'store', '--json');
    expect(code, err).toBe(0);
    const { found, measurements, cells } = JSON.parse(out);
    expect(measurements).toEqual({ planned: 0, finished: 0, digest: null });
    expect(cells.planned).toBe(2 * (1 + 2 + 2));
    expect(found).toMatchObject({ kinds: ['reinitialise'], at: 'end', properties: null });
    expect(err).toContain('all in the store already');
  });

  it.each([
    [['--kinds', 'random-masks'], 'unknown kind of random ticket random-masks; did you mean random-mask?'],
    [['--draws', '0'], 'expected a whole number of at least 1.'],
    [['--accuracy', 'middle'], 'expected early-stop or end.'],
    [['--densities', '0.2,0.5'], 'expected falling shares of weights kept'],
  ])('refuses %j with a sentence, and trains nothing', (words, sentence) => {
    const refused = lottery(...study, '--store', 'none', ...words);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(sentence);
    expect(refused.out).toBe('');
  });
});
