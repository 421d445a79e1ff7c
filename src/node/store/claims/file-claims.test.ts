import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isClaim, type TaskClaim, type TaskClaims } from '../../../experiments/tasks/claims.js';
import type { Task } from '../../../experiments/tasks/task.js';
import { FileStore } from '../file-store.js';
import { layout } from '../layout.js';

const idOf = (digit: string) => digit.repeat(64);
const task = (digit: string, kind: Task['kind'] = 'cell') =>
  ({ kind, id: idOf(digit), parents: [], cost: 1, label: `task ${digit}` }) as unknown as Task;

let folder: string;
let open: TaskClaims[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'claims-'));
  open = [];
  await FileStore.open(folder, { write: true });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const claims of open) await claims.close();
  rmSync(folder, { recursive: true });
});

async function worker(): Promise<TaskClaims> {
  const store = await FileStore.open(folder, { write: true });
  const claims = await store.openClaims({ threads: 2 });
  open.push(claims);
  return claims;
}

async function claimed(claims: TaskClaims, wanted: Task): Promise<TaskClaim> {
  const found = await claims.claim(wanted);
  if (!isClaim(found)) throw new Error(`${wanted.label} is ${found.kind}`);
  return found;
}

const filesIn = (name: string) => readdirSync(join(folder, name)).sort();
const stateIn = (name: string) => JSON.parse(readFileSync(join(folder, 'workers', name), 'utf8'));
const workerFiles = () => filesIn('workers').filter((name) => name.endsWith('.json'));

/** Makes every worker but the newest silent for so many seconds, by the clock of the file system. */
function silence(names: readonly string[], seconds: number): void {
  const time = new Date(Date.now() - seconds * 1000);
  for (const name of names) utimesSync(join(folder, 'workers', name), time, time);
}

/** What a worker of another machine would have left. */
function stranger(name: string, given: object = {}): void {
  const state = {
    format: 1,
    worker: name,
    host: 'elsewhere',
    machine: '0123456789abcdef',
    pid: 1,
    born: '1',
    version: '0.1.0',
    threads: 1,
    job: null,
    started: '1970-01-01T00:00:00.000Z',
    until: null,
    lapse: 120,
    tasks: [],
    ...given,
  };
  mkdirSync(join(folder, 'workers'), { recursive: true });
  mkdirSync(join(folder, 'claims'), { recursive: true });
  writeFileSync(join(folder, 'workers', `${name}.json`), JSON.stringify(state));
}

const strangersClaim = (name: string, digit: string, fence = 1) =>
  writeFileSync(layout.claim(folder, idOf(digit), fence), JSON.stringify({ worker: name }));

const finish = (digit: string) => mkdirSync(layout.cell(folder, idOf(digit)), { recursive: true });

describe('claims of a store that several processes share', () => {
  it('are one process’s at a time, and free again when it releases them', async () => {
    const [a, b] = [await worker(), await worker()];
    const mine = await claimed(a, task('1'));
    expect(mine.fence).toBe(1);
    expect(await b.claim(task('1'))).toEqual({ kind: 'held' });
    expect(await b.look(task('1'))).toEqual({ kind: 'held' });
    const other = await claimed(b, task('2'));
    await mine.release();
    expect(await b.look(task('1'))).toEqual({ kind: 'free' });
    const again = await claimed(b, task('1'));
    expect(await a.claim(task('1'))).toEqual({ kind: 'held' });
    await Promise.all([again.release(), other.release()]);
    expect(filesIn('claims')).toEqual([]);
  });

  it('are had by exactly one of many that want them at once', async () => {
    const workers = await Promise.all(Array.from({ length: 8 }, worker));
    for (const digit of '123456789') {
      const found = await Promise.all(workers.map((claims) => claims.claim(task(digit))));
      expect(found.filter(isClaim)).toHaveLength(1);
      expect(found.filter((one) => 'kind' in one && one.kind === 'held')).toHaveLength(7);
    }
  });

  it('are not needed where the result is there, also of a measurement', async () => {
    const [a, b] = [await worker(), await worker()];
    const mine = await claimed(a, task('1'));
    finish('1');
    await mine.release();
    expect(await b.look(task('1'))).toEqual({ kind: 'finished' });
    expect(await b.claim(task('1'))).toEqual({ kind: 'finished' });
    const path = layout.measurement(folder, idOf('2'));
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, '{}');
    expect(await b.claim(task('2', 'measurement'))).toEqual({ kind: 'finished' });
    expect(filesIn('claims')).toEqual([]);
  });

  it('go to another process when their owner has been silent for too long, and the owner stops', async () => {
    vi.stubEnv('LOTTERY_HEARTBEAT', '0.2');
    const a = await worker();
    const first = await claimed(a, task('1'));
    const names = workerFiles();
    silence(names, 2);
    const b = await worker();
    expect(await b.look(task('1'))).toEqual({ kind: 'held' });
    silence(names, 60);
    const second = await claimed(b, task('1'));
    expect(second.fence).toBe(2);
    await vi.waitFor(() => expect(first.lost.aborted).toBe(true));
    expect(second.lost.aborted).toBe(false);
    // It goes on under another name, with what others do not have.
    await vi.waitFor(() => expect(workerFiles()).toHaveLength(2));
    expect(await a.claim(task('1'))).toEqual({ kind: 'held' });
    const other = await claimed(a, task('2'));
    expect(await b.claim(task('2'))).toEqual({ kind: 'held' });
    await first.release();
    expect(await b.look(task('1'))).not.toEqual({ kind: 'free' });
    finish('1');
    finish('2');
    await Promise.all([second.release(), other.release()]);
    expect(filesIn('claims')).toEqual([]);
  });

  it('lapse by the clock of the file system, whatever a machine’s own clock says', async () => {
    stranger('shifted_1_aa', { started: '2036-01-01T00:00:00.000Z' });
    strangersClaim('shifted_1_aa', '1');
    const b = await worker();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 12 * 3600 * 1000 });
    try {
      expect(await b.claim(task('1'))).toEqual({ kind: 'held' });
      silence(['shifted_1_aa.json'], 12 * 3600 + 100);
      expect(await b.claim(task('1'))).toEqual({ kind: 'held' });
      silence(['shifted_1_aa.json'], 12 * 3600 + 130);
      expect((await claimed(b, task('1'))).fence).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('of a process of this machine that has ended are free at once', async () => {
    const a = await worker();
    const [own] = workerFiles();
    const { machine } = stateIn(own);
    stranger('dead_1_aa', { machine, pid: 0x3ffffff });
    stranger('reused_1_aa', { machine, pid: process.pid, born: '1' });
    strangersClaim('dead_1_aa', '1');
    strangersClaim('reused_1_aa', '2');
    strangersClaim('gone_1_aa', '3');
    for (const digit of '123') expect((await claimed(a, task(digit))).fence).toBe(2);
  });

  it('are nobody’s to take where they say nothing that can be read, until they are old', async () => {
    const a = await worker();
    writeFileSync(layout.claim(folder, idOf('1'), 1), '');
    stranger('odd_1_aa');
    writeFileSync(join(folder, 'workers', 'odd_1_aa.json'), '{"format": 1, "tasks": "none"}');
    strangersClaim('odd_1_aa', '2');
    expect(await a.claim(task('1'))).toEqual({ kind: 'held' });
    expect(await a.claim(task('2'))).toEqual({ kind: 'held' });
    const old = new Date(Date.now() - 200_000);
    for (const digit of '12') utimesSync(layout.claim(folder, idOf(digit), 1), old, old);
    for (const digit of '12') expect((await claimed(a, task(digit))).fence).toBe(2);
  });

  it('say that another process failed, to those who are at work, and not to those who come later', async () => {
    const [a, b] = [await worker(), await worker()];
    const mine = await claimed(a, task('1'));
    await a.fail(task('1'), 'out of memory');
    await mine.release();
    expect(await b.look(task('1'))).toEqual({ kind: 'failed', message: 'out of memory' });
    expect(await b.claim(task('1'))).toEqual({ kind: 'failed', message: 'out of memory' });
    expect(filesIn('claims')).toEqual([]);
    // The clock of a file system may count in milliseconds.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const later = await worker();
    const again = await claimed(later, task('1'));
    expect(filesIn('failures')).toEqual([]);
    await again.release();
  });

  it('leave nothing of a process that closes them, nor of those that ended before', async () => {
    stranger('ended_1_aa');
    silence(['ended_1_aa.json'], 1000);
    strangersClaim('ended_1_aa', '1');
    finish('1');
    const a = await worker();
    expect(workerFiles()).toHaveLength(1);
    await claimed(a, task('2'));
    await a.close();
    expect([...filesIn('claims'), ...filesIn('workers'), ...filesIn('failures'), ...filesIn('tmp')]).toEqual([]);
  });

  it('tell where a worker is and how far', async () => {
    vi.stubEnv('LOTTERY_HEARTBEAT', '0.05');
    const a = await worker();
    const mine = await claimed(a, task('1'));
    mine.onProgress({ kind: 'measurement', share: 0.25 });
    const [own] = workerFiles();
    await vi.waitFor(() => expect(stateIn(own).tasks[0]?.share).toBe(0.25));
    const state = stateIn(own);
    expect(state).toMatchObject({ pid: process.pid, threads: 2, lapse: 0.6 });
    expect(state.tasks[0]).toMatchObject({ id: idOf('1'), kind: 'cell', label: 'task 1', fence: 1 });
    const written = () => statSync(join(folder, 'workers', own)).mtimeMs;
    const before = written();
    await vi.waitFor(() => expect(written()).toBeGreaterThan(before));
  });
});
