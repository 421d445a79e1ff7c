import { expect, it } from 'vitest';
import type { Store } from '../experiments/full-store.js';
import type { CellSummary } from '../experiments/store.js';
import type { Task } from '../experiments/tasks/index.js';
import { outcomeOfOthers } from './outcome-of-others.js';

const task = (id: string, parents: readonly string[] = []) =>
  ({ kind: 'cell', id, label: id, parents, cost: 1 }) as Task;

it('says of tasks that others executed what was made, what failed, and what can never be made', async () => {
  const tasks = [
    task('before'),
    task('since', ['before']),
    task('diverged', ['before']),
    task('of diverged', ['diverged']),
    task('failed', ['since']),
    task('of failed', ['failed']),
    task('of that', ['of failed']),
    task('not yet', ['since']),
  ];
  const store = {
    list: async () => ['before', 'since', 'diverged', 'of another run'],
    listMeasurements: async () => [],
    readWorkers: async () => [],
    readFailures: async () => new Map([['failed', 'no memory']]),
    readSummary: async (id: string) => ({ status: id === 'diverged' ? 'diverged' : 'done' }) as CellSummary,
  } as Partial<Store> as Store;
  const { executed, present, diverged, failed, blocked, aborted, fatal } = await outcomeOfOthers(
    tasks,
    store,
    new Set(['before']),
  );
  const names = (of: readonly Task[]) => of.map(({ id }) => id);
  expect(names(present)).toEqual(['before']);
  expect(names(executed)).toEqual(['since', 'diverged']);
  expect(names(diverged)).toEqual(['diverged']);
  expect(failed).toMatchObject([{ task: { id: 'failed' }, error: { message: 'no memory' } }]);
  expect(blocked.map(({ task: { id }, reason }) => [id, reason])).toEqual([
    ['of diverged', 'diverged diverged'],
    ['of failed', 'failed failed'],
    ['of that', 'failed failed'],
  ]);
  expect([aborted, fatal]).toEqual([false, null]);
});
