import { resolve } from 'node:path';
import { formatCount } from '../../analysis/format.js';
import { Mender } from '../../experiments/tasks/index.js';
import {
  type Ending,
  outcomeOfOthers,
  type Recorded,
  secondsOfWork,
  stateOfRecord,
  stateOfStore,
} from '../../laboratory/index.js';
import { InputError } from '../../networks/errors.js';
import { printable } from '../../networks/printable.js';
import {
  type ArrayCommand,
  type ArraySize,
  checkpointsMark,
  isOver,
  SlurmClient,
  type SlurmJob,
  SlurmJobs,
  type Submitted,
  submitArray,
  watchJobs,
} from '../../node/slurm/index.js';
import type { FileStore } from '../../node/store/index.js';
import { exitCodes, UsageError } from '../errors.js';
import { paintFor } from '../terminal.js';
import { type ArrayFlags, type ArrayPlan, arrayPlan, sizeOf, sizeText, workerArray } from './array.js';
import { cancelledText, leavingText, stuckText } from './texts.js';
import { SlurmView, type SlurmWork } from './view.js';

/** A run or a study that jobs of a cluster are to work on. */
export interface SlurmRequest<Results> {
  readonly store: FileStore;
  readonly recorded: Recorded;
  readonly flags: ArrayFlags & { readonly json?: boolean };
  /** Seconds of a training of the dense network, where nothing has been timed. */
  readonly usual: number;
  /** The command that joins again. */
  readonly again: string;
  /** Writes the record, from which workers learn what there is to do. */
  readonly begin: () => Promise<void>;
  /** Notes the end in the record, and puts results together. */
  readonly assemble: () => Promise<Results>;
  readonly signal: AbortSignal;
}

/** How it ended: with everything done that could be, or with an exit code and jobs that may go on. */
export type SlurmEnding<Results> =
  | { readonly kind: 'ended'; readonly ending: Ending<Results> & { readonly results: Results } }
  | { readonly kind: 'left'; readonly code: number };

/** Milliseconds for which a size is believed: to find it looks at every task. */
const SIZE_FOR = 60_000;

/** Lines of a log that are shown where nothing comes of jobs. */
const LOG_LINES = 10;

/** @throws UsageError where options cannot be used together */
export function checkSlurmFlags({ on, slurm, detach, checkpoint, workers }: ArrayFlags): void {
  if (on !== 'slurm') {
    if (slurm !== undefined) throw new UsageError('--slurm is a setting of jobs; add --on slurm.');
    if (detach) throw new UsageError('--detach leaves jobs to themselves; add --on slurm.');
    return;
  }
  if (checkpoint === 0) {
    throw new UsageError(
      '--checkpoint is 0, so that a job that reaches its time limit would begin its cells anew; expected a number of seconds with --on slurm.',
    );
  }
  if (workers !== undefined) {
    throw new UsageError(
      '--workers is about this machine; with --on slurm say --slurm cpus=N for the threads of each job.',
    );
  }
}

type SizeRequest = Pick<SlurmRequest<unknown>, 'store' | 'recorded' | 'flags' | 'usual'>;

/** The jobs of one run or study: those that were submitted, and how many more are worth it. */
class WorkerJobs {
  readonly jobs: SlurmJobs;
  readonly array: ArrayCommand;
  readonly client = new SlurmClient();
  readonly #request: SizeRequest;
  #size: Promise<ArraySize> | undefined;
  #sizedAt = 0;

  constructor(request: SizeRequest) {
    const { store, recorded, flags } = request;
    this.jobs = new SlurmJobs(resolve(store.folder), recorded.name);
    this.array = workerArray(recorded.name, flags);
    this.#request = request;
  }

  /** How many array tasks the work ahead is worth, as of now or of a minute ago. */
  size(): Promise<ArraySize> {
    const now = performance.now();
    if (this.#size === undefined || now - this.#sizedAt > SIZE_FOR) {
      this.#size = this.#sizeNow();
      this.#sizedAt = now;
    }
    return this.#size;
  }

  async #sizeNow(): Promise<ArraySize> {
    const { store, recorded, usual } = this.#request;
    const { tasks } = recorded;
    const { present } = await stateOfStore(store, [recorded]);
    const seconds = (await secondsOfWork(tasks, present, store)) ?? usual;
    return sizeOf({ tasks, present, seconds }, this.array.settings);
  }

  submit(tasks: number): Promise<Submitted> {
    return submitArray({ ...this.array, client: this.client, jobs: this.jobs, tasks });
  }

  /** Names of all that was submitted so far. */
  async names(): Promise<string[]> {
    return (await this.jobs.list()).map(({ name }) => name);
  }

  async cancelled(): Promise<Set<string>> {
    return new Set((await this.jobs.list()).filter(({ isCancelled }) => isCancelled).map(({ name }) => name));
  }

  /** Jobs that are queued or at work. */
  async alive(): Promise<SlurmJob[]> {
    return (await this.client.jobs(await this.names())).filter((job) => !isOver(job));
  }
}

/** What would be submitted, for `--dry-run`. */
export async function slurmPlan(request: SizeRequest): Promise<ArrayPlan> {
  const worker = new WorkerJobs(request);
  return arrayPlan(worker.jobs, worker.array, await worker.size());
}

/**
 * Has jobs of a cluster execute what is missing of a run or a study, and watches over them until everything is done that can be.
 * Jobs of it that are queued or at work already are left as they are.
 *
 * @throws SlurmError in Slurm's own words, where it takes no job for this
 */
export async function executeOnSlurm<Results>(request: SlurmRequest<Results>): Promise<SlurmEnding<Results>> {
  const { store, recorded, flags, again, begin, assemble, signal } = request;
  const { tasks, name } = recorded;
  const began = performance.now();
  const worker = new WorkerJobs(request);
  const output = flags.json ? process.stderr : process.stdout;
  const view = new SlurmView(output);
  const { present: before } = await stateOfStore(store, [recorded]);
  const ids = new Set(tasks.map(({ id }) => id));
  await begin();
  // What failed before is tried again.
  await store.forgetFailures(ids);
  const leaving = async () => leavingText({ name, again, store: flags.store, script: await lastScript(worker) });

  if (flags.detach) {
    if (before.size < tasks.length) await submitOnce(worker, view);
    output.write(`${await leaving()}\n`);
    return { kind: 'left', code: exitCodes.done };
  }

  const cancelledBefore = await worker.cancelled();
  const mender = new Mender(store, ({ message }) => view.line(`damaged: ${message} It is made again.`));
  let isFirst = true;
  try {
    for (;;) {
      const ending = await watchJobs<SlurmWork>({
        client: worker.client,
        names: () => worker.names(),
        look: () => lookAt(store, recorded, ids),
        isCancelled: async () => [...(await worker.cancelled())].some((job) => !cancelledBefore.has(job)),
        async lacking({ ready }, alive) {
          // At first as many as will ever be ready, since queues are long; later no more than are ready now.
          const isEmpty = isFirst && alive === 0;
          const room = isEmpty ? Number.POSITIVE_INFINITY : Math.ceil(ready / worker.array.settings.cpus) - alive;
          if (room <= 0) return 0;
          const size = await worker.size();
          if (isEmpty) view.line(sizeText(size, worker.array.settings));
          return Math.min(room, size.tasks - alive);
        },
        submit: (count) => worker.submit(count),
        onEvent(event) {
          if (event.kind === 'submitted') isFirst = false;
          view.onEvent(event);
        },
        signal,
      });
      view.close();
      if (ending.kind === 'left') {
        output.write(`${await leaving()}\n`);
        return { kind: 'left', code: exitCodes.stopped };
      }
      if (ending.kind !== 'done') {
        const log = await worker.jobs.lastLog(LOG_LINES);
        const text = ending.kind === 'cancelled' ? cancelledText(again) : stuckText(ending.ended, log, again);
        process.stderr.write(`${paintFor(process.stderr)('red', 'error:')} ${printable(text)}\n`);
        return { kind: 'left', code: exitCodes.failed };
      }
      try {
        const results = await assemble();
        const outcome = await outcomeOfOthers(tasks, store, before);
        return { kind: 'ended', ending: { outcome, results, seconds: (performance.now() - began) / 1000 } };
      } catch (error) {
        const trouble = await mender.mend(error);
        if (trouble !== null) throw trouble;
        mender.nextRound();
      }
    }
  } finally {
    view.close();
  }
}

/** Submits what the work is worth, beside what is queued or at work. */
async function submitOnce(worker: WorkerJobs, view: SlurmView): Promise<void> {
  const alive = await worker.alive();
  if (alive.length > 0) {
    view.line(`${formatCount(alive.length, 'array task')} of it are queued or running already.`);
    return;
  }
  const size = await worker.size();
  view.line(sizeText(size, worker.array.settings));
  const submitted = await worker.submit(size.tasks);
  if (submitted.kind === 'full') throw new InputError(`no job was submitted: ${submitted.reason}`);
  view.onEvent(submitted);
}

/** Path of the script that was submitted last; null where none was. */
async function lastScript({ jobs }: WorkerJobs): Promise<string | null> {
  const submissions = await jobs.list();
  submissions.sort((a, b) => (a.submitted ?? '').localeCompare(b.submitted ?? ''));
  const latest = submissions.at(-1);
  return latest === undefined ? null : jobs.scriptOf(latest.name);
}

/** How far the work has come, by the store alone. */
async function lookAt(store: FileStore, recorded: Recorded, ids: ReadonlySet<string>): Promise<SlurmWork> {
  const state = await stateOfRecord(recorded, await stateOfStore(store, [recorded]), store);
  const { cells, measurements } = state;
  const ready = cells.ready + cells.running + measurements.ready + measurements.running;
  // What waits while nothing is ready or running waits for something that failed or diverged.
  const left = ready === 0 ? 0 : ready + cells.waiting + measurements.waiting;
  const finished = cells.finished + measurements.finished;
  return { state, left, ready, mark: `${finished} ${await checkpointsMark(store.folder, ids)}` };
}
