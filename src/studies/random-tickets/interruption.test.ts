import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Finished, main, runProgram } from '../../../test/fixtures/command.js';
import { commandInFolder, smallSettings } from '../../../test/fixtures/study-command.js';

const { lottery, path } = commandInFolder('interruption');

const study = [
  'study',
  'random-tickets',
  'quickstart',
  ...smallSettings(20, 40),
  ...['--densities', '0.5', '--trials', '2', '--draws', '1', '--examples', '60'],
];

/** Measurements in the store. */
const made = () => {
  const folder = path('lottery-store', 'measurements');
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true }).filter((name) => `${name}`.endsWith('.json')).length
    : 0;
};

/** Runs the study until it has made three more measurements, and sends it a signal. */
function interrupted(signal: NodeJS.Signals): Promise<Finished> {
  const before = made();
  return runProgram(path(), [process.execPath, main, ...study], { signal, when: () => made() >= before + 3 });
}

describe('a study that is stopped while it measures', () => {
  it('keeps what is made, whether asked or killed, and goes on from there', async () => {
    const asked = await interrupted('SIGINT');
    expect(asked.code, asked.err).toBe(1);
    expect(asked.err).toMatch(
      /Stopped\. \d+ of \d+ cells and \d+ of 12 measurements are finished and kept\. Resume with: lottery study random-tickets /,
    );
    const first = made();
    expect(first).toBeGreaterThanOrEqual(3);
    expect(first).toBeLessThan(12);

    const killed = await interrupted('SIGKILL');
    expect(killed.code).toBeNull();
    expect(made()).toBeGreaterThanOrEqual(first + 3);

    const done = lottery(...study, '--json');
    expect(done.code, done.err).toBe(0);
    expect(done.err).toContain('cells, all in the store already.');
    const { measurements } = JSON.parse(done.out);
    expect(measurements).toMatchObject({ planned: 12, finished: 12 });
    expect(readdirSync(path('lottery-store', 'tmp'))).toEqual([]);

    // And comes to the very numbers of a study that nothing happened to, on one thread.
    const whole = lottery(...study, '--json', '--store', 'another', '--workers', '1');
    expect(JSON.parse(whole.out).measurements.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.parse(whole.out).measurements.digest).toBe(measurements.digest);
  });
});
