import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedCell } from './graph.js';
import { MemoryStore } from './memory-store.js';
import { type CellExecutor, chainCosts, FatalError, type RunEvent, runCells } from './runner.js';
import type { CellStore, CellSummary, FinishedCell } from './store.js';

function cell(id: string, parents: readonly string[] = [], cost = 1): PlannedCell {
  const place = { condition: 'ticket', trial: 0, level: 0, draw: 0, density: 1 } as const;
  return { id, parents, cost, ...place, specification: {} as PlannedCell['specification'] };
}

const finished = (id: string, status: 'done' | 'diverged' = 'done') => ({ id, status }) as unknown as FinishedCell;

/** An executor that trains nothing, misbehaves where told to, and writes down what happened. */
class FakeExecutor implements CellExecutor {
  readonly started: string[] = [];
  busiest = 0;
  #busy = 0;

  constructor(
    readonly store: CellStore,
    readonly concurrency: number,
    readonly behaviour: Record<string, 'fail' | 'diverge' | 'fatal' | 'hold'> = {},
  ) {}

  async execute({ id, parents }: PlannedCell, onProgress: Parameters<CellExecutor['execute']>[1], signal: AbortSignal) {
    this.started.push(id);
    this.busiest = Math.max(this.busiest, ++this.#busy);
    try {
      for (const parent of parents) expect(await this.store.has(parent)).toBe(true);
      await new Promise<void>((resolve, reject) => {
        if (this.behaviour[id] !== 'hold') setTimeout(resolve, 0);
        else signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')), { once: true });
      });
      onProgress({
        iteration: 1,
        iterations: 1,
        firstIteration: 0,
        resumedAt: 0,
        validationLoss: 0,
        validationAccuracy: 1,
      });
      if (this.behaviour[id] === 'fail') throw new Error(`${id} broke`);
      if (this.behaviour[id] === 'fatal') throw new FatalError('the disk is full');
      const status = this.behaviour[id] === 'diverge' ? 'diverged' : 'done';
      await this.store.write(finished(id, status));
      return { status, seconds: 1, testAccuracy: 1, peakMemoryBytes: 0 } as const;
    } finally {
      this.#busy--;
    }
  }
}

describe('runCells', () => {
  it('trains parents first, each cell once, never more at once than there is room for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 4 }),
        async (rows, concurrency) => {
          const cells = rows.map(([a, b, cost], index) =>
            cell(
              `c${index}`,
              index === 0 ? [] : [...new Set([`c${a % index}`, ...(b % 2 ? [`c${b % index}`] : [])])],
              cost,
            ),
          );
          const store = new MemoryStore();
          const executor = new FakeExecutor(store, concurrency);
          const outcome = await runCells({ cells, store, executor });
          expect([...executor.started].sort()).toEqual(cells.map(({ id }) => id).sort());
          expect(executor.busiest).toBeLessThanOrEqual(concurrency);
          expect(outcome.trained).toHaveLength(cells.length);
          expect(outcome).toMatchObject({ failed: [], blocked: [], aborted: false, fatal: null });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('starts with the longest chain of work', async () => {
    const cells = [cell('control', [], 5), cell('dense', [], 3), cell('t1', ['dense'], 2), cell('t2', ['t1'], 2)];
    expect([...chainCosts(cells)].sort()).toEqual([
      ['control', 5],
      ['dense', 7],
      ['t1', 4],
      ['t2', 2],
    ]);
    const store = new MemoryStore();
    const executor = new FakeExecutor(store, 1);
    await runCells({ cells, store, executor });
    expect(executor.started).toEqual(['dense', 'control', 't1', 't2']);
  });

  it('skips what is in the store', async () => {
    const store = new MemoryStore();
    await store.write(finished('a'));
    const executor = new FakeExecutor(store, 2);
    const events: RunEvent[] = [];
    const outcome = await runCells({
      cells: [cell('a'), cell('b', ['a'])],
      store,
      executor,
      onEvent: (event) => events.push(event),
    });
    expect(executor.started).toEqual(['b']);
    expect(outcome).toMatchObject({ present: ['a'], trained: ['b'] });
    expect(events.map(({ kind }) => kind)).toEqual(['planned', 'started', 'progress', 'finished']);
    const again = await runCells({ cells: [cell('a'), cell('b', ['a'])], store, executor });
    expect(again.trained).toEqual([]);
  });

  it('lets a failed or diverged cell take only its descendants with it', async () => {
    const cells = [
      cell('a'),
      cell('a1', ['a']),
      cell('a2', ['a1']),
      cell('b'),
      cell('b1', ['b']),
      cell('c'),
      cell('c1', ['c']),
    ];
    const store = new MemoryStore();
    const outcome = await runCells({
      cells,
      store,
      executor: new FakeExecutor(store, 2, { a: 'fail', b: 'diverge' }),
    });
    expect([...outcome.trained].sort()).toEqual(['b', 'c', 'c1']);
    expect(outcome.failed.map((failure) => failure.cell.id)).toEqual(['a']);
    expect(outcome.diverged).toEqual(['b']);
    expect(outcome.blocked.map((entry) => entry.cell.id).sort()).toEqual(['a1', 'a2', 'b1']);
    expect(outcome.blocked.find((entry) => entry.cell.id === 'b1')?.reason).toContain('diverged');
    // Taken up again, the diverged cell is not trained again and still blocks; the failed one gets another chance.
    const executor = new FakeExecutor(store, 2);
    const again = await runCells({ cells, store, executor });
    expect(executor.started).toEqual(['a', 'a1', 'a2']);
    expect(again.blocked.map((entry) => entry.cell.id)).toEqual(['b1']);
  });

  it('reports a cell of the store that cannot be read, and goes on with the others', async () => {
    class Corrupt extends MemoryStore {
      override async readSummary(id: string): Promise<CellSummary> {
        if (id === 'a') throw new Error('cell a is corrupt');
        return super.readSummary(id);
      }
    }
    const store = new Corrupt();
    await store.write(finished('a'));
    const outcome = await runCells({
      cells: [cell('a'), cell('a1', ['a']), cell('b')],
      store,
      executor: new FakeExecutor(store, 1),
    });
    expect(outcome.trained).toEqual(['b']);
    expect(String(outcome.failed[0].error)).toContain('corrupt');
    expect(outcome.blocked.map((entry) => entry.cell.id)).toEqual(['a1']);
  });

  it('stops when told to, and keeps what is finished', async () => {
    const store = new MemoryStore();
    const stop = new AbortController();
    const executor = new FakeExecutor(store, 1, { b: 'hold' });
    const outcome = await runCells({
      cells: [cell('a'), cell('b', ['a']), cell('c', ['b'])],
      store,
      executor,
      onEvent: (event) => {
        if (event.kind === 'started' && event.cell.id === 'b') setTimeout(() => stop.abort(), 5);
      },
      signal: stop.signal,
    });
    expect(outcome).toMatchObject({ trained: ['a'], failed: [], blocked: [], aborted: true });
    expect(store.ids()).toEqual(['a']);
  });

  it('starts nothing when it was called off before', async () => {
    const store = new MemoryStore();
    const executor = new FakeExecutor(store, 1);
    const outcome = await runCells({ cells: [cell('a')], store, executor, signal: AbortSignal.abort() });
    expect(executor.started).toEqual([]);
    expect(outcome.aborted).toBe(true);
  });

  it('ends at trouble that no cell can survive', async () => {
    const store = new MemoryStore();
    const executor = new FakeExecutor(store, 2, { a: 'fatal', b: 'hold' });
    const outcome = await runCells({ cells: [cell('a'), cell('b'), cell('c')], store, executor });
    expect(outcome.fatal?.message).toBe('the disk is full');
    expect(outcome.failed).toEqual([]);
    expect(executor.started).toEqual(['a', 'b']);
  });

  it('refuses a graph with a hole', async () => {
    const store = new MemoryStore();
    await expect(
      runCells({ cells: [cell('a', ['nobody'])], store, executor: new FakeExecutor(store, 1) }),
    ).rejects.toThrow('not in the graph');
  });
});
