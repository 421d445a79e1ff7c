import { type Signal, signal } from '@preact/signals';
import { type Comparison, compareRun } from 'lottery-lab/analysis';
import type { Dataset } from 'lottery-lab/data';
import type {
  CellResult,
  PlannedCell,
  RunRecord,
  RunResults,
  RunSpecification,
  Store,
  Task,
  TaskEvent,
} from 'lottery-lab/experiments';
import { Laboratory, type PlannedRun, planRun, runResults } from 'lottery-lab/laboratory';
import { WebWorkerPool } from 'lottery-lab/web';
import { aloneWith } from '../keep/alone.js';
import { messageOf } from '../parts/message.js';
import workerScript from '../worker?worker&url';
import { Pace } from './pace.js';

/** One training as the page shows it: its place, and its curve so far. */
export interface LiveCell {
  readonly cell: PlannedCell;
  readonly state: 'waiting' | 'training' | 'done' | 'diverged' | 'failed';
  /** Share that is done, 0 to 1. */
  readonly share: number;
  readonly curve: readonly CurvePoint[];
  /** Test accuracy at the end, a share; null until then. */
  readonly testAccuracy: number | null;
}

export interface CurvePoint {
  readonly iteration: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

export type ExperimentState =
  | { readonly kind: 'ready' }
  | { readonly kind: 'running' }
  /** Between two rounds, or where it was paused: it resumes from there. */
  | { readonly kind: 'paused' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string };

export interface ExperimentRequest {
  readonly specification: RunSpecification;
  readonly dataset: Dataset;
  readonly store: Store;
  /** The command that trains the same. */
  readonly command: string;
}

const curveOf = ({ iteration, validationLoss, validationAccuracy }: CellResult['history']): CurvePoint[] =>
  iteration.map((at, row) => ({
    iteration: at,
    validationLoss: validationLoss[row],
    validationAccuracy: validationAccuracy[row],
  }));

/** What was found so far, and what the statistics say of it. */
export interface Found {
  readonly results: RunResults;
  /** Null until something is finished. */
  readonly comparison: Comparison | null;
}

/** Trainings at once: as many as there are cores, within reason. */
export const WORKERS = Math.max(1, Math.min(8, navigator.hardwareConcurrency || 2));
/** Milliseconds between two times that the page is told of progress: it draws no faster than people see. */
const SHOW_EVERY = 120;
/** Seconds between checkpoints: no more than that is trained again where a tab is closed. */
const CHECKPOINT_EVERY = 5;

const engine = { version: __LOTTERY_VERSION__, engine: navigator.userAgent, platform: 'browser' };

/** An experiment in the page: trained in workers, round by round, kept in a store, and shown while it grows. */
export class Experiment {
  readonly state: Signal<ExperimentState> = signal({ kind: 'ready' });
  readonly cells: Signal<ReadonlyMap<string, LiveCell>>;
  /** What was found so far; made anew after each round. */
  readonly found: Signal<Found | null> = signal(null);
  /** Rounds of pruning done, at most so many: the dense network is round 0. */
  readonly level: Signal<number> = signal(0);
  /** Seconds left at the pace so far; null where there is none yet. */
  readonly secondsLeft: Signal<number | null> = signal(null);
  /** Whether another tab trains this run, and this one waits for it. */
  readonly isElsewhere: Signal<boolean> = signal(false);
  readonly planned: PlannedRun;
  readonly dataset: Dataset;
  readonly store: Store;
  readonly #request: ExperimentRequest;
  readonly #laboratory: Laboratory;
  readonly #live = new Map<string, LiveCell>();
  readonly #pace = new Pace();
  #stop = new AbortController();
  #ended: Promise<void> = Promise.resolve();
  #shown = 0;

  /** @throws InputError when the settings do not fit the data */
  constructor(request: ExperimentRequest) {
    const { specification, dataset, store } = request;
    this.#request = request;
    this.dataset = dataset;
    this.store = store;
    this.planned = planRun(specification, dataset);
    this.#laboratory = new Laboratory({ store, machine: { ...engine, processor: 'unknown' } });
    for (const cell of this.planned.graph.cells) {
      this.#live.set(cell.id, { cell, state: 'waiting', share: 0, curve: [], testAccuracy: null });
    }
    this.cells = signal(new Map(this.#live));
  }

  /** The last level. */
  get last(): number {
    return this.planned.specification.levels - 1;
  }

  /** Shows what is kept of it from before, in experiments of other settings too: cells are known by what decides them. */
  async recall(): Promise<void> {
    await this.#assembleKept();
    const first = this.#firstOpen();
    this.level.value = Math.min(first, this.last);
    if (first > this.last) this.state.value = { kind: 'done' };
    else if (this.found.value?.comparison !== null) this.state.value = { kind: 'paused' };
  }

  /**
   * Trains on, to the end, or so many rounds.
   *
   * @param goesOn asked after each round
   */
  run(rounds = Number.POSITIVE_INFINITY, goesOn: () => boolean = () => true): Promise<void> {
    if (this.state.value.kind === 'running') return this.#ended;
    this.state.value = { kind: 'running' };
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const onWait = (): void => {
      this.isElsewhere.value = true;
    };
    this.#ended = aloneWith(this.planned.folder, { onWait, signal }, async () => {
      // Another tab may have trained on meanwhile.
      if (this.isElsewhere.value) await this.recall();
      this.isElsewhere.value = false;
      this.state.value = { kind: 'running' };
      await this.#run(rounds, goesOn);
    }).catch((error: unknown) => {
      this.isElsewhere.value = false;
      this.state.value = signal.aborted ? { kind: 'paused' } : { kind: 'failed', message: messageOf(error) };
    });
    return this.#ended;
  }

  /** Stops at once; what was trained is kept, to the last iteration. */
  async pause(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #run(rounds: number, goesOn: () => boolean): Promise<void> {
    const { store, dataset, command } = this.#request;
    const record = await this.#laboratory.beginRun(this.planned, command);
    const pool = new WebWorkerPool({
      script: new URL(workerScript, document.baseURI),
      dataset,
      store,
      engine,
      workers: WORKERS,
      checkpointEvery: CHECKPOINT_EVERY,
    });
    this.#pace.begin();
    try {
      let first = this.#firstOpen();
      for (let done = 0; first <= this.last && done < rounds && !this.#stop.signal.aborted; done++, first++) {
        if (done > 0 && !goesOn()) break;
        this.level.value = first;
        let isNew = false;
        const outcome = await this.#laboratory.work(this.#tasksTo(first), {
          executor: pool,
          onEvent: (event) => {
            isNew ||= event.kind === 'finished';
            this.#hear(event);
          },
          signal: this.#stop.signal,
        });
        if (outcome.fatal !== null) throw outcome.fatal;
        if (outcome.failed.length > 0) throw outcome.failed[0].error;
        // A stop in the middle of a round waits for nothing that is shown already.
        if (isNew || !this.#stop.signal.aborted) await this.#assemble(record);
      }
      // What was found says when it was finished, once it is.
      if (this.#firstOpen() > this.last && (await this.#laboratory.conclude(record, this.planned.tasks)))
        await this.#assembleKept();
    } finally {
      this.#pace.end();
      await pool.close();
      this.#show(true);
    }
    this.state.value = this.#firstOpen() > this.last ? { kind: 'done' } : { kind: 'paused' };
    this.secondsLeft.value = null;
  }

  /** The first round with something left to train. */
  #firstOpen(): number {
    const open = [...this.#live.values()].filter(({ state }) => state === 'waiting' || state === 'training');
    return open.length === 0 ? this.last + 1 : Math.min(...open.map(({ cell }) => cell.level));
  }

  #tasksTo(level: number): readonly Task[] {
    return this.planned.tasks.filter((task) => task.kind === 'cell' && task.cell.level <= level);
  }

  #hear(event: TaskEvent): void {
    if (!('task' in event) || event.task.kind !== 'cell') return;
    const live = this.#live.get(event.task.id);
    if (live === undefined) return;
    if (event.kind === 'started') this.#change({ ...live, state: 'training' });
    else if (event.kind === 'failed' || event.kind === 'blocked') this.#change({ ...live, state: 'failed' });
    else if (event.kind === 'finished' && event.outcome.kind === 'cell') {
      const { status, testAccuracy } = event.outcome;
      this.#pace.add(live.cell.cost * (1 - live.share));
      this.#change({ ...live, state: status, share: 1, testAccuracy });
      void this.#completeCurve(live.cell.id);
    } else if (event.kind === 'progress' && event.progress.kind === 'cell') {
      const { iteration, iterations, firstIteration, validationLoss, validationAccuracy } = event.progress;
      const share = (iteration - firstIteration) / Math.max(1, iterations - firstIteration);
      this.#pace.add(live.cell.cost * Math.max(0, share - live.share));
      // Between two evaluations the figures are those of the last.
      const { evaluateEvery } = this.planned.graph.lengths;
      const evaluated = iteration === iterations ? iteration : iteration - (iteration % evaluateEvery);
      const isNew = live.curve.at(-1)?.iteration !== evaluated;
      const point = { iteration: evaluated, validationLoss, validationAccuracy };
      this.#change({ ...live, state: 'training', share, curve: isNew ? [...live.curve, point] : live.curve });
    }
  }

  /** Progress tells of some evaluations, a finished training of all. */
  async #completeCurve(id: string): Promise<void> {
    const curve = curveOf(await this.store.readHistory(id));
    const live = this.#live.get(id);
    if (live !== undefined) this.#change({ ...live, curve });
  }

  #change(live: LiveCell): void {
    this.#live.set(live.cell.id, live);
    this.#show(false);
  }

  #show(isLast: boolean): void {
    const now = performance.now();
    if (!isLast && now - this.#shown < SHOW_EVERY) return;
    this.#shown = now;
    this.cells.value = new Map(this.#live);
    const ahead = [...this.#live.values()].reduce((sum, { cell, share }) => sum + cell.cost * (1 - share), 0);
    this.secondsLeft.value = this.#pace.secondsFor(ahead);
  }

  /** Reads what is finished, curves as they were evaluated. */
  async #assemble(record: RunRecord): Promise<void> {
    const results = await runResults(record, this.store);
    this.found.value = { results, comparison: results.cells.length === 0 ? null : compareRun(results) };
    for (const { id, status, history, end } of results.cells) {
      const live = this.#live.get(id);
      if (live === undefined) continue;
      this.#live.set(id, { ...live, state: status, share: 1, curve: curveOf(history), testAccuracy: end.testAccuracy });
    }
    this.#show(true);
  }

  /** The same, of the record as it is kept now. */
  async #assembleKept(): Promise<void> {
    await this.#assemble(this.#record(await this.store.readRun(this.planned.folder)));
  }

  /** The record of before; one that was never written down where there is none. */
  #record(kept: RunRecord | null): RunRecord {
    if (kept !== null) return kept;
    const { folder, specification, facts, graph } = this.planned;
    const { command } = this.#request;
    const at = { ...engine, processor: 'unknown', started: new Date().toISOString(), finished: null };
    return { ...at, command, run: folder, specification, dataset: facts, cells: graph.cells };
  }
}
