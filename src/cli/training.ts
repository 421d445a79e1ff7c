import type { Dataset } from '../data/dataset.js';
import type { PlannedCell } from '../experiments/graph.js';
import { describeCell, type RunOutcome, runCells } from '../experiments/runner.js';
import type { CellStore } from '../experiments/store.js';
import { CHECKPOINT_EVERY, WorkerPool } from '../node/pool.js';
import { exitCodes } from './errors.js';
import { defaultWorkers } from './options.js';
import { errorText, progressView } from './progress.js';
import { shellWord } from './specification.js';
import { paintFor } from './terminal.js';

/** Where cells are kept and how they are trained: what decides no result. */
export interface PlaceFlags {
  readonly store: string;
  readonly data?: string;
  readonly workers?: number;
  readonly checkpoint: number;
}

/** Where the person said to keep and find things, for the command that goes on. */
export function placeFlags({ store, data, workers, checkpoint }: PlaceFlags, storeGiven: boolean): string[] {
  const words: string[] = [];
  if (storeGiven) words.push('--store', shellWord(store));
  if (data !== undefined) words.push('--data', shellWord(data));
  if (workers !== undefined) words.push('--workers', String(workers));
  if (checkpoint !== CHECKPOINT_EVERY) words.push('--checkpoint', String(checkpoint));
  return words;
}

interface Work {
  /** Every cell once, parents before children. */
  readonly cells: readonly PlannedCell[];
  readonly dataset: Dataset;
  readonly store: CellStore;
  readonly flags: PlaceFlags & { readonly json?: boolean };
  /** The command that goes on. */
  readonly again: string;
  /** Trains one cell alone; null where the command cannot. */
  readonly oneCell: ((cell: PlannedCell) => string) | null;
  readonly signal: AbortSignal;
}

/** What came of it, or the exit code of a command that ends here: its trouble has been told. */
export type Trained =
  | { readonly kind: 'done'; readonly outcome: RunOutcome; readonly seconds: number }
  | { readonly kind: 'ended'; readonly code: number };

/** Trains the cells that are not in the store, with progress on the terminal. */
export async function trainCells({ cells, dataset, store, flags, again, oneCell, signal }: Work): Promise<Trained> {
  const threads = flags.workers ?? defaultWorkers();
  const workers = Math.min(threads, Math.max(1, cells.length));
  const pool = new WorkerPool({ dataset, store: flags.store, workers, threads, checkpointEvery: flags.checkpoint });
  const view = progressView(flags.json ? process.stderr : process.stdout, (cell) => oneCell?.(cell) ?? again);
  const began = performance.now();
  let outcome: RunOutcome;
  try {
    outcome = await runCells({ cells, store, executor: pool, onEvent: (event) => view.onEvent(event), signal });
  } finally {
    view.close();
    await pool.close();
  }
  if (outcome.fatal !== null) {
    process.stderr.write(
      `${paintFor(process.stderr)('red', 'error:')} ${errorText(outcome.fatal)}\nEvery finished cell is kept. Then go on with: ${again}\n`,
    );
    return { kind: 'ended', code: exitCodes.failed };
  }
  if (outcome.aborted) {
    const finished = outcome.present.length + outcome.trained.length;
    process.stderr.write(`Stopped. ${finished} of ${cells.length} cells are finished and kept. Go on with: ${again}\n`);
    return { kind: 'ended', code: exitCodes.failed };
  }
  return { kind: 'done', outcome, seconds: (performance.now() - began) / 1000 };
}

/** Which cells are missing, and why. */
export function lossText({ failed, blocked, diverged }: RunOutcome, total: number): string {
  const causes = [
    ...(failed.length > 0 ? [`${failed.length} of ${total} cells failed`] : []),
    ...(diverged.length > 0 ? [`${diverged.length} of ${total} cells diverged`] : []),
  ];
  const lost = blocked.length > 0 ? `, and ${blocked.length} could not be trained for want of them` : '';
  const lines = failed.slice(0, 10).map(({ cell, error }) => `  ${describeCell(cell)}: ${errorText(error)}`);
  if (failed.length > lines.length) lines.push(`  and ${failed.length - lines.length} more`);
  return [`${causes.join(', ')}${lost}${lines.length > 0 ? ':' : '.'}`, ...lines].join('\n');
}

/** The store without the cells that failed just now: what could not be read is reported once and left out of the results. */
export function readableStore(store: CellStore, { failed, blocked }: RunOutcome): CellStore {
  const hidden = new Set([...failed, ...blocked].map(({ cell }) => cell.id));
  if (hidden.size === 0) return store;
  return {
    has: async (id) => !hidden.has(id) && (await store.has(id)),
    read: (id) => store.read(id),
    readSummary: (id) => store.readSummary(id),
    readHistory: (id) => store.readHistory(id),
    write: (cell) => store.write(cell),
    check: (id) => store.check(id),
  };
}
