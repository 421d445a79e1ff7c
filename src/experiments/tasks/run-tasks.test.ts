import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DamageError } from '../damage.js';
import { MemoryStore } from '../memory-store.js';
import type { CellSummary, FinishedCell } from '../store.js';
import { chainCosts } from './chains.js';
import type { TaskEvent } from './events.js';
import { type ExecuteOptions, type Executor, FatalError, type TaskOutcome } from './executor.js';
import { runTasks } from './run-tasks.js';
import type { Task, TaskOrder } from './task.js';

const cell = (id: string, parents: readonly string[] = [], cost = 1): Task => ({
  kind: 'cell',
  id,
  parents,
  cost,
  label: `cell ${id}`,
  cell: { id, specification: {} } as Extract<Task, { kind: 'cell' }>['cell'],
});

const measurement = (id: string, parents: readonly string[], cost = 1): Task => {
  const specification = { kind: 'test', version: 1, cells: parents };
  return {
    kind: 'measurement',
    id,
    parents,
    cost,
    label: `measurement ${id}`,
    measurement: { id, specification, label: `measurement ${id}`, cost },
  };
};

const finished = (id: string, status: 'done' | 'diverged' = 'done') => ({ id, status }) as unknown as FinishedCell;

/** An executor that does nothing, misbehaves where the test says so, and writes down what happened. */
class FakeExecutor implements Executor {
  readonly started: string[] = [];
  busiest = 0;
  #busy = 0;

  constructor(
    readonly store: MemoryStore,
    readonly concurrency: number,
    readonly behaviour: Record<string, 'fail' | 'diverge' | 'fatal' | 'hold'> = {},
  ) {}

  async execute(order: TaskOrder, { onProgress, signal }: ExecuteOptions): Promise<TaskOutcome> {
    const { id, kind } = order;
    this.started.push(id);
    this.busiest = Math.max(this.busiest, ++this.#busy);
    try {
      if (order.kind === 'measurement') {
        for (const parent of order.specification.cells) expect(await this.store.has(parent)).toBe(true);
      }
      await new Promise<void>((resolve, reject) => {
        if (this.behaviour[id] !== 'hold') setTimeout(resolve, 0);
        else signal?.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')), { once: true });
      });
      if (kind === 'measurement') onProgress?.({ kind, share: 0.5 });
      if (this.behaviour[id] === 'fail') throw new Error(`${id} broke`);
      if (this.behaviour[id] === 'fatal') throw new FatalError('the disk is full');
      if (order.kind === 'measurement') {
        await this.store.writeMeasurement(id, order.specification, {});
        return { kind: 'measurement', seconds: 1, digest: '' };
      }
      const status = this.behaviour[id] === 'diverge' ? 'diverged' : 'done';
      await this.store.write(finished(id, status));
      const digests = {} as Extract<TaskOutcome, { kind: 'cell' }>['digests'];
      return { kind: 'cell', status, seconds: 1, testAccuracy: 1, peakMemoryBytes: 0, collapsed: [], digests };
    } finally {
      this.#busy--;
    }
  }
}

const ids = (tasks: readonly { readonly id: string }[]) => tasks.map(({ id }) => id).sort();
const idsOf = (entries: readonly { readonly task: Task }[]) => ids(entries.map(({ task }) => task));

describe('tasks', () => {
  it('are executed parents first, each once, never more at once than there is room for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 9 }), fc.boolean()), {
          minLength: 1,
          maxLength: 25,
        }),
        fc.integer({ min: 1, max: 4 }),
        async (rows, concurrency) => {
          const cells: Task[] = [];
          const measurements: Task[] = [];
          for (const [index, [a, b, cost, isCell]] of rows.entries()) {
            const before = cells.length;
            const parents = before === 0 ? [] : [...new Set([`c${a % before}`, ...(b % 2 ? [`c${b % before}`] : [])])];
            if (isCell || before === 0) cells.push(cell(`c${before}`, parents, cost));
            else measurements.push(measurement(`m${index}`, parents, cost));
          }
          const store = new MemoryStore();
          const executor = new FakeExecutor(store, concurrency);
          const tasks = [...cells, ...measurements];
          const outcome = await runTasks({ tasks, store, executor });
          expect([...executor.started].sort()).toEqual(ids(tasks));
          for (const { id, parents } of tasks) {
            for (const parent of parents) {
              expect(executor.started.indexOf(parent)).toBeLessThan(executor.started.indexOf(id));
            }
          }
          expect(executor.busiest).toBeLessThanOrEqual(concurrency);
          expect(outcome.executed).toHaveLength(tasks.length);
          expect(outcome).toMatchObject({ failed: [], blocked: [], aborted: false, fatal: null });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('start with the longest chain of work', async () => {
    const tasks = [cell('control', [], 5), cell('dense', [], 3), cell('t1', ['dense'], 2), cell('t2', ['t1'], 2)];
    expect([...chainCosts(tasks)].sort()).toEqual([
      ['control', 5],
      ['dense', 7],
      ['t1', 4],
      ['t2', 2],
    ]);
    const store = new MemoryStore();
    const executor = new FakeExecutor(store, 1);
    await runTasks({ tasks, store, executor });
    expect(executor.started).toEqual(['dense', 'control', 't1', 't2']);
  });

  it('are measurements where no cell is ready, costly ones first, whatever unit they are counted in', async () => {
    const tasks = [
      cell('a'),
      cell('b', ['a']),
      measurement('small', ['a'], 10),
      measurement('large', ['a'], 1000),
      measurement('last', ['b'], 2000),
    ];
    const store = new MemoryStore();
    const one = new FakeExecutor(store, 1);
    await runTasks({ tasks, store, executor: one });
    expect(one.started).toEqual(['a', 'b', 'last', 'large', 'small']);
    const two = new FakeExecutor(new MemoryStore(), 2);
    await runTasks({ tasks, store: two.store, executor: two });
    expect(two.started.slice(0, 3)).toEqual(['a', 'b', 'large']);
  });

  it('are skipped where they are in the store', async () => {
    const store = new MemoryStore();
    await store.write(finished('a'));
    const executor = new FakeExecutor(store, 2);
    const events: TaskEvent[] = [];
    const tasks = [cell('a'), cell('b', ['a']), measurement('m', ['b'])];
    const outcome = await runTasks({ tasks, store, executor, onEvent: (event) => events.push(event) });
    expect(executor.started).toEqual(['b', 'm']);
    expect(ids(outcome.present)).toEqual(['a']);
    expect(ids(outcome.executed)).toEqual(['b', 'm']);
    expect(events.map(({ kind }) => kind)).toEqual([
      'planned',
      'started',
      'finished',
      'started',
      'progress',
      'finished',
    ]);
    const again = await runTasks({ tasks, store, executor });
    expect(again.executed).toEqual([]);
  });

  it('that fail or diverge take only what is made from them with them', async () => {
    const tasks = [
      cell('a'),
      cell('a1', ['a']),
      cell('a2', ['a1']),
      cell('b'),
      cell('b1', ['b']),
      cell('c'),
      cell('c1', ['c']),
      measurement('ma', ['c', 'a2']),
      measurement('mb', ['b']),
      measurement('mc', ['c', 'c1']),
    ];
    const store = new MemoryStore();
    const outcome = await runTasks({
      tasks,
      store,
      executor: new FakeExecutor(store, 2, { a: 'fail', b: 'diverge' }),
    });
    expect(ids(outcome.executed)).toEqual(['b', 'c', 'c1', 'mc']);
    expect(idsOf(outcome.failed)).toEqual(['a']);
    expect(ids(outcome.diverged)).toEqual(['b']);
    expect(idsOf(outcome.blocked)).toEqual(['a1', 'a2', 'b1', 'ma', 'mb']);
    expect(outcome.blocked.find(({ task }) => task.id === 'mb')?.reason).toBe('cell b diverged');
    // Run again, the diverged cell is not trained again and still blocks; the failed one gets another chance.
    const executor = new FakeExecutor(store, 2);
    const again = await runTasks({ tasks, store, executor });
    expect(executor.started).toEqual(['a', 'a1', 'a2', 'ma']);
    expect(idsOf(again.blocked)).toEqual(['b1', 'mb']);
  });

  it('in the store are never taken for blocked, also where what they were made from diverged', async () => {
    const store = new MemoryStore();
    await store.write(finished('a', 'diverged'));
    await store.write(finished('b', 'diverged'));
    const tasks = [cell('a'), cell('b', ['a']), cell('c', ['b'])];
    const outcome = await runTasks({ tasks, store, executor: new FakeExecutor(store, 1) });
    expect(ids(outcome.present)).toEqual(['a', 'b']);
    expect(ids(outcome.diverged)).toEqual(['a', 'b']);
    expect(outcome.blocked.map(({ task, reason }) => [task.id, reason])).toEqual([['c', 'cell b diverged']]);
  });

  it('go on where a cell of the store cannot be read', async () => {
    class Corrupt extends MemoryStore {
      override async readSummary(id: string): Promise<CellSummary> {
        if (id === 'a') throw new Error('cell a is corrupt');
        return super.readSummary(id);
      }
    }
    const store = new Corrupt();
    await store.write(finished('a'));
    const tasks = [cell('a'), cell('a1', ['a']), cell('b')];
    const outcome = await runTasks({ tasks, store, executor: new FakeExecutor(store, 1) });
    expect(ids(outcome.executed)).toEqual(['b']);
    expect(String(outcome.failed[0].error)).toContain('corrupt');
    expect(idsOf(outcome.blocked)).toEqual(['a1']);
  });

  it('stop when they are cancelled, and what is finished is kept', async () => {
    const store = new MemoryStore();
    const stop = new AbortController();
    const executor = new FakeExecutor(store, 1, { b: 'hold' });
    const outcome = await runTasks({
      tasks: [cell('a'), cell('b', ['a']), cell('c', ['b'])],
      store,
      executor,
      onEvent: (event) => {
        if (event.kind === 'started' && event.task.id === 'b') setTimeout(() => stop.abort(), 0);
      },
      signal: stop.signal,
    });
    expect(outcome).toMatchObject({ failed: [], blocked: [], aborted: true });
    expect(store.ids()).toEqual(['a']);
  });

  it('do not start when they were cancelled before', async () => {
    const store = new MemoryStore();
    const executor = new FakeExecutor(store, 1);
    const outcome = await runTasks({ tasks: [cell('a')], store, executor, signal: AbortSignal.abort() });
    expect(executor.started).toEqual([]);
    expect(outcome.aborted).toBe(true);
  });

  it('end at trouble that none of them can survive', async () => {
    const store = new MemoryStore();
    const executor = new FakeExecutor(store, 2, { a: 'fatal', b: 'hold' });
    const outcome = await runTasks({ tasks: [cell('a'), cell('b'), cell('c')], store, executor });
    expect(outcome.fatal?.message).toBe('the disk is full');
    expect(outcome.failed).toEqual([]);
    expect(executor.started).toEqual(['a', 'b']);
  });

  it('are refused where a parent is none of them', async () => {
    const store = new MemoryStore();
    const tasks = [cell('a', ['nobody'])];
    await expect(runTasks({ tasks, store, executor: new FakeExecutor(store, 1) })).rejects.toThrow('not in the graph');
  });

  it('that are damaged in the store are set aside and made again, and what waited for them is executed then', async () => {
    const store = new MemoryStore();
    for (const id of ['a', 'b']) await store.write(finished(id));
    const executor = new FakeExecutor(store, 2);
    const damage = new DamageError('weights of a are damaged.', { kind: 'cell', name: 'a' });
    let reads = 0;
    const failing: Executor = {
      concurrency: 2,
      execute: async (order, options) => {
        // Both children of a meet the damage before it is made again.
        if (['c', 'd'].includes(order.id) && reads++ < 2) throw damage;
        return executor.execute(order, options ?? {});
      },
    };
    const tasks = [cell('a'), cell('b'), cell('c', ['a']), cell('d', ['a']), cell('e', ['c', 'b'])];
    const events: TaskEvent[] = [];
    const outcome = await runTasks({ tasks, store, executor: failing, onEvent: (event) => events.push(event) });
    expect(executor.started.sort()).toEqual(['a', 'c', 'd', 'e']);
    expect(ids(outcome.executed)).toEqual(['a', 'c', 'd', 'e']);
    expect(ids(outcome.present)).toEqual(['b']);
    expect([outcome.failed, outcome.blocked]).toEqual([[], []]);
    expect(outcome.mended).toEqual([{ damaged: damage.damaged, message: damage.message, place: null }]);
    expect(events.filter(({ kind }) => kind === 'damaged')).toHaveLength(1);
    expect(events.filter(({ kind }) => kind === 'failed' || kind === 'blocked')).toEqual([]);
  });

  it('that stay damaged however often they are made fail', async () => {
    const store = new MemoryStore();
    await store.write(finished('a'));
    const executor = new FakeExecutor(store, 1);
    const failing: Executor = {
      concurrency: 1,
      execute: async (order, options) => {
        if (order.id === 'b') throw new DamageError('a is damaged.', { kind: 'cell', name: 'a' });
        return executor.execute(order, options ?? {});
      },
    };
    const outcome = await runTasks({ tasks: [cell('a'), cell('b', ['a'])], store, executor: failing });
    expect(idsOf(outcome.failed)).toEqual(['b']);
    expect(executor.started).toEqual(['a']);
  });
});
