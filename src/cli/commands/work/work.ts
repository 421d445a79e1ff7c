import { formatCount } from '../../../analysis/format.js';
import type { Dataset } from '../../../data/index.js';
import { canonicalJson } from '../../../experiments/canonical.js';
import { ownScoreOf } from '../../../experiments/own-score.js';
import { type RecordName, readRecord, recordsIn } from '../../../experiments/record-store.js';
import { pause, type Task, type TasksOutcome } from '../../../experiments/tasks/index.js';
import { heldAgainstPlan, Laboratory, type Recorded } from '../../../laboratory/index.js';
import { InputError } from '../../../networks/errors.js';
import { printable } from '../../../networks/printable.js';
import { WorkerPool } from '../../../node/pool.js';
import { ownJob, workTimeLeft } from '../../../node/slurm/index.js';
import { FileStore } from '../../../node/store/index.js';
import { openData } from '../../data-sources.js';
import { exitCodes, UsageError } from '../../errors.js';
import { interruptible } from '../../interrupt.js';
import { machine } from '../../machine.js';
import { defaultWorkers } from '../../options.js';
import { errorText, progressView } from '../../progress/index.js';
import { findNamed } from '../../runs.js';
import { paintFor, roughTime } from '../../terminal.js';

export interface WorkFlags {
  readonly limit?: number;
  readonly idle: number;
  readonly workers?: number;
  readonly checkpoint: number;
  readonly allowCode?: boolean;
  readonly store: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** Records whose tasks learn from the same data, and the pool that executes them. */
interface Group {
  readonly dataset: Dataset;
  readonly pool: WorkerPool;
}

/** Milliseconds between two looks for new runs and studies, while nothing is to be done. */
const LOOK_EVERY = 2000;

/** Milliseconds that a timer can run, 25 days; one that is longer would end at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Takes what is open in a store until nothing is ready. @returns the exit code */
export async function work(names: readonly string[], flags: WorkFlags): Promise<number> {
  // A folder that was mistyped must not become a store in which nothing ever happens.
  const isStore = (await recordsIn(await FileStore.open(flags.store))).length > 0;
  if (!isStore) throw new UsageError(`there is no run and no study in ${flags.store}; lottery run begins one.`);
  const store = await FileStore.open(flags.store, { write: true });
  const wanted = await Promise.all(names.map((name) => findNamed(store, flags.store, name)));
  return interruptible(async (stop) => {
    const ofJob = await workTimeLeft();
    const limit = ofJob === null ? flags.limit : Math.min(flags.limit ?? ofJob, ofJob);
    const timer = limit === undefined ? null : AbortSignal.timeout(Math.floor(Math.min(limit * 1000, LONGEST_TIMER)));
    const signal = timer === null ? stop : AbortSignal.any([stop, timer]);
    const until = limit === undefined ? null : Date.now() + limit * 1000;
    const worker = new StoreWorker(store, limit === undefined ? flags : { ...flags, limit }, until, signal);
    try {
      await worker.workOn(wanted.length > 0 ? wanted : null);
    } finally {
      await worker.close();
    }
    return worker.conclude(stop.aborted);
  });
}

/** Works on records of a store, data set by data set. */
class StoreWorker {
  readonly #store: FileStore;
  readonly #flags: WorkFlags;
  readonly #until: number | null;
  readonly #signal: AbortSignal;
  readonly #laboratory: Laboratory;
  readonly #output: NodeJS.WriteStream;
  readonly #plans = new Map<string, Recorded | null>();
  /** By the settings of their data; null where it is not here. */
  readonly #groups = new Map<string, Group | null>();
  readonly #executed = new Map<string, Task>();
  readonly #failed = new Map<string, { readonly label: string; readonly message: string }>();
  /** Tasks that are not finished, when it last looked, by their data; null: those whose data are not here. */
  readonly #open = new Map<Group | null, number>();
  #fatal: string | null = null;

  constructor(store: FileStore, flags: WorkFlags, until: number | null, signal: AbortSignal) {
    this.#store = store;
    this.#flags = flags;
    this.#until = until;
    this.#signal = signal;
    this.#laboratory = new Laboratory({ store, machine: machine() });
    this.#output = flags.json ? process.stderr : process.stdout;
  }

  /** @param wanted null for all records that are not finished, also those that come meanwhile */
  async workOn(wanted: readonly RecordName[] | null): Promise<void> {
    let idleSince: number | null = null;
    while (!this.#signal.aborted && this.#fatal === null) {
      const before = this.#executed.size;
      const groups = await this.#look(wanted ?? (await recordsIn(this.#store)));
      // While there is but one, it waits inside, and hears at once what others finish.
      const patience = groups.length === 1 ? this.#flags.idle * 1000 : 0;
      let hasWaited = false;
      for (const [group, records] of groups) hasWaited = await this.#execute(group, records, patience);
      if (this.#signal.aborted || this.#fatal !== null) break;
      // What was asked for by name is done with when it is finished; else more may come.
      if (wanted !== null && this.#left === 0) break;
      if (this.#executed.size > before) {
        idleSince = null;
        continue;
      }
      idleSince ??= performance.now() - (hasWaited ? patience : 0);
      if (performance.now() - idleSince >= this.#flags.idle * 1000) break;
      await pause(Math.min(LOOK_EVERY, this.#flags.idle * 1000), this.#signal);
    }
  }

  async close(): Promise<void> {
    for (const group of this.#groups.values()) await group?.pool.close();
  }

  /** Records with something left to do, by the data that they learn from. */
  async #look(named: readonly RecordName[]): Promise<[Group, Recorded[]][]> {
    const open = new Map<Group, Recorded[]>();
    this.#open.clear();
    for (const one of named) {
      const recorded = await this.#recorded(one);
      if (recorded === null) continue;
      const { present } = await this.#laboratory.survey(recorded);
      if (present.size === recorded.tasks.length) continue;
      const group = await this.#groupOf(recorded);
      this.#open.set(group, (this.#open.get(group) ?? 0) + recorded.tasks.length - present.size);
      if (group !== null) open.set(group, [...(open.get(group) ?? []), recorded]);
    }
    return [...open];
  }

  /** A record as its settings plan it; null where it is finished, or cannot be worked on, which is said once. */
  async #recorded(named: RecordName): Promise<Recorded | null> {
    const key = `${named.kind} ${named.name}`;
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    let recorded: Recorded | null = null;
    try {
      const record = await readRecord(this.#store, named);
      // A folder whose record another process is about to write is looked at again.
      if (record === null) return null;
      if (record.finished === null) {
        recorded = heldAgainstPlan(record);
        const code = recorded.tasks.find(
          (task) => task.kind === 'cell' && ownScoreOf(task.cell.specification) !== null,
        );
        const problems = [...recorded.problems];
        if (code !== undefined && !this.#flags.allowCode) {
          problems.push(`${named.name} has a score that is code; add --allow-code to run it.`);
        }
        if (problems.length > 0) throw new InputError(problems.join(' '));
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#trouble(named.name, error.message);
      recorded = null;
    }
    this.#plans.set(key, recorded);
    return recorded;
  }

  /** The data of a record, opened once; null where it is not here, which is said before anything is claimed. */
  async #groupOf({ name, specification, dataset: facts }: Recorded): Promise<Group | null> {
    const key = canonicalJson([specification.data, facts.digest]);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    let group: Group | null = null;
    try {
      const folder = this.#flags.data;
      const dataset = await openData(specification.data, { folder, output: process.stderr, signal: this.#signal });
      if (dataset.digest !== facts.digest) {
        throw new InputError(
          `the data set ${dataset.name} found here has digest ${dataset.digest.slice(0, 12)}; ${name} was planned on ${facts.digest.slice(0, 12)}. Name the folder of that data with --data.`,
        );
      }
      const threads = this.#threads;
      const { store, checkpoint, allowCode = false } = this.#flags;
      group = {
        dataset,
        pool: new WorkerPool({ dataset, store, workers: threads, threads, checkpointEvery: checkpoint, allowCode }),
      };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#trouble(name, error.message);
    }
    this.#groups.set(key, group);
    return group;
  }

  get #threads(): number {
    return this.#flags.workers ?? defaultWorkers();
  }

  /** @returns whether others were waited for as long as that, and still have what is left */
  async #execute(group: Group, records: readonly Recorded[], patience: number): Promise<boolean> {
    const tasks = [...new Map(records.flatMap((recorded) => recorded.tasks).map((task) => [task.id, task])).values()];
    const view = progressView(this.#output, { replayCommand: (task) => this.#again(records, task) });
    let outcome: TasksOutcome;
    try {
      outcome = await this.#laboratory.work(
        tasks,
        {
          executor: group.pool,
          worker: { threads: this.#threads, job: ownJob(), until: this.#until },
          onEvent: (event) => view.onEvent(event),
          signal: this.#signal,
        },
        patience,
      );
    } finally {
      view.close();
    }
    for (const task of outcome.executed) this.#executed.set(task.id, task);
    for (const { task, error } of outcome.failed) {
      this.#failed.set(task.id, { label: task.label, message: errorText(error) });
    }
    if (outcome.fatal !== null) this.#fatal = errorText(outcome.fatal);
    // What others finished after it was looked for, and before the work began, is among those present.
    const finished = outcome.executed.length + outcome.found.length + outcome.present.length;
    this.#open.set(group, tasks.length - finished);
    for (const recorded of records) {
      const record = await readRecord(this.#store, recorded).catch(() => null);
      if (record !== null && (await this.#laboratory.conclude(record, recorded.tasks))) {
        this.#plans.set(`${recorded.kind} ${recorded.name}`, null);
      }
    }
    return outcome.left.length > 0;
  }

  get #left(): number {
    return [...this.#open.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The command that trains one task again. */
  #again(records: readonly Recorded[], { id }: Task): string {
    const of = records.find(({ tasks }) => tasks.some((task) => task.id === id));
    return of === undefined ? 'lottery work' : of.command;
  }

  #trouble(name: string, message: string): void {
    this.#failed.set(name, { label: name, message });
    process.stderr.write(`${paintFor(process.stderr)('red', 'error:')} ${printable(message)}\n`);
  }

  /** Says how it ended. @returns the exit code */
  conclude(isInterrupted: boolean): number {
    const left = this.#left;
    const isStopped = this.#signal.aborted;
    const failed = [...this.#failed.values()];
    const code =
      failed.length > 0 || this.#fatal !== null
        ? exitCodes.failed
        : isStopped && left > 0
          ? exitCodes.stopped
          : exitCodes.done;
    if (this.#flags.json) {
      const stopped = isStopped ? (isInterrupted ? 'signal' : 'limit') : null;
      const executed = [...this.#executed.values()].map(({ id, kind, label }) => ({ id, kind, label }));
      process.stdout.write(`${JSON.stringify({ executed, left, failed, fatal: this.#fatal, stopped }, null, 2)}\n`);
    } else {
      const limit = roughTime(this.#flags.limit ?? 0);
      const why = !isStopped ? '' : isInterrupted ? 'Stopped. ' : `The limit of ${limit} is reached. `;
      const done = `${formatCount(this.#executed.size, 'task')} executed here`;
      const rest =
        left === 0 ? 'nothing is left.' : `${formatCount(left, 'task')} left; lottery status shows who is at them.`;
      this.#output.write(`${why}${done}, ${rest}\n`);
    }
    if (this.#fatal !== null) {
      process.stderr.write(`${paintFor(process.stderr)('red', 'error:')} ${printable(this.#fatal)}\n`);
    }
    return code;
  }
}
