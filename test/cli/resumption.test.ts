import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandIn, digestOf, runTiny } from '../fixtures/command.js';

const { lottery, path } = commandIn('resumption');

describe('a run that is stopped', () => {
  let digest: string | undefined;

  beforeAll(async () => {
    digest = digestOf(await lottery(runTiny('whole')));
    expect(digest).toBeDefined();
  });

  it('resumes after Ctrl-C where it stopped, with the same digest', async () => {
    const slow = ['--set', 'iterations=2500', '--set', 'evaluateEvery=100', '--trials', '1'];
    const stopped = await lottery([...runTiny('interrupted'), ...slow], {
      signal: 'SIGINT',
      when: (printed) => printed.includes('[1/'),
    });
    expect(stopped.code).toBe(1);
    expect(stopped.err).toMatch(
      /Stopped\. [1-4] of 5 cells are finished and kept\. Resume with: lottery run quickstart/,
    );
    const resumed = await lottery([...runTiny('interrupted'), ...slow]);
    expect(resumed.out).toMatch(/5 cells, [1-4] in the store already/);
    const straight = await lottery([...runTiny('straight'), ...slow]);
    expect(digestOf(resumed)).toBeDefined();
    expect(digestOf(resumed)).toBe(digestOf(straight));
  });

  it('survives SIGKILL at any moment', async () => {
    // From before the store exists to amid the last cells: each time as soon as there is one more thing to be seen.
    const finished = () => (existsSync(path('killed', 'cells')) ? readdirSync(path('killed', 'cells')).length : 0);
    const moments: (() => boolean)[] = [
      () => true,
      () => existsSync(path('killed')),
      () => existsSync(path('killed', 'store.json')),
      () => existsSync(path('killed', 'runs')),
      () => existsSync(path('killed', 'tmp')) && readdirSync(path('killed', 'tmp')).length > 0,
      () => finished() > 0,
      () => finished() > 2,
      () => finished() > 5,
    ];
    for (const when of moments) await lottery(runTiny('killed'), { signal: 'SIGKILL', when });
    const resumed = await lottery(runTiny('killed'));
    expect(resumed.err).toBe('');
    expect(digestOf(resumed)).toBe(digest);
    expect(readdirSync(path('killed', 'tmp'))).toEqual([]);
    expect((await lottery(['verify', 'quickstart', '--store', 'killed'])).code).toBe(0);
  });

  it('resumes in the middle of a cell that was killed, with the same bits', async () => {
    const one = ['--trials', '1', '--levels', '1', '--workers', '1', '--checkpoint', '0.05'];
    const long = ['--set', 'iterations=12000', '--set', 'evaluateEvery=1000', ...one];
    const straight = await lottery([...runTiny('long'), ...long]);
    const checkpoints = path('cut', 'checkpoints');
    // The first may be of iteration 0, from which resuming is beginning.
    const seen = new Set<number>();
    const another = (): boolean => {
      const names = existsSync(checkpoints) ? readdirSync(checkpoints) : [];
      const written = names.filter((name) => name.endsWith('.checkpoint')).map((name) => join(checkpoints, name));
      for (const path of written) seen.add(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
      return seen.size > 1;
    };
    const cut = await lottery([...runTiny('cut'), ...long], { signal: 'SIGKILL', when: another });
    expect(cut.signal).toBe('SIGKILL');
    const resumed = await lottery([...runTiny('cut'), ...long]);
    expect(resumed.err).toBe('');
    expect(resumed.out).toMatch(/dense, trial 0, level 0 \(100\.00%\): resumes at iteration [\d,]+ of 12,000/);
    expect(digestOf(resumed)).toBe(digestOf(straight));
    expect(readdirSync(checkpoints)).toEqual([]);
  });
});
