import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { RecordState } from '../../laboratory/index.js';
import type { WatchEvent } from '../../node/slurm/index.js';
import { stuckText } from './texts.js';
import { SlurmView, type SlurmWork } from './view.js';

const none = { all: 0, finished: 0, running: 0, ready: 0, waiting: 0, failed: 0 };
const state = (finished: number, over: Partial<RecordState> = {}): RecordState => ({
  kind: 'run',
  name: 'run-1',
  command: '',
  cells: { ...none, all: 9, finished },
  measurements: none,
  running: [],
  failed: [],
  threads: 0,
  threadSeconds: null,
  secondsLeft: null,
  ...over,
});
const work = (of: RecordState, left = 1): WatchEvent<SlurmWork> => ({
  kind: 'work',
  work: { state: of, left, ready: left, mark: '' },
});
const jobs = (running: number, pending: number, ...reasons: string[]): WatchEvent<SlurmWork> => ({
  kind: 'jobs',
  running,
  pending,
  reasons,
  nodes: running > 0 ? ['n1'] : [],
});

/** What is written to a log, at half a minute from one event to the next. */
function written(...events: WatchEvent<SlurmWork>[]): string[] {
  const output = new PassThrough();
  let now = 0;
  const view = new SlurmView(output, () => (now += 30_000));
  for (const event of events) view.onEvent(event);
  view.close();
  return String(output.read()).trimEnd().split('\n');
}

describe('the view of jobs', () => {
  it('says how far the work is, and how the jobs are', () => {
    const worker = {
      name: '',
      host: 'n1',
      pid: 1,
      version: '',
      threads: 1,
      job: null,
      started: '',
      until: null,
      silent: 0,
    };
    const running = [{ id: '1', kind: 'cell', label: 'dense, trial 0', since: '', share: 0.4, worker }] as const;
    expect(
      written(
        jobs(0, 2, 'Priority'),
        work(state(0)),
        jobs(2, 0),
        work(state(3, { running, secondsLeft: 600, measurements: { ...none, all: 4, failed: 1 } })),
        work(state(9), 0),
      ),
    ).toEqual([
      'Jobs: 0 running, 2 queued (Slurm says: Priority).',
      '0/9 cells, none at work yet, 2 array tasks queued',
      'Jobs: 2 running on n1, 0 queued.',
      '3/9 cells, 0/4 measurements, 1 at work (dense, trial 0: 40%), 1 failed, about 10 min left',
      '9/9 cells, 0 at work',
    ]);
  });

  it('says which jobs will not start by themselves', () => {
    expect(written(jobs(0, 1, 'PartitionDown'))[0]).toContain(
      '(Slurm says: PartitionDown). They may not start by themselves',
    );
    expect(written(jobs(0, 1, 'Resources'))[0]).not.toContain('by themselves');
  });
});

it('shows why nothing came of jobs', () => {
  const ended = [{ job: '1', task: 0, name: '', state: 'FAILED', reason: 'NonZeroExitCode', node: '' }];
  const log = { path: '/store/1_0.log', lines: ['node: not found'] };
  expect(stuckText([...ended, ...ended], log, 'lottery run x')).toBe(
    [
      'three submissions in a row ended before any task was finished. Slurm says of them: FAILED (NonZeroExitCode).',
      'The last lines of /store/1_0.log:',
      '  node: not found',
      'When the cause is removed, go on with: lottery run x',
    ].join('\n'),
  );
});
