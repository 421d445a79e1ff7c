import type { TrainingProgress } from '../training/types.js';
import type { PlannedCell } from './graph.js';
import type { CellStore } from './store.js';

/** How far a cell has come. */
export type CellProgress = TrainingProgress;

export interface CellOutcome {
  readonly status: 'done' | 'diverged';
  /** Wall time of training. */
  readonly seconds: number;
  /** Final test accuracy, a share of 1. */
  readonly testAccuracy: number;
  /** Largest resident memory while it trained, in bytes; 0 where unknown. */
  readonly peakMemoryBytes: number;
  /** Layers that the mask left without any weight, by name. */
  readonly collapsed?: readonly string[];
}

/** Trains cells and writes them to the store; a pool of threads, or the thread at hand. */
export interface CellExecutor {
  /** How many cells may be in training at once. */
  readonly concurrency: number;
  /**
   * Trains one cell whose parents are in the store, and keeps it there.
   *
   * @throws an error named `AbortError` when the signal fired first; FatalError when no other cell can succeed either
   */
  execute(cell: PlannedCell, onProgress: (progress: CellProgress) => void, signal: AbortSignal): Promise<CellOutcome>;
}

/** Trouble that stops every cell, such as a full disk: the run ends, what is finished stays. */
export class FatalError extends Error {
  override readonly name = 'FatalError';
}

/** Whether an error means that work was called off: by name, so that it holds across threads and realms. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

export type RunEvent =
  /** Once, at the start. `present` cells were in the store already. */
  | { readonly kind: 'planned'; readonly cells: readonly PlannedCell[]; readonly present: ReadonlySet<string> }
  | { readonly kind: 'started'; readonly cell: PlannedCell; readonly slot: number }
  | { readonly kind: 'progress'; readonly cell: PlannedCell; readonly slot: number; readonly progress: CellProgress }
  | { readonly kind: 'finished'; readonly cell: PlannedCell; readonly slot: number; readonly outcome: CellOutcome }
  | { readonly kind: 'failed'; readonly cell: PlannedCell; readonly slot: number | null; readonly error: unknown }
  /** An ancestor failed or diverged, so this cell cannot be trained. */
  | { readonly kind: 'blocked'; readonly cell: PlannedCell; readonly reason: string };

export interface RunOptions {
  /** Every cell once, parents before children. */
  readonly cells: readonly PlannedCell[];
  readonly store: CellStore;
  readonly executor: CellExecutor;
  readonly onEvent?: (event: RunEvent) => void;
  readonly signal?: AbortSignal;
}

export interface RunOutcome {
  readonly trained: readonly string[];
  /** Were in the store already. */
  readonly present: readonly string[];
  readonly diverged: readonly string[];
  readonly failed: readonly { readonly cell: PlannedCell; readonly error: unknown }[];
  readonly blocked: readonly { readonly cell: PlannedCell; readonly reason: string }[];
  readonly aborted: boolean;
  /** Trouble that ended the run before its time. */
  readonly fatal: FatalError | null;
}

/** A cell in a few words: `ticket, trial 0, level 3 (51.28%)`. */
export function describeCell({
  condition,
  trial,
  level,
  draw,
  density,
}: Pick<PlannedCell, 'condition' | 'trial' | 'level' | 'draw' | 'density'>): string {
  const drawn = ['dense', 'ticket', 'search'].includes(condition) ? '' : `, draw ${draw}`;
  return `${condition}, trial ${trial}, level ${level} (${(density * 100).toFixed(2)}%)${drawn}`;
}

/**
 * The longest chain of work from each cell down, in the unit of the cells' costs. Cells with the longest chains go
 * first: tickets wait on each other, controls on nobody, so controls fill the gaps and the last cells end together.
 */
export function chainCosts(cells: readonly PlannedCell[]): Map<string, number> {
  const below = new Map<string, number>();
  for (const cell of [...cells].reverse()) {
    const own = cell.cost + (below.get(cell.id) ?? 0);
    for (const parent of cell.parents) below.set(parent, Math.max(below.get(parent) ?? 0, own));
    below.set(cell.id, own);
  }
  return below;
}

/**
 * Trains every cell that is not in the store, parents first, as many at once as the executor can. A cell that fails or
 * diverges takes only its descendants with it.
 */
export async function runCells({ cells, store, executor, onEvent, signal }: RunOptions): Promise<RunOutcome> {
  const emit = onEvent ?? (() => {});
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) stop.abort();

  const planned = new Map(cells.map((cell) => [cell.id, cell]));
  const children = new Map<string, PlannedCell[]>();
  for (const cell of cells) {
    for (const parent of cell.parents) {
      if (!planned.has(parent)) throw new Error(`cell ${cell.id} has a parent ${parent} that is not in the graph.`);
      children.set(parent, [...(children.get(parent) ?? []), cell]);
    }
  }

  const settled = new Set<string>();
  const blockedIds = new Set<string>();
  const present: string[] = [];
  const trained: string[] = [];
  const diverged: string[] = [];
  const failed: { cell: PlannedCell; error: unknown }[] = [];
  const blocked: { cell: PlannedCell; reason: string }[] = [];
  let fatal: FatalError | null = null;

  const found = new Set<string>();
  const troubles: { cell: PlannedCell; error: unknown }[] = [];
  const divergedBefore: PlannedCell[] = [];
  for (const cell of cells) {
    if (!(await store.has(cell.id))) continue;
    try {
      const { status } = await store.readSummary(cell.id);
      found.add(cell.id);
      if (status === 'diverged') divergedBefore.push(cell);
    } catch (error) {
      troubles.push({ cell, error });
    }
  }
  emit({ kind: 'planned', cells, present: found });

  const block = (cell: PlannedCell, reason: string): void => {
    for (const child of children.get(cell.id) ?? []) {
      if (blockedIds.has(child.id) || found.has(child.id) || settled.has(child.id)) continue;
      blockedIds.add(child.id);
      settled.add(child.id);
      blocked.push({ cell: child, reason });
      emit({ kind: 'blocked', cell: child, reason });
      block(child, reason);
    }
  };
  const fail = (cell: PlannedCell, slot: number | null, error: unknown): void => {
    settled.add(cell.id);
    failed.push({ cell, error });
    emit({ kind: 'failed', cell, slot, error });
    block(cell, `${describeCell(cell)} failed`);
  };
  const succeed = (cell: PlannedCell, status: 'done' | 'diverged'): void => {
    settled.add(cell.id);
    if (status === 'diverged') {
      diverged.push(cell.id);
      block(cell, `${describeCell(cell)} diverged`);
    }
  };

  for (const id of found) {
    present.push(id);
    settled.add(id);
  }
  for (const cell of divergedBefore) succeed(cell, 'diverged');
  for (const { cell, error } of troubles) fail(cell, null, error);

  const chains = chainCosts(cells);
  const order = new Map(cells.map((cell, index) => [cell.id, index]));
  const waiting = new Set(cells.filter(({ id }) => !settled.has(id)));
  const next = (): PlannedCell | undefined => {
    let best: PlannedCell | undefined;
    for (const cell of waiting) {
      if (settled.has(cell.id)) {
        waiting.delete(cell);
        continue;
      }
      if (!cell.parents.every((parent) => settled.has(parent))) continue;
      const gain = best === undefined ? 1 : (chains.get(cell.id) ?? 0) - (chains.get(best.id) ?? 0);
      const earlier = best === undefined || (order.get(cell.id) ?? 0) < (order.get(best.id) ?? 0);
      if (gain > 0 || (gain === 0 && earlier)) best = cell;
    }
    return best;
  };

  const slots = Array.from({ length: Math.max(1, executor.concurrency) }, (_, index) => index);
  const running = new Map<string, Promise<void>>();
  const start = (cell: PlannedCell, slot: number): void => {
    waiting.delete(cell);
    emit({ kind: 'started', cell, slot });
    const work = executor
      .execute(cell, (progress) => emit({ kind: 'progress', cell, slot, progress }), stop.signal)
      .then(
        (outcome) => {
          trained.push(cell.id);
          emit({ kind: 'finished', cell, slot, outcome });
          succeed(cell, outcome.status);
        },
        (error: unknown) => {
          if (isAbort(error) && stop.signal.aborted) return;
          if (error instanceof FatalError) {
            fatal ??= error;
            stop.abort();
            return;
          }
          fail(cell, slot, error);
        },
      )
      .finally(() => {
        running.delete(cell.id);
        slots.push(slot);
        slots.sort((a, b) => a - b);
      });
    running.set(cell.id, work);
  };

  try {
    for (;;) {
      while (!stop.signal.aborted && slots.length > 0) {
        const cell = next();
        if (cell === undefined) break;
        start(cell, slots.shift() as number);
      }
      if (running.size === 0) break;
      await Promise.race(running.values());
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  return { trained, present, diverged, failed, blocked, aborted: signal?.aborted ?? false, fatal };
}
