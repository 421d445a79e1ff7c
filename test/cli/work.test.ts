import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandIn, digestOf, type Finished, runTiny } from '../fixtures/command.js';
import { until } from '../until.js';

const { lottery, path } = commandIn('work');

const namesIn = (...parts: string[]) => (existsSync(path(...parts)) ? readdirSync(path(...parts)) : []);
/** A run whose process died as soon as it had begun. */
const begin = (store: string, ...more: string[]) =>
  lottery(runTiny(store, '--workers', '1', ...more), {
    signal: 'SIGKILL',
    when: () => namesIn(store, 'claims').length > 0,
  });
const work = (store: string, ...more: string[]) =>
  lottery(['work', '--store', store, '--workers', '1', '--json', ...more]);
const said = ({ out }: Finished) => JSON.parse(out);
/** What nobody may leave in a store. */
const leftovers = (store: string) =>
  ['claims', 'workers', 'failures', 'tmp', 'checkpoints'].flatMap((name) => namesIn(store, name));

describe('lottery work', () => {
  let digest: string | undefined;

  beforeAll(async () => {
    digest = digestOf(await lottery(runTiny('alone')));
    expect(digest).toBeDefined();
  });

  it('takes what is open, each task once however many there are, and leaves nothing', async () => {
    await begin('shared');
    // A chain of tickets has nothing for all of them at every moment.
    const workers = await Promise.all([1, 2, 3, 4].map(() => work('shared', 'quick', '--idle', '1h')));
    for (const { code, err } of workers) expect(code, err).toBe(0);
    const executed = workers.flatMap((one) => said(one).executed.map(({ id }: { id: string }) => id));
    expect(new Set(executed).size).toBe(executed.length);
    expect(said(workers[0])).toMatchObject({ left: 0, failed: [], fatal: null, stopped: null });
    expect(leftovers('shared')).toEqual([]);
    const [record] = namesIn('shared', 'runs');
    expect(JSON.parse(readFileSync(path('shared', 'runs', record, 'run.json'), 'utf8')).finished).not.toBeNull();
    const after = await lottery(runTiny('shared'));
    expect(after.out).toContain('10 cells, all in the store already.');
    expect(digestOf(after)).toBe(digest);
    expect((await work('shared')).out).toContain('"executed": []');
  });

  it('goes on where a process was killed, and beside a run in the foreground', async () => {
    await begin('killed');
    const long = (store: string) => [
      'work',
      '--store',
      store,
      '--workers',
      '1',
      '--checkpoint',
      '0.05',
      '--idle',
      '30s',
    ];
    const killed = lottery(long('killed'), {
      signal: 'SIGKILL',
      when: () => namesIn('killed', 'claims').length > 0,
    });
    const [dead, other, foreground] = await Promise.all([
      killed,
      work('killed', 'quick', '--idle', '1h'),
      lottery(runTiny('killed', '--workers', '1')),
    ]);
    expect(dead.signal).toBe('SIGKILL');
    expect(other.code, other.err).toBe(0);
    expect(digestOf(foreground)).toBe(digest);
    expect((await lottery(['verify', '--all', '--store', 'killed', '--replay', '2'])).code).toBe(0);
    expect(leftovers('killed')).toEqual([]);
  });

  it('takes over from a process that is silent for too long, which gives up when it wakes', async () => {
    const beats = { LOTTERY_HEARTBEAT: '0.1' };
    const slow = ['iterations=30000', 'evaluateEvery=10000'].flatMap((setting) => ['--set', setting]);
    slow.push('--trials', '1', '--levels', '1');
    await begin('silent', ...slow);
    const words = ['work', '--store', 'silent', '--workers', '1', '--checkpoint', '0.05'];
    let sleeper = 0;
    const first = lottery(words, undefined, beats, (pid) => {
      sleeper = pid;
    });
    await until(() => namesIn('silent', 'checkpoints').length > 0);
    process.kill(sleeper, 'SIGSTOP');
    const second = await lottery([...words, '--idle', '1h', 'quick', '--json'], undefined, beats);
    expect(second.code, second.err).toBe(0);
    expect(said(second).executed).toHaveLength(1);
    process.kill(sleeper, 'SIGCONT');
    const { code, out } = await first;
    expect(code, out).toBe(0);
    expect(out).toContain('gave no sign of life for too long');
    expect(out).toContain('finished by another process');
    expect(leftovers('silent')).toEqual([]);
    expect((await lottery(['verify', '--all', '--store', 'silent'])).code).toBe(0);
  });

  it('ends by itself at its limit, and on SIGUSR1, with checkpoints and an exit code that says so', async () => {
    // On one thread: two that meet after every operation crawl where a machine is busy.
    const slow = ['iterations=40000', 'evaluateEvery=20000'].flatMap((setting) => ['--set', setting]);
    slow.push('--trials', '1', '--levels', '1', '--workers', '1');
    await begin('limited', ...slow);
    const first = await work('limited', '--limit', '1.5s');
    expect(first.code, first.err).toBe(3);
    expect(said(first)).toMatchObject({ executed: [], left: 1, stopped: 'limit' });
    const checkpoints = namesIn('limited', 'checkpoints');
    expect(checkpoints).toHaveLength(1);
    expect(namesIn('limited', 'workers')).toEqual([]);
    const before = statSync(path('limited', 'checkpoints', checkpoints[0])).mtimeMs;
    const second = await lottery(['work', '--store', 'limited', '--workers', '1'], {
      signal: 'SIGUSR1',
      when: (printed) => printed.includes('resumes at iteration'),
    });
    expect(second.code, second.err).toBe(3);
    // Node opens a port for debuggers on this signal where nobody listens for it, and says so.
    expect(second.err).toBe('');
    expect(second.out).toContain('Stopped. 0 tasks executed here, 1 task left');
    expect(statSync(path('limited', 'checkpoints', checkpoints[0])).mtimeMs).toBeGreaterThan(before);
    const third = await work('limited');
    expect(third.code, third.err).toBe(0);
    expect(said(third)).toMatchObject({ executed: [{ kind: 'cell' }], left: 0 });
    expect(digestOf(await lottery(runTiny('limited', ...slow)))).toBe(
      digestOf(await lottery(runTiny('straight', ...slow))),
    );
  });

  it('says before it claims anything that the data are not here', async () => {
    mkdirSync(path('data'));
    const images = ['own/0', 'own/1'];
    for (const folder of images) mkdirSync(path('data', folder), { recursive: true });
    await begin('elsewhere');
    for (const command of ['work', 'status']) {
      const mistyped = await lottery([command, '--store', 'mistyped']);
      expect(mistyped.code).toBe(2);
      expect(mistyped.err).toContain('there is no run and no study in');
      expect(existsSync(path('mistyped'))).toBe(false);
    }
    const [record] = namesIn('elsewhere', 'runs');
    const other = await work('elsewhere', 'no-such');
    expect(other.code).toBe(2);
    expect(other.err).toContain(`no run or study in`);
    expect(other.err).toContain(record);
    const mnist = [
      'run',
      'lenet-mnist',
      '--quick',
      '--store',
      'mnist',
      '--workers',
      '1',
      '--data',
      process.env.LOTTERY_DATA ?? '',
    ];
    if (process.env.LOTTERY_DATA === undefined) return;
    await lottery(mnist, { signal: 'SIGKILL', when: () => namesIn('mnist', 'claims').length > 0 });
    const without = await lottery(['work', '--store', 'mnist'], undefined, {
      XDG_CACHE_HOME: path('nothing'),
      HTTPS_PROXY: 'http://127.0.0.1:9',
    });
    expect(without.code).toBe(1);
    expect(without.err).toMatch(/mnist/i);
    expect(without.out).toContain('0 tasks executed here');
  });

  it('tells others what failed, and tries again when somebody new comes', async () => {
    writeFileSync(
      path('broken.mjs'),
      "import { existsSync } from 'node:fs';\nexport default { title: 'mine', source: 'me', of({ trained }) { if (!existsSync('mended')) throw new Error('not today'); return trained; } };\n",
    );
    const own = ['--set', 'pruning.score=./broken.mjs', '--trials', '1'];
    const failed = await lottery(runTiny('failing', ...own));
    expect(failed.code).toBe(1);
    const shown = await lottery(['status', '--store', 'failing']);
    expect(shown.out).toMatch(/failed; the next process that comes tries again:\n.*not today/);
    const refused = await work('failing');
    expect(refused.err).toContain('has a score that is code; add --allow-code to run it.');
    expect(refused.code).toBe(1);
    writeFileSync(path('mended'), '');
    const again = await work('failing', '--allow-code');
    expect(again.code, again.err).toBe(0);
    expect(leftovers('failing')).toEqual([]);
  });
});

describe('lottery status', () => {
  it('says what is done, running, ready and waiting, for people and for programs', async () => {
    await begin('waiting');
    const idle = await lottery(['status', '--store', 'waiting']);
    expect(idle.out).toMatch(/quickstart-\w+ +0\/10 +0 +2 +8 +0/);
    expect(idle.out).toContain('Nobody is at work: lottery work takes what is ready.');
    await begin('state', '--set', 'iterations=40000', '--set', 'evaluateEvery=20000', '--trials', '1', '--levels', '1');
    let running = '';
    const at = lottery(['work', '--store', 'state', '--workers', '1'], {
      signal: 'SIGTERM',
      when: async () => {
        const { out } = await lottery(['status', '--store', 'state', '--json']);
        running = out;
        return JSON.parse(out).records[0].running.length > 0;
      },
    });
    expect((await at).code).toBe(3);
    const { records, workers } = JSON.parse(running);
    expect(records[0].cells).toMatchObject({ all: 1, running: 1 });
    expect(records[0].running[0]).toMatchObject({
      kind: 'cell',
      label: 'dense, trial 0, level 0 (100.00%)',
      worker: { threads: 1 },
    });
    expect(workers[0]).toMatchObject({ threads: 1, job: null });
    const watched = lottery(['status', '--store', 'state', '--watch', '--json']);
    expect((await work('state')).code).toBe(0);
    const lines = (await watched).out.trim().split('\n');
    expect(JSON.parse(lines.at(-1) as string).records[0].cells).toMatchObject({ all: 1, finished: 1 });
    expect((await lottery(['status', '--store', 'state'])).out).toMatch(/^Everything in .* is finished/);
    expect((await lottery(['status', 'quick', '--store', 'state'])).out).toMatch(/1\/1/);
  });
});
