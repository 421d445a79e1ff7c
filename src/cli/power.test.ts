import { describe, expect, it } from 'vitest';
import { fixtureResults } from '../../test/fixtures/run-results.js';
import { claimCount, compareRun, statements } from '../analysis/index.js';
import { resolveSpecification } from '../experiments/presets.js';
import { runPowerText, studyPowerText } from './power.js';

const plain = (_style: string, text: string) => text;
const of = (input: object) => resolveSpecification(input);

describe('what a design can show', () => {
  it('is said in ratios and points where spreads are known', () => {
    const text = (trials: number) => runPowerText(of({ extends: 'quickstart', trials }), ['reinitialise'], plain);
    expect(text(6)).toMatch(/^The smallest difference that 6 trials show with 80% power, at the density nearest 21%/);
    const first = (trials: number) =>
      Number(/time to a validation loss of 0\.2 +([\d.]+) times/.exec(text(trials))?.[1]);
    expect(first(6)).toBeGreaterThan(1);
    expect(first(6)).toBeLessThan(first(3));
    expect(text(6)).toMatch(/test accuracy at early stop +[\d.]+ points/);
    expect(studyPowerText(of({ extends: 'quickstart', trials: 5 }))).toMatch(
      /^The smallest difference in test accuracy that 5 trials show with 80% power: [\d.]+ points as one claim alone/,
    );
  });

  it('is said in deviations where none are known, and for one trial that it is nothing', () => {
    const unknown = runPowerText(of({ data: { path: 'mine.npz' }, trials: 5 }), [], plain);
    expect(unknown).toMatch(
      /no spread is known of lenet-300-100 on these data; with 80% power 5 trials show one of 1\.7 standard deviations over trials as one claim alone, of/,
    );
    expect(runPowerText(of({ extends: 'quickstart', trials: 1 }), [], plain)).toMatch(/^One trial .*--trials 5/);
    expect(studyPowerText(of({ extends: 'conv2-cifar10', trials: 3 }))).toMatch(
      /no spread is known of conv-2 on cifar-10/,
    );
    expect(studyPowerText(of({ extends: 'conv2-cifar10', trials: 1 }))).toMatch(/^One trial/);
  });

  it('counts the claims that a page makes', () => {
    for (const loss of [0.15, null]) {
      for (const randomMask of [0, 1]) {
        const found = statements(compareRun(fixtureResults({ loss, randomMask })));
        expect(found.filter(({ outcome }) => outcome !== null)).toHaveLength(claimCount(1 + randomMask, loss !== null));
      }
    }
  });
});
