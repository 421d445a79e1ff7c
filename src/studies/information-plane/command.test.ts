import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandInFolder, smallSettings } from '../../../test/fixtures/study-command.js';

const command = commandInFolder('information');
const lottery = (...words: string[]) => command.lottery('study', 'information-plane', ...words);

describe('lottery study information-plane', () => {
  it('trains, measures and reports once, and makes nothing twice', () => {
    const words = [
      'quickstart',
      ...smallSettings(20, 60),
      ...['--density', '0.5', '--points', '8', '--trials', '2', '--store', 'store'],
    ];
    const planned = lottery(...words, '--dry-run');
    expect(planned.code, planned.err).toBe(0);
    // In each trial the dense network, three rounds on the way to half of the weights, and the four that are shown.
    expect(planned.out).toMatch(/dense +4 +0\n/);
    expect(planned.out).toMatch(/random-mask +2 +0\n/);
    expect(planned.out).toContain('8 measurements to make.');

    const first = lottery(...words);
    expect(first.code, first.err).toBe(0);
    expect(first.out).toContain('Which claims depend on the estimator');
    expect(first.out).toMatch(/Of 13 claims by 5 estimators, one estimator supports what another contradicts in \d/);
    expect(first.out).not.toMatch(/NaN|undefined/);
    const report = /Report: (.*report\.html)/.exec(first.out)?.[1] as string;
    const page = readFileSync(report, 'utf8');
    for (const part of ['plane-over-training', 'type="range"', 'Kraskov et al. 2004', 'log2 N'])
      expect(page).toContain(part);
    expect(readdirSync(join(dirname(report), 'figures')).filter((name) => name.endsWith('.svg'))).toHaveLength(11);

    const again = lottery(...words, '--json');
    expect(again.code).toBe(0);
    expect(again.err).toContain('all in the store already');
    const { found, measurements, command } = JSON.parse(again.out);
    expect(measurements).toMatchObject({ planned: 8, finished: 8 });
    expect(found.courses).toHaveLength(8);
    expect(found.courses[0].measured.moments.map(({ iteration }: { iteration: number }) => iteration)).toEqual([
      0, 1, 2, 4, 8, 15, 30, 60,
    ]);
    // Options at their defaults, such as the estimators, are omitted.
    expect(command).toMatch(/^lottery study information-plane quickstart --density 0\.5 --points 8 --set /);

    // Other estimators are measured again, of cells that are in the store.
    const others = lottery(
      ...words,
      '--estimators',
      'corrected-binning,unit-quantile-bins',
      '--bins',
      '5',
      '--from',
      'test',
    );
    expect(others.code, others.err).toBe(0);
    expect(others.out).toMatch(/cells, all in the store already/);
    expect(others.out).toContain('Of 13 claims by 2 estimators');
  });

  it('looks at all patterns of the 12-bit task', () => {
    const words = ['binary-12-tanh', '--density', '0.5', '--trials', '1', '--points', '3', '--estimators', 'binning'];
    const { code, out, err } = lottery(
      ...words,
      '--set',
      'iterations=200',
      '--set',
      'evaluateEvery=100',
      '--store',
      'binary',
      '--json',
    );
    expect(code, err).toBe(0);
    const { found } = JSON.parse(out);
    const { examples, layers, moments } = found.courses[0].measured;
    expect(examples).toBe(4096);
    expect(layers.map(({ name }: { name: string }) => name)).toEqual(['fc1', 'fc2', 'fc3', 'fc4', 'fc5', 'output']);
    expect(moments[0].estimates[0].binning.ofInput).toBe(12);
    expect(found.settings.noise).toBe(0.001);
  });

  it.each([
    [['--density', '1.5'], 'expected a share above 0 and below 1, such as 0.5.'],
    [['--estimators', 'bining'], 'unknown estimator bining; did you mean binning?'],
    [['--noise', '0'], 'expected a variance above 0'],
    [['--points', '2'], 'expected a whole number from 3 to 100'],
    [['--points', '500'], 'expected a whole number from 3 to 100'],
    [['--from', 'validation'], 'expected test, train, or all'],
  ])('refuses %j with a sentence, and trains nothing', (words, sentence) => {
    const { code, out, err } = lottery('quickstart', ...smallSettings(20, 60), '--store', 'none', ...words);
    expect(err).toContain(sentence);
    expect(code).toBe(2);
    expect(out).toBe('');
  });
});
