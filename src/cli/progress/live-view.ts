import type { Task, TaskEvent, TaskProgress } from '../../experiments/tasks/index.js';
import { byteText, clockTime, cutTo, type Output, paintFor, percent } from '../terminal.js';
import { Counts } from './counts.js';
import { Estimate } from './estimate.js';
import { Collapses, damageText, plannedText, Resumptions, Sharing, troubleText } from './texts.js';
import type { ProgressView, ViewOptions } from './view.js';

/** Milliseconds between two drawings. */
const DRAW_EVERY = 150;

/** Characters of the bar. */
const BAR = 24;

interface SlotLine {
  readonly task: Task;
  progress: TaskProgress | null;
}

/** A few lines at the foot of a terminal, drawn again several times a second. */
export class LiveView implements ProgressView {
  readonly #output: Output;
  readonly #clock: () => number;
  readonly #replayCommand: (task: Task) => string;
  readonly #timer: NodeJS.Timeout;
  readonly #counts = new Counts();
  readonly #resumptions = new Resumptions();
  readonly #collapses = new Collapses();
  readonly #sharing = new Sharing();
  readonly #slots = new Map<number, SlotLine>();
  #estimate: Estimate | undefined;
  #trained = 0;
  #peak = 0;
  #began = 0;
  /** Lines that stand there now. */
  #drawn = 0;

  constructor(output: Output, { clock, replayCommand }: Required<ViewOptions>) {
    this.#output = output;
    this.#clock = clock;
    this.#replayCommand = replayCommand;
    this.#timer = setInterval(() => this.#draw(), DRAW_EVERY);
    this.#timer.unref();
    output.write('\u001b[?25l');
  }

  onEvent(event: TaskEvent): void {
    const now = this.#clock();
    this.#counts.onEvent(event);
    switch (event.kind) {
      case 'planned':
        this.#began = now;
        this.#estimate = new Estimate(event.tasks, event.present, now);
        this.#slots.clear();
        this.#above(plannedText(event.tasks, event.present));
        break;
      case 'started':
        this.#estimate?.start(event.task, now);
        this.#slots.set(event.slot, { task: event.task, progress: null });
        break;
      case 'progress': {
        this.#estimate?.progress(event.task, event.progress, now);
        const line = this.#slots.get(event.slot);
        if (line !== undefined) line.progress = event.progress;
        this.#say(this.#resumptions.textOf(event.task, event.progress));
        break;
      }
      case 'finished':
        this.#estimate?.settle(event.task, now);
        this.#slots.delete(event.slot);
        this.#finished(event);
        break;
      case 'found':
        this.#estimate?.settle(event.task, now);
        break;
      case 'lost':
        this.#estimate?.stop(event.task, now);
        this.#slots.delete(event.slot);
        this.#say(this.#sharing.textOf(event, now));
        break;
      case 'waiting':
        this.#say(this.#sharing.textOf(event, now));
        break;
      case 'failed':
      case 'blocked':
        this.#estimate?.settle(event.task, now);
        if (event.kind === 'failed' && event.slot !== null) this.#slots.delete(event.slot);
        this.#above(troubleText(event, this.#replayCommand));
        break;
      case 'damaged':
        this.#above(damageText(event));
        break;
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#output.write(`${this.#erase()}\u001b[?25h`);
    this.#drawn = 0;
  }

  #finished({ task, outcome }: Extract<TaskEvent, { kind: 'finished' }>): void {
    if (outcome.kind !== 'cell') return;
    this.#trained++;
    this.#peak = Math.max(this.#peak, outcome.peakMemoryBytes);
    if (outcome.status === 'diverged') this.#above(`diverged: ${task.label}`);
    this.#say(this.#collapses.textOf(task, outcome.collapsed));
  }

  #erase(): string {
    return this.#drawn === 0 ? '' : `\u001b[${this.#drawn}F\u001b[0J`;
  }

  #say(text: string | null): void {
    if (text !== null) this.#above(text);
  }

  /** Writes lines that stay, above the lines that are redrawn. */
  #above(text: string): void {
    this.#output.write(`${this.#erase()}${text}\n`);
    this.#drawn = 0;
    this.#draw();
  }

  #slotLines(width: number): string[] {
    return [...this.#slots]
      .sort(([a], [b]) => a - b)
      .map(([, { task, progress }]) => cutTo(`  ${task.label}  ${stateText(progress)}`, width));
  }

  #totalLine(estimate: Estimate, width: number): string {
    const now = this.#clock();
    const elapsed = (now - this.#began) / 1000;
    const left = estimate.secondsLeft(now);
    const share = estimate.share();
    const full = Math.round(share * BAR);
    const rate = this.#trained > 0 && elapsed > 1 ? `  ${((this.#trained / elapsed) * 60).toFixed(1)} cells/min` : '';
    const memory = this.#peak > 0 ? `  ${byteText(this.#peak)} a worker` : '';
    const rest = left === null ? '' : `  ${clockTime(left)} left`;
    const bar = `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`;
    return cutTo(
      `${bar} ${percent(share, 0)}  ${this.#counts.all()}${rate}  ${clockTime(elapsed)}${rest}${memory}`,
      width,
    );
  }

  #draw(): void {
    const width = (this.#output.columns ?? 80) - 1;
    const paint = paintFor(this.#output);
    const total = this.#estimate === undefined ? [] : [paint('cyan', this.#totalLine(this.#estimate, width))];
    const rows = Math.max(2, (this.#output.rows ?? 24) - 1);
    const lines = [...this.#slotLines(width), ...total].slice(-rows);
    this.#output.write(`${this.#erase()}${lines.map((line) => `${line}\n`).join('')}`);
    this.#drawn = lines.length;
  }
}

function stateText(progress: TaskProgress | null): string {
  if (progress === null) return 'starting';
  if (progress.kind === 'measurement') return percent(progress.share, 0);
  return `${progress.iteration}/${progress.iterations}  validation ${percent(progress.validationAccuracy)}`;
}
