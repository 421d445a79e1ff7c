import { StreamReader, shuffle, stream } from '../random/stream.js';
import { mapAtOnce } from './at-once.js';
import { describeCell } from './describe-cell.js';
import type { PlannedCell } from './graph.js';
import type { CellDigests, CellStore } from './store.js';
import { cellTask, type Executor, orderOf } from './tasks/index.js';

export interface VerifyOptions {
  readonly cells: readonly PlannedCell[];
  readonly store: Pick<CellStore, 'has' | 'readSummary' | 'check'>;
  /** How many cells are trained again; 0 for none. */
  readonly replay: number;
  /** Decides which; the same seed chooses the same cells. */
  readonly seed: number;
  /** Trains cells again, without keeping them; needed where `replay` is above 0. */
  readonly executor?: Executor;
  readonly onEvent?: (event: VerifyEvent) => void;
  readonly signal?: AbortSignal;
}

export type VerifyEvent =
  | { readonly kind: 'checked'; readonly cell: PlannedCell; readonly problems: readonly string[] }
  | { readonly kind: 'absent'; readonly cell: PlannedCell }
  | { readonly kind: 'replaying'; readonly cell: PlannedCell }
  | { readonly kind: 'replayed'; readonly cell: PlannedCell; readonly differences: readonly string[] };

export interface VerifyOutcome {
  readonly checked: number;
  readonly absent: number;
  readonly replayed: number;
  /** What is wrong, each as a sentence; empty when all is as it should be. */
  readonly problems: readonly string[];
}

/** What of a replayed cell is not what it was, by the names of its parts. */
export function differingParts(before: CellDigests, after: CellDigests): string[] {
  const parts: string[] = [];
  if (before.mask !== after.mask) parts.push('mask');
  if (before.history !== after.history) parts.push('history');
  if (before.earlyStopWeights !== after.earlyStopWeights) parts.push('early-stop weights');
  if (before.finalWeights !== after.finalWeights) parts.push('final weights');
  const iterations = new Set([...Object.keys(before.snapshots), ...Object.keys(after.snapshots)]);
  for (const iteration of iterations) {
    if (before.snapshots[iteration] !== after.snapshots[iteration]) parts.push(`weights at iteration ${iteration}`);
  }
  if (parts.length === 0 && before.cell !== after.cell) parts.push('measurements');
  return parts;
}

/** Which cells are trained again: `count` of them, drawn from `seed`, in the order of the graph. */
export function chooseReplays(cells: readonly PlannedCell[], count: number, seed: number): PlannedCell[] {
  if (count >= cells.length) return [...cells];
  const order = shuffle([...cells.keys()], new StreamReader(stream(seed, 'replay')));
  const chosen = new Set(order.slice(0, count));
  return cells.filter((_, index) => chosen.has(index));
}

/** Checks every finished cell's files against their digests, then trains some again and compares them bit for bit. */
export async function verifyCells(options: VerifyOptions): Promise<VerifyOutcome> {
  const { cells, store, replay, seed, executor, signal } = options;
  const emit = options.onEvent ?? (() => {});
  const problems: string[] = [];
  const sound: PlannedCell[] = [];
  let checked = 0;
  let absent = 0;
  for (const cell of cells) {
    signal?.throwIfAborted();
    if (!(await store.has(cell.id))) {
      absent++;
      emit({ kind: 'absent', cell });
      continue;
    }
    const found = await store.check(cell.id);
    checked++;
    problems.push(...found);
    if (found.length === 0) sound.push(cell);
    emit({ kind: 'checked', cell, problems: found });
  }

  const queue = executor === undefined ? [] : chooseReplays(sound, replay, seed);
  const replayed = queue.length;
  await mapAtOnce(
    queue,
    async (cell) => {
      signal?.throwIfAborted();
      emit({ kind: 'replaying', cell });
      const before = (await store.readSummary(cell.id)).digests;
      const differences = differingParts(before, await trainAgain(cell, executor as Executor, signal));
      if (differences.length > 0) {
        problems.push(
          `cell ${cell.id} (${describeCell(cell)}) trained again differs in its ${differences.join(', ')}.`,
        );
      }
      emit({ kind: 'replayed', cell, differences });
    },
    executor?.concurrency,
  );
  return { checked, absent, replayed, problems };
}

async function trainAgain(cell: PlannedCell, executor: Executor, signal?: AbortSignal): Promise<CellDigests> {
  const options = { keep: false, ...(signal === undefined ? {} : { signal }) };
  const outcome = await executor.execute(orderOf(cellTask(cell)), options);
  if (outcome.kind !== 'cell') throw new Error(`cell ${cell.id} was executed as a measurement.`);
  return outcome.digests;
}
