import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandInFolder, shellWords, smallSettings } from '../../../test/fixtures/study-command.js';

const { lottery, path } = commandInFolder('stability');

// 400 examples less 100 in batches of 60: five steps an epoch.
const settings = smallSettings(20, 60, 'pruning.rate=0.5');
const study = [
  ...['study', 'stability', 'quickstart', '--points', '5', '--training-examples', '50'],
  ...['--rewinds', '0,2ep', '--densities', '0.3', '--trials', '2'],
  ...settings,
];

describe('lottery study stability', () => {
  it('trains children, measures lines, and reports what it found', () => {
    // A trial: of every network and rewind two children, the first of the dense network from 0 being itself; a rung; and the
    // dense network that keeps its weights for the later rewind.
    const cells = 2 * (2 * 2 + 2 * (2 + 1) + 1);
    // Children of two networks and two rewinds; ticket to dense and to the round before; trials: dense twice, tickets thrice.
    const lines = 2 * 4 + 2 * 2 * 2 + 2 + 3;

    const first = lottery(...study);
    expect(first.code, first.err).toBe(0);
    expect(first.out).toContain('Stability, and whether tickets match');
    expect(first.out).toContain('Children of the dense network');
    expect(first.out).toContain('Between trials, before and after matching');
    expect(first.out).not.toMatch(/NaN|undefined|Infinity/);
    const report = /Report: (.*report\.html)/.exec(first.out)?.[1] as string;
    const page = readFileSync(path(report), 'utf8');
    for (const part of ['barrier-by-rewind', 'error-between-trials', '<svg', 'Linear Mode Connectivity']) {
      expect(page).toContain(part);
    }
    expect(page).not.toMatch(/NaN|undefined|Infinity/);

    const again = lottery(...study, '--json');
    expect(again.code, again.err).toBe(0);
    expect(again.err).toContain('all in the store already');
    const results = JSON.parse(again.out);
    expect(results).toMatchObject({
      study: 'stability',
      cells: { planned: cells, finished: cells, diverged: 0 },
      measurements: { planned: lines, finished: lines },
      found: { rewinds: [0, 10], densities: [1, 0.3], trials: 2, children: 2, points: 5, at: 'end' },
    });
    expect(results.found.lines).toHaveLength(lines);

    // The command that it prints asks for the same again.
    const same = lottery(...shellWords(results.command).slice(1), '--dry-run', '--json');
    const { cells: planned, measurements } = JSON.parse(same.out);
    for (const { present } of [...planned, ...measurements]) expect(present).toBe(true);
  });

  it.each([
    [['--rewinds', '0,2 epochs'], '2 epochs is not a time in the dense training; expected iterations or epochs'],
    [['--rewinds', '0,10,2ep'], 'rewinds has 10 and 2ep, which are both iteration 10; expected each once.'],
    [['--rewinds', '0,60'], 'rewinds has 60, which leaves nothing to train; expected less than iterations, 60.'],
    [
      ['--rewinds', '0,999999'],
      'rewinds has 999999, which leaves nothing to train; expected less than iterations, 60.',
    ],
    [['--children', '1'], 'expected a whole number of at least 2.'],
    [['--estimate', '--rewinds', '0'], 'has no batch normalisation whose running statistics'],
  ])('refuses %j with a sentence, and trains nothing', (words, sentence) => {
    const refused = lottery('study', 'stability', 'quickstart', '--store', 'none', ...settings, ...words);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(sentence);
    expect(refused.out).toBe('');
  });
});
