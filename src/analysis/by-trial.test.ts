import { describe, expect, it } from 'vitest';
import { byTrial, differenceByTrial, overTrials, pairByTrial, type TrialRun } from './by-trial.js';

interface Run extends TrialRun {
  readonly value: number | null;
}

const run = (trial: number, value: number | null, status: Run['status'] = 'done'): Run => ({ trial, value, status });
const measured = ({ value }: Run) => value;

describe('runs by trial', () => {
  const runs = [run(2, 7), run(0, 1), run(2, 9), run(1, 5, 'diverged'), run(3, null)];

  it('are in the order of trials, without those that diverged or lack the value', () => {
    expect([...byTrial(runs, measured)]).toEqual([
      [0, [1]],
      [2, [7, 9]],
    ]);
  });

  it('are averaged within their trial first, and what diverged is counted', () => {
    expect(overTrials(runs, measured)).toMatchObject({ n: 2, runs: 3, leftOut: 1, mean: 4.5, means: [1, 8] });
    expect(overTrials([run(0, 1, 'diverged')], measured)).toBeNull();
  });

  it('are paired where both sides have the trial', () => {
    const others = [run(2, 4), run(1, 2), run(0, 3, 'diverged'), run(0, 2)];
    expect(pairByTrial(runs, others, measured)).toEqual([
      { trial: 0, one: 1, other: 2 },
      { trial: 2, one: 8, other: 4 },
    ]);
    expect(differenceByTrial(runs, others, measured)).toMatchObject({ n: 2, differences: [-1, 4], mean: 1.5 });
    expect(differenceByTrial(runs, [], measured)).toMatchObject({ n: 0, mean: null });
  });
});
