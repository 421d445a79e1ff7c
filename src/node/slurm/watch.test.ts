import { describe, expect, it } from 'vitest';
import { SlurmError, type SlurmJob } from './client.js';
import type { Submitted } from './submit.js';
import { type WatchEvent, type WorkState, watchJobs } from './watch.js';

const job = (state: string, over: Partial<SlurmJob> = {}): SlurmJob => ({
  job: '1',
  task: 0,
  name: 'lottery-run-1',
  state,
  node: state === 'RUNNING' ? 'n1' : '',
  reason: '',
  ...over,
});

const submitted = (tasks: number): Submitted => ({
  kind: 'submitted',
  submission: { name: 'lottery-run-1', job: '1', tasks, submitted: '2026-01-01T00:00:00Z', isCancelled: false },
});

type Look = WorkState & { readonly jobs: readonly SlurmJob[] | SlurmError };

const look = (left: number, jobs: Look['jobs'], mark = String(left)): Look => ({ left, ready: left, mark, jobs });

/** Watches over what is seen at one look after another, the last of which stays. */
async function watched(
  looks: readonly Look[],
  answer: (tasks: number) => Submitted | SlurmError = submitted,
  isCancelled = false,
) {
  const events: WatchEvent<Look>[] = [];
  const asked: { readonly at: number; readonly tasks: number }[] = [];
  const stop = new AbortController();
  let at = -1;
  const seen = () => looks[Math.min(at, looks.length - 1)];
  const ending = await watchJobs<Look>({
    client: {
      async jobs() {
        const { jobs } = seen();
        if (jobs instanceof SlurmError) throw jobs;
        return [...jobs];
      },
    },
    names: async () => ['lottery-run-1'],
    async look() {
      if (++at > 500) stop.abort();
      return seen();
    },
    isCancelled: async () => isCancelled,
    lacking: async ({ left }, alive) => left - alive,
    async submit(tasks) {
      asked.push({ at, tasks });
      const said = answer(tasks);
      if (said instanceof SlurmError) throw said;
      return said;
    },
    onEvent: (event) => events.push(event),
    signal: stop.signal,
    every: 0,
  });
  return { ending, asked, events, kinds: events.map(({ kind }) => kind).filter((kind) => kind !== 'work') };
}

const running = [job('RUNNING'), job('RUNNING', { task: 1, node: 'n2' })];
const away = new SlurmError('away', 'squeue did not answer in time.');

describe('a watch over jobs', () => {
  it('submits what the work is worth, and ends with the last task', async () => {
    const { ending, asked, events, kinds } = await watched([
      look(2, []),
      look(2, running),
      look(1, running),
      look(0, running),
    ]);
    expect(ending).toEqual({ kind: 'done' });
    expect(asked).toEqual([{ at: 0, tasks: 2 }]);
    expect(kinds).toEqual(['submitted', 'jobs']);
    expect(events.filter(({ kind }) => kind === 'jobs').at(-1)).toEqual({
      kind: 'jobs',
      running: 2,
      pending: 0,
      reasons: [],
      nodes: ['n1', 'n2'],
    });
  });

  it('joins jobs that are at work or queued', async () => {
    const queued = [job('PENDING', { reason: 'Resources' }), job('RUNNING', { task: 1 })];
    const { asked, events } = await watched([look(5, queued), look(0, [])]);
    expect(asked).toEqual([]);
    expect(events[1]).toMatchObject({ kind: 'jobs', running: 1, pending: 1, reasons: ['Resources'] });
  });

  it('submits anew what jobs left that failed, were cancelled, preempted or lost their machine', async () => {
    for (const state of ['FAILED', 'CANCELLED', 'PREEMPTED', 'NODE_FAIL', 'TIMEOUT']) {
      const { asked } = await watched([
        look(2, running),
        look(2, [job('RUNNING'), job(state, { task: 1 })]),
        look(0, []),
      ]);
      expect(asked, state).toEqual([{ at: 1, tasks: 1 }]);
    }
  });

  it('leaves alone what is queued again', async () => {
    for (const state of ['PENDING', 'REQUEUED', 'COMPLETING', 'CONFIGURING', 'SUSPENDED']) {
      expect((await watched([look(1, [job(state, { reason: 'BeginTime' })]), look(0, [])])).asked, state).toEqual([]);
    }
  });

  it('stops where three submissions in a row come to nothing', async () => {
    const { ending, asked } = await watched([look(2, [job('FAILED', { reason: 'NonZeroExitCode' })])]);
    expect(asked).toHaveLength(3);
    expect(ending).toMatchObject({ kind: 'stuck', ended: [{ reason: 'NonZeroExitCode' }] });
  });

  it('goes on for as long as every submission finishes something', async () => {
    const looks = Array.from({ length: 100 }, (_, at) => look(1, [job('TIMEOUT')], `checkpoint ${at}`));
    const { ending, asked } = await watched([...looks, look(0, [])]);
    expect(ending).toEqual({ kind: 'done' });
    expect(asked.length).toBeGreaterThan(10);
  });

  it('says once that the controller is away, goes on watching the store, and says when it is back', async () => {
    const { ending, kinds } = await watched([
      look(2, running),
      look(2, away),
      look(2, away),
      look(1, running),
      look(0, running),
    ]);
    expect(kinds).toEqual(['jobs', 'away', 'back']);
    expect(ending).toEqual({ kind: 'done' });
    expect((await watched([look(2, running), look(2, away), look(0, away)])).ending).toEqual({ kind: 'done' });
  });

  it('tries again later where the cluster takes no more, or does not answer', async () => {
    let tries = 0;
    const full: Submitted = { kind: 'full', reason: 'sbatch: QOSMaxSubmitJobPerUserLimit' };
    const looks = [...Array.from({ length: 40 }, () => look(1, [], 'same')), look(0, [])];
    const { asked } = await watched(looks, () => (++tries < 4 ? full : submitted(1)));
    // 6, 12 and 24 looks apart: every refusal doubles the wait.
    expect(asked.map(({ at }) => at)).toEqual([0, 6, 18]);
    const silent = await watched(looks, () => away);
    expect(silent.asked.length).toBeGreaterThan(5);
    expect(silent.ending).toEqual({ kind: 'done' });
  });

  it('ends with the refusal where Slurm refuses', async () => {
    const refused = new SlurmError('refused', 'sbatch: invalid partition specified: nosuch');
    await expect(watched([look(1, [])], () => refused)).rejects.toBe(refused);
  });

  it('ends with jobs that somebody cancelled on purpose, and submits none in their place', async () => {
    const { ending, asked } = await watched([look(1, [job('CANCELLED')])], submitted, true);
    expect(ending).toEqual({ kind: 'cancelled' });
    expect(asked).toEqual([]);
  });

  it('ends where it is told to, and leaves the jobs', async () => {
    expect((await watched([look(1, running)])).ending).toEqual({ kind: 'left' });
  });
});
