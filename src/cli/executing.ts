import type { Dataset } from '../data/dataset.js';
import { CHECKPOINT_EVERY, type Task } from '../experiments/tasks/index.js';
import type { Ending, RunHow } from '../laboratory/index.js';
import { WorkerPool } from '../node/pool.js';
import { exitCodes } from './errors.js';
import { defaultWorkers } from './options.js';
import { errorText, finishedText, lossText, progressView } from './progress/index.js';
import { shellWord } from './specification.js';
import { paintFor } from './terminal.js';

/** Where results are kept and how tasks are executed: what does not affect any result. */
export interface PlaceFlags {
  readonly store: string;
  readonly data?: string;
  readonly workers?: number;
  readonly checkpoint: number;
}

/** Folders that the user gave, for the command that resumes. */
export function placeFlags({ store, data, workers, checkpoint }: PlaceFlags, storeGiven: boolean): string[] {
  const words: string[] = [];
  if (storeGiven) words.push('--store', shellWord(store));
  if (data !== undefined) words.push('--data', shellWord(data));
  if (workers !== undefined) words.push('--workers', String(workers));
  if (checkpoint !== CHECKPOINT_EVERY) words.push('--checkpoint', String(checkpoint));
  return words;
}

interface Work {
  readonly tasks: readonly Task[];
  readonly dataset: Dataset;
  readonly flags: PlaceFlags & { readonly json?: boolean };
  /** The command that resumes. */
  readonly again: string;
  /** The command that executes one task again; default: that which resumes. */
  readonly replayCommand?: (task: Task) => string;
  readonly signal: AbortSignal;
}

/**
 * Executes tasks on this machine's worker threads, with progress on the terminal; says on standard error how it ended
 * where that was before its time.
 *
 * @param run what the laboratory does with the executor
 */
export async function executeHere<Results>(
  { tasks, dataset, flags, again, replayCommand = () => again, signal }: Work,
  run: (how: Pick<RunHow, 'executor' | 'onEvent' | 'signal'>) => Promise<Ending<Results>>,
): Promise<Ending<Results>> {
  const threads = flags.workers ?? defaultWorkers();
  const workers = Math.min(threads, Math.max(1, tasks.length));
  const pool = new WorkerPool({
    dataset,
    store: flags.store,
    workers,
    threads,
    checkpointEvery: flags.checkpoint,
    // A score that is code and that nobody named has been refused with the specification.
    allowCode: true,
  });
  const view = progressView(flags.json ? process.stderr : process.stdout, { replayCommand });
  let ending: Ending<Results>;
  try {
    ending = await run({ executor: pool, onEvent: (event) => view.onEvent(event), signal });
  } finally {
    view.close();
    await pool.close();
  }
  const { fatal, aborted } = ending.outcome;
  if (fatal !== null) {
    sayError(`${errorText(fatal)}\nEverything finished is kept. Then resume with: ${again}`);
  } else if (aborted) {
    process.stderr.write(
      `Stopped. ${finishedText(tasks, ending.outcome)} are finished and kept. Resume with: ${again}\n`,
    );
  }
  return ending;
}

/** Says which tasks are missing, if any are. @returns the exit code */
export function reportLosses({ outcome }: Ending<unknown>, tasks: readonly Task[]): number {
  if (outcome.failed.length + outcome.blocked.length === 0) return exitCodes.done;
  sayError(lossText(outcome, tasks));
  return exitCodes.failed;
}

function sayError(text: string): void {
  process.stderr.write(`${paintFor(process.stderr)('red', 'error:')} ${text}\n`);
}
