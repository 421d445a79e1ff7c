import type { Task, TaskEvent } from '../../experiments/tasks/index.js';
import { type Output, percent, roughTime } from '../terminal.js';
import { Counts } from './counts.js';
import { Estimate } from './estimate.js';
import { Collapses, damageText, plannedText, Resumptions, Sharing, troubleText } from './texts.js';
import type { ProgressView, ViewOptions } from './view.js';

/** Milliseconds between two lines about measurements, of which there may be many a second. */
const MEASUREMENTS_EVERY = 5000;

/** Plain lines for logs: one per cell, and one now and then for measurements. */
export class PlainView implements ProgressView {
  readonly #output: Output;
  readonly #clock: () => number;
  readonly #replayCommand: (task: Task) => string;
  readonly #counts = new Counts();
  readonly #resumptions = new Resumptions();
  readonly #collapses = new Collapses();
  readonly #sharing = new Sharing();
  #estimate: Estimate | undefined;
  #lastMeasurement = Number.NEGATIVE_INFINITY;

  constructor(output: Output, { clock, replayCommand }: Required<ViewOptions>) {
    this.#output = output;
    this.#clock = clock;
    this.#replayCommand = replayCommand;
  }

  onEvent(event: TaskEvent): void {
    const now = this.#clock();
    this.#counts.onEvent(event);
    switch (event.kind) {
      case 'planned':
        this.#estimate = new Estimate(event.tasks, event.present, now);
        this.#line(plannedText(event.tasks, event.present));
        break;
      case 'started':
        this.#estimate?.start(event.task, now);
        break;
      case 'progress': {
        this.#estimate?.progress(event.task, event.progress, now);
        this.#say(this.#resumptions.textOf(event.task, event.progress));
        break;
      }
      case 'finished':
        this.#estimate?.settle(event.task, now);
        this.#finished(event, now);
        break;
      case 'found':
        this.#estimate?.settle(event.task, now);
        this.#line(`[${this.#counts.of(event.task.kind)}] ${event.task.label}: finished by another process`);
        break;
      case 'lost':
        this.#estimate?.stop(event.task, now);
        this.#say(this.#sharing.textOf(event, now));
        break;
      case 'waiting':
        this.#say(this.#sharing.textOf(event, now));
        break;
      case 'failed':
      case 'blocked':
        this.#estimate?.settle(event.task, now);
        this.#line(troubleText(event, this.#replayCommand));
        break;
      case 'damaged':
        this.#line(damageText(event));
        break;
    }
  }

  close(): void {}

  #finished({ task, outcome }: Extract<TaskEvent, { kind: 'finished' }>, now: number): void {
    const left = this.#counts.isLast() ? null : (this.#estimate?.secondsLeft(now) ?? null);
    const rest = left === null ? '' : `, about ${roughTime(left)} left`;
    const counted = `[${this.#counts.of(task.kind)}]`;
    if (outcome.kind === 'measurement') {
      if (now - this.#lastMeasurement < MEASUREMENTS_EVERY && !this.#counts.isLastOf('measurement')) return;
      this.#lastMeasurement = now;
      this.#line(`measured ${counted} ${task.label}${rest}`);
      return;
    }
    const { status, testAccuracy, seconds, collapsed } = outcome;
    const what = status === 'done' ? `test accuracy ${percent(testAccuracy)}` : 'diverged';
    this.#line(`${counted} ${task.label}: ${what} in ${seconds.toFixed(1)} s${rest}`);
    this.#say(this.#collapses.textOf(task, collapsed));
  }

  #say(text: string | null): void {
    if (text !== null) this.#line(text);
  }

  #line(text: string): void {
    this.#output.write(`${text}\n`);
  }
}
