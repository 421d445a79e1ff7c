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
  /** Cells that take seconds. */
  const long = (store: string) =>
    runTiny(store, '--set', 'iterations=8000', '--set', 'evaluateEvery=1000', '--levels', '2', '--checkpoint', '0.2');

  const folderOf = (store: string): string => namesIn(store, 'slurm')[0];
  const logsOf = (store: string): string[] =>
    namesIn(store, 'slurm', folderOf(store))
      .filter((name) => name.endsWith('.log'))
      .map((name) => textOf(path(store, 'slurm', folderOf(store), name)));
  /** Cells that jobs finished, by label, each as often as some job finished it. */
  const trainedIn = (store: string): string[] =>
    logsOf(store).flatMap((log) => [...log.matchAll(/^\[\d+\/\d+\] (.*): test accuracy/gm)].map(([, label]) => label));
  /** Nothing that processes leave to each other is left. */
  const expectTidy = (store: string, ...but: string[]): void => {
    const places = ['claims', 'workers', 'failures', 'tmp', 'checkpoints'].filter((name) => !but.includes(name));
    expect(places.flatMap((name) => namesIn(store, name))).toEqual([]);
  };
  /** Has what a killed process left half written cleared away, as by every process that begins to work on a store. */
  const clear = async (store: string) => expect((await lottery(['work', '--store', store])).code).toBe(0);
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
    const here = lottery(long('trouble-here'));
    let isOver = false;
    const there = lottery([...long('trouble'), ...onSlurm]).finally(() => {
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
    await clear('trouble');
    expectTidy('trouble');
  });

  const oneCell = (store: string) =>
    runTiny(store, '--set', 'iterations=16000', '--set', 'evaluateEvery=2000', '--trials', '1', '--levels', '1');
  const inParts = ['--checkpoint', '0.2', ...onSlurm];
  const resumed = (store: string) =>
    logsOf(store)
      .join('')
      .match(/resumes at iteration/g)?.length ?? 0;
  /** Warns the only job of a store of its time limit, as Slurm does, once there is a checkpoint. */
  const warn = async (store: string) => {
    await until(() => namesIn(store, 'checkpoints').length > 0);
    const [log] = namesIn(store, 'slurm', folderOf(store)).filter((name) => name.endsWith('.log'));
    const job = log.replace('.log', '');
    slurm.command('scancel', '--batch', '--signal=USR1', job);
    return job;
  };

  it('goes on in another job near the time limit, where none may be queued again', async () => {
    const here = lottery(oneCell('limit-here'));
    const there = lottery([...oneCell('limit'), ...inParts, '--slurm', 'flags=--no-requeue']);
    await warn('limit');
    const ended = await there;
    expect(ended.code, ended.err).toBe(0);
    expect(ended.out.match(/Submitted job/g)).toHaveLength(2);
    expect(digestOf(ended)).toBe(digestOf(await here));
    expect(resumed('limit')).toBe(1);
    expectOnce('limit', 1);
    expectTidy('limit');
  });

  it('queues an array task again near the time limit, by its own number, with nobody watching', async () => {
    const left = await lottery([...oneCell('requeued'), ...inParts, '--detach']);
    expect(left.code, left.err).toBe(0);
    expect(left.out).toMatch(/The jobs go on by themselves\.\n.*lottery status quickstart-[0-9a-f]{8} --watch --store/);
    const job = await warn('requeued');
    const state = () => slurm.command('squeue', '-h', '-r', '-t', 'all', `--jobs=${job}`, '--format=%i %T %r').trim();
    await until(() => state() === `${job} PENDING BeginTime`);
    // Slurm waits two minutes before what is queued again begins.
    slurm.command('scontrol', 'update', `jobid=${job}`, 'starttime=now');
    const joined = await lottery([...oneCell('requeued'), ...inParts]);
    expect(joined.code, joined.err).toBe(0);
    expect(digestOf(joined)).toBe(digestOf(await lottery(oneCell('limit-here'))));
    // So early Slurm may still be ending the task's first process, and end the second one with it: then there is a third.
    expect(resumed('requeued')).toBeGreaterThan(0);
    await clear('requeued');
    expectTidy('requeued');
  });

  it('cancels the jobs of a run and no others', async () => {
    const other = slurm.command('sbatch', '--parsable', '--output=/dev/null', '--wrap=sleep 60').trim();
    const watching = lottery([...long('cancelled'), ...onSlurm]);
    await until(() => namesIn('cancelled', 'checkpoints').length > 0);
    const cancelled = await lottery(['cancel', 'quick', '--store', 'cancelled']);
    expect(cancelled.out).toMatch(/^Cancelled 1 array task of quickstart-[0-9a-f]{8}: job \d+\.$/m);
    const watched = await watching;
    expect(watched.code).toBe(1);
    expect(watched.err).toContain('the jobs were cancelled');
    const alive = () => slurm.command('squeue', '-h', '--format=%i').trim();
    await until(() => alive() === other);
    slurm.command('scancel', other);
    expect((await lottery(['cancel', 'quick', '--store', 'cancelled'])).out).toMatch(/^No job of quickstart/);
    expectTidy('cancelled', 'checkpoints');
  });

  it.each([
    ['partition=nosuch', 'invalid partition specified: nosuch'],
    ['memory=9000G', 'Requested node configuration is not available'],
    ['constraint=nosuch', 'Invalid feature specification'],
  ])("says with Slurm's own words why there is no job with %s", async (setting, words) => {
    const { code, err } = await lottery([...runTiny('refused'), ...onSlurm, '--slurm', setting]);
    expect(code).toBe(1);
    expect(err).toContain(words);
  });

  it('compares this machine with one of the cluster', async () => {
    const { code, out, err } = await lottery(['doctor', '--on', 'slurm', '--store', 'doctor', '--json']);
    expect(code, err).toBe(0);
    const { here, there } = JSON.parse(out);
    expect(there).toMatchObject({ version: here.version, engine: here.engine, digest: here.digest });
    expect(namesIn('doctor', 'slurm', 'doctor')).toEqual([]);
  });
});
