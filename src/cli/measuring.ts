import type { Dataset } from '../data/dataset.js';
import {
  type MeasurementEvent,
  type MeasurementsOptions,
  type MeasurementsOutcome,
  type PlannedMeasurement,
  runMeasurements,
} from '../experiments/measurements/index.js';
import { WorkerPool } from '../node/pool.js';
import { exitCodes } from './errors.js';
import { defaultWorkers } from './options.js';
import { errorText } from './progress.js';
import { clockTime, cutTo, isLive, type Output, paintFor, percent, roughTime } from './terminal.js';
import type { PlaceFlags } from './training.js';

interface Work {
  readonly measurements: readonly PlannedMeasurement[];
  readonly dataset: Dataset;
  readonly store: MeasurementsOptions['store'];
  readonly flags: PlaceFlags & { readonly json?: boolean };
  /** The command that goes on. */
  readonly again: string;
  readonly signal: AbortSignal;
}

/** What came of it, or the exit code of a command that ends here: its trouble has been told. */
export type Measured =
  | { readonly kind: 'done'; readonly outcome: MeasurementsOutcome }
  | { readonly kind: 'ended'; readonly code: number };

/** Makes the measurements that are not in the store, with progress on the terminal. */
export async function makeMeasurements({
  measurements,
  dataset,
  store,
  flags,
  again,
  signal,
}: Work): Promise<Measured> {
  const threads = flags.workers ?? defaultWorkers();
  const workers = Math.min(threads, Math.max(1, measurements.length));
  const maker = new WorkerPool({ dataset, store: flags.store, workers, threads, checkpointEvery: 0 });
  const view = new MeasuringView(flags.json ? process.stderr : process.stdout);
  let outcome: MeasurementsOutcome;
  try {
    outcome = await runMeasurements({ measurements, store, maker, onEvent: (event) => view.onEvent(event), signal });
  } finally {
    view.close();
    await maker.close();
  }
  if (outcome.fatal !== null) {
    process.stderr.write(
      `${paintFor(process.stderr)('red', 'error:')} ${errorText(outcome.fatal)}\nEverything finished is kept. Then go on with: ${again}\n`,
    );
    return { kind: 'ended', code: exitCodes.failed };
  }
  if (outcome.aborted) {
    const finished = outcome.present.length + outcome.made.length;
    process.stderr.write(
      `Stopped. ${finished} of ${measurements.length} measurements are made and kept. Go on with: ${again}\n`,
    );
    return { kind: 'ended', code: exitCodes.failed };
  }
  return { kind: 'done', outcome };
}

/** Which measurements are missing, and why. */
export function missingText({ failed, blocked }: MeasurementsOutcome, total: number): string {
  const lines = [
    ...failed.map(({ measurement, error }) => `  ${measurement.label}: ${errorText(error)}`),
    ...blocked.map(({ measurement, reason }) => `  ${measurement.label}: ${reason}`),
  ];
  const shown = lines.slice(0, 10);
  if (lines.length > shown.length) shown.push(`  and ${lines.length - shown.length} more`);
  return [`${failed.length + blocked.length} of ${total} measurements could not be made:`, ...shown].join('\n');
}

/** Milliseconds between two lines of a log, and between two drawings on a terminal. */
const LOG_EVERY = 5000;
const DRAW_EVERY = 150;

/** How many measurements are made and how long the rest will take: one line that is redrawn, or a line now and then. */
export class MeasuringView {
  readonly #output: Output;
  readonly #clock: () => number;
  #total = 0;
  #settled = 0;
  #began = 0;
  #work = 0;
  #done = 0;
  #told = 0;
  readonly #running = new Map<string, number>();

  constructor(output: Output, clock: () => number = () => performance.now()) {
    this.#output = output;
    this.#clock = clock;
  }

  onEvent(event: MeasurementEvent): void {
    if (event.kind === 'planned') {
      const { measurements, present } = event;
      this.#total = measurements.length;
      this.#settled = present.size;
      this.#began = this.#clock();
      this.#work = measurements.reduce((sum, { id, cost }) => sum + (present.has(id) ? 0 : cost), 0);
      if (this.#total > 0) this.#line(plannedMeasurementsText(this.#total, present.size));
      return;
    }
    const { id, cost, label } = event.measurement;
    if (event.kind === 'progress') {
      this.#running.set(id, cost * event.share);
      this.#show(label, DRAW_EVERY, isLive(this.#output));
      return;
    }
    this.#running.delete(id);
    this.#done += cost;
    this.#settled++;
    if (event.kind === 'failed') this.#line(`failed: ${label}: ${errorText(event.error)}`);
    if (event.kind === 'blocked') this.#line(`not measured: ${label}: ${event.reason}`);
    const live = isLive(this.#output);
    this.#show(label, live ? DRAW_EVERY : LOG_EVERY, live || event.kind === 'finished');
  }

  #line(text: string): void {
    this.#output.write(`${isLive(this.#output) ? '\r\u001b[2K' : ''}${text}\n`);
  }

  #show(label: string, every: number, wanted: boolean): void {
    const now = this.#clock();
    const last = this.#settled === this.#total;
    if (!wanted || (now - this.#told < every && !last)) return;
    this.#told = now;
    let done = this.#done;
    for (const part of this.#running.values()) done += part;
    const elapsed = (now - this.#began) / 1000;
    const left = done > 0 && !last ? ((this.#work - done) / done) * elapsed : null;
    if (!isLive(this.#output)) {
      const rest = left === null ? '' : `, about ${roughTime(left)} left`;
      this.#line(`measured [${this.#settled}/${this.#total}] ${label}${rest}`);
      return;
    }
    const share = this.#work === 0 ? 1 : Math.min(1, done / this.#work);
    const rest = left === null ? '' : `  ${clockTime(left)} left`;
    const text = `${percent(share, 0)}  ${this.#settled}/${this.#total} measurements  ${clockTime(elapsed)}${rest}  ${label}`;
    const width = (this.#output.columns ?? 80) - 1;
    this.#output.write(`\r\u001b[2K${paintFor(this.#output)('cyan', cutTo(text, width))}`);
  }

  /** Leaves the screen as it should stay. */
  close(): void {
    if (isLive(this.#output) && this.#total > 0) this.#output.write('\r\u001b[2K');
  }
}

/** `60 measurements, 12 in the store already, 48 to make.` */
export function plannedMeasurementsText(total: number, present: number): string {
  const all = total === 1 ? '1 measurement' : `${total} measurements`;
  if (present === 0) return `${all} to make.`;
  if (present === total) return `${all}, all in the store already.`;
  return `${all}, ${present} in the store already, ${total - present} to make.`;
}
