import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandInFolder, shellWords, smallSettings } from '../../../test/fixtures/study-command.js';

const { lottery, path } = commandInFolder('rewind');

// 400 examples less 100 in batches of 60: five steps an epoch.
const settings = smallSettings(20, 60, 'pruning.rate=0.5');
const study = [
  ...['study', 'rewind', 'quickstart', '--random-mask', '1'],
  ...['--rewinds', '0,2ep', '--densities', '0.3', '--trials', '2'],
  ...settings,
];

describe('lottery study rewind', () => {
  it('trains a ticket of each rewind beside its controls, and reports what it found', () => {
    const before = lottery(...study, '--dry-run');
    expect(before.out).toMatch(/dense +4 +0\n/);
    expect(before.out).toMatch(/ticket +8 +0\n/);
    expect(before.out).toMatch(/reinitialise +4 +0\n/);
    expect(before.out).toMatch(/random-mask +4 +0\n/);

    const { code, out, err } = lottery(...study, '--json');
    expect(code, err).toBe(0);
    const results = JSON.parse(out);
    expect(results).toMatchObject({
      study: 'rewind',
      cells: { planned: 20, finished: 20 },
      measurements: { planned: 0 },
    });
    // A dense network, two tickets, and a random mask and a re-initialisation of each, per trial.
    expect(results.found.trained).toHaveLength(2 * (1 + 2 + 2 + 2));
    const page = readFileSync(path(results.report), 'utf8');
    expect(page).toContain('accuracy-by-rewind');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);

    // The command that it prints asks for the same again.
    const same = lottery(...shellWords(results.command).slice(1), '--dry-run', '--json');
    const { cells: planned, measurements } = JSON.parse(same.out);
    for (const { present } of [...planned, ...measurements]) expect(present).toBe(true);
  });

  it.each([
    [['--densities', '0.2,0.5'], 'expected falling shares of weights kept'],
    [['--rewinds', '0,60'], 'rewinds has 60, which leaves nothing to train; expected less than iterations, 60.'],
  ])('refuses %j with a sentence, and trains nothing', (words, sentence) => {
    const refused = lottery('study', 'rewind', 'quickstart', '--store', 'none', ...settings, ...words);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(sentence);
    expect(refused.out).toBe('');
  });
});
