import { setTimeout as pauseFor } from 'node:timers/promises';
import { isOver, type SlurmClient, SlurmError, type SlurmJob } from './client.js';
import type { Submitted } from './submit.js';

/** What the store says of the tasks that are worked on. */
export interface WorkState {
  /** Tasks that can still be executed, by those at work or others. */
  readonly left: number;
  /** Of those, the ones whose parents are finished, whether somebody works on them or not. */
  readonly ready: number;
  /** Changes whenever a task, or a checkpoint of one, is finished. */
  readonly mark: string;
}

/** How the jobs of a run or a study stand. */
export interface JobsSummary {
  readonly running: number;
  readonly pending: number;
  /** Why jobs wait, in Slurm's words, each once. */
  readonly reasons: readonly string[];
  /** Machines at work, each once. */
  readonly nodes: readonly string[];
}

export type WatchEvent<Work extends WorkState> =
  | { readonly kind: 'work'; readonly work: Work }
  /** It is another than before. */
  | ({ readonly kind: 'jobs' } & JobsSummary)
  | Submitted
  /** The controller does not answer: jobs go on, and so does the watch over the store. */
  | { readonly kind: 'away'; readonly reason: string }
  | { readonly kind: 'back' };

export type WatchEnding =
  /** No task is left. */
  | { readonly kind: 'done' }
  /** The signal fired; jobs go on. */
  | { readonly kind: 'left' }
  /** Somebody cancelled the jobs. */
  | { readonly kind: 'cancelled' }
  /** One submission after another ended without anything done. */
  | { readonly kind: 'stuck'; readonly ended: readonly SlurmJob[] };

export interface WatchOptions<Work extends WorkState> {
  readonly client: Pick<SlurmClient, 'jobs'>;
  /** Names of all jobs that were submitted so far. */
  readonly names: () => Promise<readonly string[]>;
  /** Looks at the store. */
  readonly look: () => Promise<Work>;
  /** Whether somebody does not want the jobs any more. */
  readonly isCancelled: () => Promise<boolean>;
  /** How many array tasks the work left is worth beside those that are queued or running. */
  readonly lacking: (work: Work, alive: number) => Promise<number>;
  readonly submit: (tasks: number) => Promise<Submitted>;
  readonly onEvent: (event: WatchEvent<Work>) => void;
  readonly signal: AbortSignal;
  /** Milliseconds between two looks; default: 3 s. */
  readonly every?: number;
}

/** Submissions in a row that may come to nothing. */
const FRUITLESS = 3;

/** Looks after a submission, a refusal or a silence before the next submission; after each further refusal twice as many. */
const REST = 3;
const LONGEST_REST = 100;

/**
 * Watches over work that jobs do until none is left, and submits anew where fewer are queued and running than it is worth: after
 * jobs failed, were cancelled or preempted, lost their machine or reached their limit. What is done is read from the store; Slurm
 * says only which jobs there are.
 */
export async function watchJobs<Work extends WorkState>(options: WatchOptions<Work>): Promise<WatchEnding> {
  const { client, names, look, isCancelled, lacking, submit, onEvent, signal, every = 3000 } = options;
  let said = JSON.stringify(summaryOf([]));
  let isAway = false;
  let fruitless = 0;
  let markBefore: string | null = null;
  let rest = 0;
  let nextRest = REST;

  const away = (error: unknown): void => {
    if (!(error instanceof SlurmError) || error.trouble !== 'away') throw error;
    if (!isAway) onEvent({ kind: 'away', reason: error.message });
    isAway = true;
  };

  for (;;) {
    const work = await look();
    onEvent({ kind: 'work', work });
    if (work.left === 0) return { kind: 'done' };
    if (signal.aborted) return { kind: 'left' };
    if (await isCancelled()) return { kind: 'cancelled' };
    const jobs = await client.jobs(await names()).catch((error) => {
      away(error);
      return null;
    });
    if (jobs !== null) {
      if (isAway) onEvent({ kind: 'back' });
      isAway = false;
      const summary = summaryOf(jobs);
      if (JSON.stringify(summary) !== said) onEvent({ kind: 'jobs', ...summary });
      said = JSON.stringify(summary);
      const alive = summary.running + summary.pending;
      rest--;
      if (summary.pending === 0 && rest <= 0) {
        if (work.mark !== markBefore) fruitless = 0;
        if (fruitless >= FRUITLESS && alive === 0) return { kind: 'stuck', ended: jobs.filter(isOver) };
        const count = fruitless >= FRUITLESS ? 0 : await lacking(work, alive);
        if (count > 0) {
          try {
            const submitted = await submit(count);
            onEvent(submitted);
            if (submitted.kind === 'submitted') {
              fruitless++;
              markBefore = work.mark;
              nextRest = REST;
            } else nextRest = Math.min(LONGEST_REST, 2 * nextRest);
          } catch (error) {
            away(error);
          }
          rest = nextRest;
        }
      }
    }
    await pauseFor(every, undefined, { signal }).catch(() => {});
  }
}

function summaryOf(jobs: readonly SlurmJob[]): JobsSummary {
  const alive = jobs.filter((job) => !isOver(job));
  const pending = alive.filter(({ state }) => state === 'PENDING');
  const once = (texts: readonly string[]) => [...new Set(texts)].filter((text) => text !== '').sort();
  return {
    running: alive.length - pending.length,
    pending: pending.length,
    reasons: once(pending.map(({ reason }) => reason)),
    nodes: once(alive.map(({ node }) => node)),
  };
}
