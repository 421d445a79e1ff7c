import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandInFolder, shellWords, smallSettings } from '../fixtures/study-command.js';

const { lottery, path } = commandInFolder('rewinds');

// 400 examples less 100 in batches of 60: five steps an epoch.
const settings = smallSettings(20, 60, 'pruning.rate=0.5');
const asked = ['--rewinds', '0,2ep', '--densities', '0.3', '--trials', '2', ...settings];
const stability = ['study', 'stability', 'quickstart', '--points', '5', '--training-examples', '50', ...asked];
const rewind = ['study', 'rewind', 'quickstart', '--random-mask', '1', ...asked];

describe('lottery study stability and lottery study rewind', () => {
  it('train each ticket once for both, measure lines, and report what they found', () => {
    // A trial: of every network and rewind two children, the first of the dense network from 0 being itself; a rung; and the
    // dense network that keeps its weights for the later rewind.
    const cells = 2 * (2 * 2 + 2 * (2 + 1) + 1);
    // Children of two networks and two rewinds; ticket to dense and to the round before; trials: dense twice, tickets thrice.
    const lines = 2 * 4 + 2 * 2 * 2 + 2 + 3;

    const first = lottery(...stability);
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

    const again = lottery(...stability, '--json');
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

    // Tickets and dense networks are those that the study of stability trained: controls alone are new.
    const rewound = lottery(...rewind, '--dry-run');
    expect(rewound.out).toMatch(/dense +4 +4\n/);
    expect(rewound.out).toMatch(/ticket +8 +8\n/);
    expect(rewound.out).toMatch(/reinitialise +2 +0\n/);
    expect(rewound.out).toMatch(/random-mask +4 +0\n/);
    const other = lottery(...rewind, '--json');
    expect(other.code, other.err).toBe(0);
    const found = JSON.parse(other.out);
    expect(found).toMatchObject({
      study: 'rewind',
      cells: { planned: 18, finished: 18 },
      measurements: { planned: 0 },
    });
    // A dense network, two tickets and their random masks, and a re-initialised one per trial.
    expect(found.found.trained).toHaveLength(2 * (1 + 2 + 2 + 1));
    expect(readFileSync(path(found.report), 'utf8')).toContain('accuracy-by-rewind');

    // The commands that they print ask for the same again.
    for (const { command } of [results, found]) {
      const same = lottery(...shellWords(command).slice(1), '--dry-run', '--json');
      const { cells: again, measurements } = JSON.parse(same.out);
      for (const { present } of [...again, ...measurements]) expect(present).toBe(true);
    }
  });

  it.each([
    [
      ['stability', '--rewinds', '0,2 epochs'],
      '2 epochs is not a time in the dense training; expected iterations or epochs',
    ],
    [
      ['stability', '--rewinds', '0,10,2ep'],
      'rewinds has 10 and 2ep, which are both iteration 10; expected each once.',
    ],
    [
      ['stability', '--rewinds', '0,60'],
      'rewinds has 60, which leaves nothing to train; expected less than iterations, 60.',
    ],
    [['stability', '--children', '1'], 'expected a whole number of at least 2.'],
    [['stability', '--estimate', '--rewinds', '0'], 'has no batch normalisation whose running statistics'],
    [['rewind', '--densities', '0.2,0.5'], 'expected falling shares of weights kept'],
  ])('refuse %j with a sentence, and train nothing', ([kind, ...words], sentence) => {
    const refused = lottery('study', kind, 'quickstart', '--store', 'none', ...settings, ...words);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(sentence);
    expect(refused.out).toBe('');
  });
});
