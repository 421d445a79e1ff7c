import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandIn, digestOf, type Finished, type Meddling, runTiny } from './fixtures/command.js';
import { LocalSlurm, slurmMissing, textOf } from './fixtures/slurm.js';
import { smallSettings } from './fixtures/study-command.js';
import { until } from './until.js';

const missing = slurmMissing();
if (missing !== null) console.warn(`Tests on a Slurm are skipped: ${missing}.`);

const { lottery: command, path } = commandIn('slurm');

const namesIn = (...parts: string[]): string[] => (existsSync(path(...parts)) ? readdirSync(path(...parts)) : []);

describe.skipIf(missing !== null)('a Slurm of three nodes', () => {
  const slurm = new LocalSlurm();
  const environment = { ...slurm.environment, LOTTERY_HEARTBEAT: '0.2' };
  const lottery = (words: readonly string[], meddling?: Meddling) => command(words, meddling, environment);

  beforeAll(() => slurm.start());
  afterAll(() => {
    const processes = slurm.processes();
    slurm.stop();
    for (const pid of processes) expect(() => process.kill(pid, 0), String(pid)).toThrow();
  });

  const onSlurm = ['--on', 'slurm', '--slurm', 'time=10'];
  /** Cells that take seconds, whose checkpoints come often. */
  const long = (store: string) => [
    ...runTiny(store, '--set', 'iterations=4000', '--set', 'evaluateEvery=500', '--levels', '2', '--checkpoint', '0.2'),
    ...onSlurm,
  ];

  const folderOf = (store: string): string => namesIn(store, 'slurm')[0];
  const logsOf = (store: string): string[] =>
    namesIn(store, 'slurm', folderOf(store))
      .filter((name) => name.endsWith('.log'))
      .map((name) => textOf(path(store, 'slurm', folderOf(store), name)));
  /** Cells that jobs finished, by label, each as often as some job finished it. */
  const trainedIn = (store: string): string[] =>
    logsOf(store).flatMap((log) => [...log.matchAll(/^\[\d+\/\d+\] (.*): test accuracy/gm)].map(([, label]) => label));
  /** Nothing that processes leave to each other is left. */
  const expectTidy = (store: string): void => {
    const left = ['claims', 'workers', 'failures', 'tmp', 'checkpoints'].flatMap((name) => namesIn(store, name));
    expect(left).toEqual([]);
  };
  const expectOnce = (store: string, cells: number): void => {
    const trained = trainedIn(store);
    expect(trained).toHaveLength(cells);
    expect(new Set(trained).size).toBe(cells);
  };

  it('trains a run with the digest of one process, each cell once', async () => {
    const [here, there] = await Promise.all([lottery(runTiny('run-here')), lottery([...runTiny('run'), ...onSlurm])]);
    expect(there.code, there.err).toBe(0);
    expect(digestOf(there)).toBe(digestOf(here));
    expectOnce('run', 10);
    expectTidy('run');
    const again = await lottery([...runTiny('run'), ...onSlurm]);
    expect(again.code).toBe(0);
    expect(again.out).not.toContain('Submitted');
    expect(digestOf(again)).toBe(digestOf(here));
  });

  it('makes a study with the digests of one process', async () => {
    const study = ['study', 'random-tickets', 'quickstart', ...smallSettings(12, 40), '--densities', '0.5'];
    const words = [...study, '--trials', '2', '--draws', '2', '--examples', '60'];
    const digests = ({ out }: Finished) => out.match(/^Digest.*: [0-9a-f]{64}$/gm);
    const [here, there] = await Promise.all([
      lottery([...words, '--store', 'study-here']),
      lottery([...words, '--store', 'study', ...onSlurm]),
    ]);
    expect(there.code, there.err).toBe(0);
    expect(digests(there)).toHaveLength(2);
    expect(digests(there)).toEqual(digests(here));
    expectTidy('study');
  });

  it('goes on after a killed worker, a cancelled job and a controller that was away', async () => {
    const here = lottery(long('trouble-here').filter((word) => !onSlurm.includes(word)));
    let isOver = false;
    const there = lottery(long('trouble')).finally(() => {
      isOver = true;
    });
    const so = (what: () => boolean) => until(() => isOver || what());
    const workers = () => namesIn('trouble', 'workers').filter((name) => name.endsWith('.json'));
    const trained = () => new Set(trainedIn('trouble')).size;
    const checkpoints = () => namesIn('trouble', 'checkpoints');
    await so(() => workers().length > 0 && checkpoints().length > 0);
    // More workers, by hand, with the script that is kept.
    const script = namesIn('trouble', 'slurm', folderOf('trouble')).find((name) => name.endsWith('.sh')) as string;
    const added = slurm.command(
      'sbatch',
      '--parsable',
      '--array=0-1',
      path('trouble', 'slurm', folderOf('trouble'), script),
    );
    await so(() => workers().length === 3 && checkpoints().length >= 2);
    const [worker] = workers().map((name) => JSON.parse(readFileSync(path('trouble', 'workers', name), 'utf8')));
    process.kill(worker.pid, 'SIGKILL');
    await so(() => trained() > 0);
    slurm.command('scancel', `${added.trim()}_1`);
    slurm.controller('stop');
    const before = trained();
    await so(() => trained() > before);
    slurm.controller('start');
    const ended = await there;
    expect(ended.code, ended.err).toBe(0);
    expect(ended.out).toMatch(/Slurm does not answer|Submitted/);
    expect(digestOf(ended)).toBe(digestOf(await here));
    expectOnce('trouble', 6);
    expectTidy('trouble');
  });
});
