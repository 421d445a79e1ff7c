import type { PlannedCell } from '../experiments/graph.js';
import { type CellProgress, describeCell, type RunEvent } from '../experiments/runner.js';
import { byteText, clockTime, cutTo, grouped, isLive, type Output, paintFor, percent, roughTime } from './terminal.js';

/**
 * How much of a run is done and how long the rest will take. Work is counted in the cells' costs, which fall with
 * density, because a ladder's last rounds are many times quicker than its first.
 */
export class Estimate {
  #total = 0;
  #present = 0;
  #finished = 0;
  readonly #running = new Map<string, number>();
  /** Work of cells that was done before this run began, by checkpoints. */
  readonly #before = new Map<string, number>();
  readonly #began: number;

  /** @param now milliseconds on any clock */
  constructor(cells: readonly PlannedCell[], present: ReadonlySet<string>, now: number) {
    this.#began = now;
    for (const { id, cost } of cells) {
      this.#total += cost;
      if (present.has(id)) this.#present += cost;
    }
  }

  progress({ id, cost }: PlannedCell, { iteration, iterations, firstIteration, resumedAt }: CellProgress): void {
    const each = cost / Math.max(1, iterations - firstIteration);
    const before = each * (resumedAt - firstIteration);
    this.#present += before - (this.#before.get(id) ?? 0);
    this.#before.set(id, before);
    this.#running.set(id, each * (iteration - resumedAt));
  }

  /** A cell is finished, has failed or will never be trained: its work is no longer ahead. */
  settle({ id, cost }: PlannedCell): void {
    this.#running.delete(id);
    this.#finished += cost - (this.#before.get(id) ?? 0);
  }

  #doneNow(): number {
    let done = this.#finished;
    for (const part of this.#running.values()) done += part;
    return done;
  }

  /** Share of the whole run's work that is done, 0 .. 1. */
  share(): number {
    return this.#total === 0 ? 1 : Math.min(1, (this.#present + this.#doneNow()) / this.#total);
  }

  /** Seconds left at the rate so far; null while there is nothing to go by. */
  secondsLeft(now: number): number | null {
    const done = this.#doneNow();
    const elapsed = (now - this.#began) / 1000;
    if (done <= 0 || elapsed < 0.5) return null;
    return (Math.max(0, this.#total - this.#present - done) / done) * elapsed;
  }
}

/** What a person watches while cells are trained. */
export interface ProgressView {
  onEvent(event: RunEvent): void;
  /** Leaves the screen as it should stay. */
  close(): void;
}

/** The text of an error for people. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Plain lines for logs: one a cell. */
class PlainView implements ProgressView {
  #estimate: Estimate | undefined;
  #total = 0;
  #settled = 0;
  readonly #resumptions = new Resumptions();

  constructor(
    readonly output: Output,
    readonly clock: () => number,
    readonly replayCommand: (cell: PlannedCell) => string,
  ) {}

  #line(text: string): void {
    this.output.write(`${text}\n`);
  }

  onEvent(event: RunEvent): void {
    switch (event.kind) {
      case 'planned':
        this.#estimate = new Estimate(event.cells, event.present, this.clock());
        this.#total = event.cells.length;
        this.#settled = event.present.size;
        this.#line(plannedText(event.cells.length, event.present.size));
        break;
      case 'progress': {
        this.#estimate?.progress(event.cell, event.progress);
        const resumed = this.#resumptions.textOf(event.cell, event.progress);
        if (resumed !== null) this.#line(resumed);
        break;
      }
      case 'finished': {
        this.#estimate?.settle(event.cell);
        this.#settled++;
        const left = this.#estimate?.secondsLeft(this.clock()) ?? null;
        const { status, testAccuracy, seconds } = event.outcome;
        const what = status === 'done' ? `test accuracy ${percent(testAccuracy)}` : 'diverged';
        const lost = event.outcome.collapsed ?? [];
        const rest = left === null || this.#settled === this.#total ? '' : `, about ${roughTime(left)} left`;
        this.#line(
          `[${this.#settled}/${this.#total}] ${describeCell(event.cell)}: ${what} in ${seconds.toFixed(1)} s${rest}`,
        );
        if (lost.length > 0) this.#line(collapseText(event.cell, lost));
        break;
      }
      case 'failed':
      case 'blocked':
        this.#estimate?.settle(event.cell);
        this.#settled++;
        this.#line(troubleText(event, this.replayCommand));
        break;
      default:
    }
  }

  close(): void {}
}

/** Says once that a cell goes on from a checkpoint. */
class Resumptions {
  readonly #told = new Set<string>();

  /** What to say of a cell's progress; null when there is nothing new. */
  textOf(cell: PlannedCell, { resumedAt, firstIteration, iterations }: CellProgress): string | null {
    if (resumedAt === firstIteration || this.#told.has(cell.id)) return null;
    this.#told.add(cell.id);
    return `${describeCell(cell)}: goes on from iteration ${grouped(resumedAt)} of ${grouped(iterations)}`;
  }
}

/** `66 cells, 12 in the store already, 54 to train.` */
export function plannedText(total: number, present: number): string {
  const cells = total === 1 ? '1 cell' : `${total} cells`;
  if (present === 0) return `${cells} to train.`;
  if (present === total) return `${cells}, all in the store already.`;
  return `${cells}, ${present} in the store already, ${total - present} to train.`;
}

/** Which layers of a cell have no weight left. */
export function collapseText(cell: PlannedCell, layers: readonly string[]): string {
  return `layer collapse: ${describeCell(cell)}: no weight is left in ${layers.join(', ')}`;
}

/** What went wrong with a cell, with its seed, its name and how to see it again. */
export function troubleText(
  event: Extract<RunEvent, { kind: 'failed' | 'blocked' }>,
  replayCommand: (cell: PlannedCell) => string,
): string {
  const { cell } = event;
  if (event.kind === 'blocked') return `not run: ${describeCell(cell)}: ${event.reason}`;
  return [
    `failed: ${describeCell(cell)}: ${errorText(event.error)}`,
    `  cell ${cell.id}, initialisation seed ${cell.specification.initialisation.seed}`,
    `  again: ${replayCommand(cell)}`,
  ].join('\n');
}

interface SlotLine {
  readonly cell: PlannedCell;
  progress: CellProgress | null;
}

/** A few lines at the foot of a terminal, drawn again several times a second. */
class LiveView implements ProgressView {
  #estimate: Estimate | undefined;
  #total = 0;
  #settled = 0;
  #trained = 0;
  #peak = 0;
  #began = 0;
  #drawn = 0;
  readonly #slots = new Map<number, SlotLine>();
  readonly #resumptions = new Resumptions();
  readonly #timer: NodeJS.Timeout;

  constructor(
    readonly output: Output,
    readonly clock: () => number,
    readonly replayCommand: (cell: PlannedCell) => string,
  ) {
    this.#timer = setInterval(() => this.#draw(), 150);
    this.#timer.unref();
    output.write('\u001b[?25l');
  }

  onEvent(event: RunEvent): void {
    switch (event.kind) {
      case 'planned':
        this.#began = this.clock();
        this.#estimate = new Estimate(event.cells, event.present, this.#began);
        this.#total = event.cells.length;
        this.#settled = event.present.size;
        this.#above(plannedText(event.cells.length, event.present.size));
        break;
      case 'started':
        this.#slots.set(event.slot, { cell: event.cell, progress: null });
        break;
      case 'progress': {
        this.#estimate?.progress(event.cell, event.progress);
        const line = this.#slots.get(event.slot);
        if (line !== undefined) line.progress = event.progress;
        const resumed = this.#resumptions.textOf(event.cell, event.progress);
        if (resumed !== null) this.#above(resumed);
        break;
      }
      case 'finished':
        this.#estimate?.settle(event.cell);
        this.#slots.delete(event.slot);
        this.#settled++;
        this.#trained++;
        this.#peak = Math.max(this.#peak, event.outcome.peakMemoryBytes);
        if (event.outcome.status === 'diverged') this.#above(`diverged: ${describeCell(event.cell)}`);
        if ((event.outcome.collapsed ?? []).length > 0) {
          this.#above(collapseText(event.cell, event.outcome.collapsed ?? []));
        }
        break;
      case 'failed':
      case 'blocked':
        this.#estimate?.settle(event.cell);
        if (event.kind === 'failed' && event.slot !== null) this.#slots.delete(event.slot);
        this.#settled++;
        this.#above(troubleText(event, this.replayCommand));
        break;
    }
  }

  #erase(): string {
    return this.#drawn === 0 ? '' : `\u001b[${this.#drawn}F\u001b[0J`;
  }

  /** Writes lines that stay, above the lines that are redrawn. */
  #above(text: string): void {
    this.output.write(`${this.#erase()}${text}\n`);
    this.#drawn = 0;
    this.#draw();
  }

  #lines(): string[] {
    const width = (this.output.columns ?? 80) - 1;
    const paint = paintFor(this.output);
    const lines = [...this.#slots.entries()]
      .sort(([a], [b]) => a - b)
      .map(([, { cell, progress }]) => {
        const state =
          progress === null
            ? 'starting'
            : `${progress.iteration}/${progress.iterations}  validation ${percent(progress.validationAccuracy)}`;
        return cutTo(`  ${describeCell(cell)}  ${state}`, width);
      });
    const estimate = this.#estimate;
    if (estimate !== undefined) {
      const now = this.clock();
      const elapsed = (now - this.#began) / 1000;
      const left = estimate.secondsLeft(now);
      const share = estimate.share();
      const room = 24;
      const full = Math.round(share * room);
      const rate = this.#trained > 0 && elapsed > 1 ? `  ${((this.#trained / elapsed) * 60).toFixed(1)} cells/min` : '';
      const memory = this.#peak > 0 ? `  ${byteText(this.#peak)} a worker` : '';
      const rest = left === null ? '' : `  ${clockTime(left)} left`;
      const bar = `${'█'.repeat(full)}${'░'.repeat(room - full)}`;
      const text = cutTo(
        `${bar} ${percent(share, 0)}  ${this.#settled}/${this.#total} cells${rate}  ${clockTime(elapsed)}${rest}${memory}`,
        width,
      );
      lines.push(paint('cyan', text));
    }
    const rows = Math.max(2, (this.output.rows ?? 24) - 1);
    return lines.slice(-rows);
  }

  #draw(): void {
    const lines = this.#lines();
    this.output.write(`${this.#erase()}${lines.map((line) => `${line}\n`).join('')}`);
    this.#drawn = lines.length;
  }

  close(): void {
    clearInterval(this.#timer);
    this.output.write(`${this.#erase()}\u001b[?25h`);
    this.#drawn = 0;
  }
}

/**
 * Shows a run on a stream: redrawn lines on a terminal, plain lines elsewhere.
 *
 * @param replayCommand the command that trains one cell again
 */
export function progressView(
  output: Output,
  replayCommand: (cell: PlannedCell) => string,
  clock: () => number = () => performance.now(),
): ProgressView {
  return isLive(output) ? new LiveView(output, clock, replayCommand) : new PlainView(output, clock, replayCommand);
}
