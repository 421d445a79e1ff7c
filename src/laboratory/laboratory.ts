import { assembleResults } from '../experiments/assemble.js';
import type { Store } from '../experiments/full-store.js';
import type { Machine, RunRecord, StudyRecord } from '../experiments/records.js';
import type { RunResults } from '../experiments/results.js';
import {
  type Executor,
  Mender,
  presentTasks,
  runTasks,
  type Task,
  type TaskEvent,
  type TasksOutcome,
  type WorkerFacts,
} from '../experiments/tasks/index.js';
import type { StudyOutcome, StudyPlan } from '../studies/study.js';
import type { PlannedRun, PlannedStudy } from './plan.js';
import { readable } from './readable.js';
import { assembleStudyOutcome } from './study-outcome.js';

export interface LaboratoryOptions {
  readonly store: Store;
  /** What records say of where they were made. */
  readonly machine: Machine;
  /** Milliseconds since 1970, for what records say of when; default: `Date.now`. */
  readonly now?: () => number;
}

/** How something planned is run. */
export interface RunHow {
  readonly executor: Executor;
  /** The command that makes it again, for its record and report. */
  readonly command: string;
  /** What others who share the store are told of this process. Default: as many threads as the executor has. */
  readonly worker?: WorkerFacts;
  readonly onEvent?: (event: TaskEvent) => void;
  readonly signal?: AbortSignal;
}

/** How far something planned has come. */
export interface Survey {
  /** Names of the tasks that are in the store. */
  readonly present: ReadonlySet<string>;
  /** Work of the cells that are not, in trainings of the dense network. */
  readonly work: number;
}

export interface Ending<Results> {
  readonly outcome: TasksOutcome;
  /** Wall time of executing the tasks. */
  readonly seconds: number;
  /** Null where it was stopped, by a signal or by trouble that ends everything. */
  readonly results: Results | null;
}

/**
 * Runs specifications and studies: executes what is missing in the store, keeps a record from the start, and assembles what
 * was found. It knows no file, no terminal and no thread: those are the store's, the caller's and the executor's.
 */
export class Laboratory {
  readonly store: Store;
  readonly #machine: Machine;
  readonly #now: () => number;

  constructor({ store, machine, now = Date.now }: LaboratoryOptions) {
    this.store = store;
    this.#machine = machine;
    this.#now = now;
  }

  /** What of something planned is in the store already, and what is ahead. */
  async survey({ tasks }: { readonly tasks: readonly Task[] }): Promise<Survey> {
    const present = await presentTasks(tasks, this.store);
    const work = tasks.reduce(
      (sum, { id, kind, cost }) => sum + (kind === 'measurement' || present.has(id) ? 0 : cost),
      0,
    );
    return { present, work };
  }

  /** Writes the record of a run, from which other processes learn what there is to do. */
  async beginRun(
    { folder, specification, facts, graph }: PlannedRun,
    command: string,
    mender = new Mender(this.store),
  ): Promise<RunRecord> {
    const cells = graph.cells.map(({ id, condition, trial, level, draw, density }) => ({
      id,
      condition,
      trial,
      level,
      draw,
      density,
    }));
    const begun = this.#record(await orMended(this.store.readRun(folder), mender), command);
    const record: RunRecord = { ...begun, run: folder, specification, dataset: facts, cells };
    await this.store.writeRun(record);
    return record;
  }

  /** Trains what a run lacks, and gives its results. */
  async run(planned: PlannedRun, how: RunHow): Promise<Ending<RunResults>> {
    const mender = new Mender(this.store, (mended) => how.onEvent?.({ kind: 'damaged', ...mended }));
    const record = await this.beginRun(planned, how.command, mender);
    const { graph } = planned;
    const { outcome, seconds, results } = await this.#execute(planned.tasks, how, mender, (outcome) =>
      assembleResults(record, graph, readable(this.store, outcome)),
    );
    if (results === null) return { outcome, seconds, results };
    if (results.digest === null || record.finished !== null) return { outcome, seconds, results };
    const finished = this.#time();
    await this.store.writeRun({ ...record, finished });
    return { outcome, seconds, results: { ...results, provenance: { ...results.provenance, finished } } };
  }

  /**
   * Notes in a record that was finished that something of it is missing now, such as a cell that was damaged: other processes leave
   * alone what is finished.
   *
   * @param tasks that its settings plan
   */
  async reopen(record: RunRecord | StudyRecord, tasks: readonly Task[]): Promise<void> {
    if (record.finished === null || (await presentTasks(tasks, this.store)).size === tasks.length) return;
    await this.#write({ ...record, finished: null });
  }

  /**
   * Notes in a record that its last task is finished, where that is so.
   *
   * @param tasks that its settings plan
   * @returns whether it is finished
   */
  async conclude(record: RunRecord | StudyRecord, tasks: readonly Task[]): Promise<boolean> {
    if (record.finished !== null) return true;
    const present = await presentTasks(tasks, this.store);
    if (present.size < tasks.length) return false;
    await this.#write({ ...record, finished: this.#time() });
    return true;
  }

  #write(record: RunRecord | StudyRecord): Promise<void> {
    return 'run' in record ? this.store.writeRun(record) : this.store.writeStudy(record);
  }

  /** Writes the record of a study, from which other processes learn what there is to do. */
  async beginStudy<Options, Plan extends StudyPlan, Found>(
    { folder, study, options, facts, plan }: PlannedStudy<Options, Plan, Found>,
    command: string,
    mender = new Mender(this.store),
  ): Promise<StudyRecord> {
    const begun = this.#record(await orMended(this.store.readStudy(folder), mender), command);
    const record: StudyRecord = {
      ...begun,
      folder,
      study: study.name,
      specification: plan.base,
      options: options as Readonly<Record<string, unknown>>,
      dataset: facts,
      cells: plan.cells.map(({ id }) => id),
      measurements: plan.measurements.map(({ id }) => id),
    };
    await this.store.writeStudy(record);
    return record;
  }

  /** Trains and measures what a study lacks, and gives what it found. */
  async study<Options, Plan extends StudyPlan, Found>(
    planned: PlannedStudy<Options, Plan, Found>,
    how: RunHow,
  ): Promise<Ending<StudyOutcome<Found>>> {
    const mender = new Mender(this.store, (mended) => how.onEvent?.({ kind: 'damaged', ...mended }));
    const record = await this.beginStudy(planned, how.command, mender);
    return this.#execute(planned.tasks, how, mender, async (outcome) => {
      const isWhole = outcome.failed.length === 0 && outcome.blocked.length === 0;
      const finished = record.finished ?? (isWhole ? this.#time() : null);
      const results = await assembleStudyOutcome(planned, { ...record, finished }, readable(this.store, outcome));
      if (finished !== record.finished) await this.store.writeStudy({ ...record, finished });
      return results;
    });
  }

  /** Executes tasks and assembles what they found; what proves to be damaged meanwhile is made again. */
  async #execute<Results>(
    tasks: readonly Task[],
    how: RunHow,
    mender: Mender,
    assemble: (outcome: TasksOutcome) => Promise<Results>,
  ): Promise<Ending<Results>> {
    const began = this.#now();
    for (;;) {
      const outcome = await this.work(tasks, how);
      const seconds = (this.#now() - began) / 1000;
      if (outcome.aborted || outcome.fatal !== null) return { outcome, seconds, results: null };
      try {
        return { outcome, seconds, results: await assemble(outcome) };
      } catch (error) {
        const trouble = await mender.mend(error);
        if (trouble !== null) throw trouble;
        mender.nextRound();
      }
    }
  }

  /**
   * Executes what is missing of some tasks, and leaves others to the processes that share the store and are at them.
   *
   * @param patience milliseconds to wait for those while nothing is ready here; default: for as long as it takes
   */
  async work(
    tasks: readonly Task[],
    { executor, worker = { threads: executor.concurrency }, onEvent, signal }: Omit<RunHow, 'command'>,
    patience = Number.POSITIVE_INFINITY,
  ): Promise<TasksOutcome> {
    const claims = await this.store.openClaims?.(worker);
    try {
      return await runTasks({
        tasks,
        store: this.store,
        executor,
        patience,
        ...(claims === undefined ? {} : { claims }),
        ...(onEvent === undefined ? {} : { onEvent }),
        ...(signal === undefined ? {} : { signal }),
      });
    } finally {
      await claims?.close();
    }
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }

  /** What every record says; it is written before anything is trained, so that the run is listed from the start. */
  #record(before: RunRecord | StudyRecord | null, command: string) {
    return {
      ...this.#machine,
      command,
      started: before?.started ?? this.#time(),
      finished: before?.finished ?? null,
    };
  }
}

/** What was read; null where it was damaged, and is out of the way. */
async function orMended<Kind>(read: Promise<Kind | null>, mender: Mender): Promise<Kind | null> {
  try {
    return await read;
  } catch (error) {
    const trouble = await mender.mend(error);
    if (trouble !== null) throw trouble;
    return null;
  }
}
