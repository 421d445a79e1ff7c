import type { Task, TaskProgress } from '../../experiments/tasks/index.js';

/** Work of tasks of one kind, in the unit of their costs. */
class KindOfWork {
  total = 0;
  /** Done before this run began, in the store or in checkpoints. */
  present = 0;
  finished = 0;
  readonly running = new Map<string, number>();
  /** Wall seconds given to this kind: where both kinds run at once, each has its share of the time. */
  seconds = 0;

  done(): number {
    let done = this.finished;
    for (const part of this.running.values()) done += part;
    return done;
  }

  left(): number {
    return Math.max(0, this.total - this.present - this.done());
  }

  /** Seconds per unit of work; null while there is nothing to go by. */
  pace(): number | null {
    const done = this.done();
    return done > 0 && this.seconds >= 0.5 ? this.seconds / done : null;
  }
}

/**
 * How much of a run is done and how long the rest will take. Work is counted in the tasks' costs, because a ladder's last
 * rounds are many times quicker than its first. Cells and measurements have units of their own, and so a pace each.
 */
export class Estimate {
  readonly #kinds: Readonly<Record<Task['kind'], KindOfWork>> = {
    cell: new KindOfWork(),
    measurement: new KindOfWork(),
  };
  /** Work of cells that was done before this run began, by checkpoints. */
  readonly #before = new Map<string, number>();
  #now: number;

  /** @param now milliseconds on any clock */
  constructor(tasks: readonly Task[], present: ReadonlySet<string>, now: number) {
    this.#now = now;
    for (const { id, kind, cost } of tasks) {
      this.#kinds[kind].total += cost;
      if (present.has(id)) this.#kinds[kind].present += cost;
    }
  }

  /** Gives the time since the last call to the kinds that were running in it. */
  #pass(now: number): void {
    const kinds = Object.values(this.#kinds);
    const running = kinds.reduce((sum, kind) => sum + kind.running.size, 0);
    for (const kind of kinds) {
      if (running > 0) kind.seconds += (((now - this.#now) / 1000) * kind.running.size) / running;
    }
    this.#now = now;
  }

  start({ id, kind }: Task, now: number): void {
    this.#pass(now);
    this.#kinds[kind].running.set(id, 0);
  }

  progress({ id, kind, cost }: Task, progress: TaskProgress, now: number): void {
    this.#pass(now);
    const work = this.#kinds[kind];
    if (progress.kind === 'measurement') {
      work.running.set(id, cost * progress.share);
      return;
    }
    const { iteration, iterations, firstIteration, resumedAt } = progress;
    const each = cost / Math.max(1, iterations - firstIteration);
    const before = each * (resumedAt - firstIteration);
    work.present += before - (this.#before.get(id) ?? 0);
    this.#before.set(id, before);
    work.running.set(id, each * (iteration - resumedAt));
  }

  /** A task is stopped before its end; it may begin again. */
  stop({ id, kind }: Task, now: number): void {
    this.#pass(now);
    this.#kinds[kind].running.delete(id);
  }

  /** A task is finished, has failed or will never be executed: its work is no longer ahead. */
  settle({ id, kind, cost }: Task, now: number): void {
    this.#pass(now);
    const work = this.#kinds[kind];
    work.running.delete(id);
    work.finished += cost - (this.#before.get(id) ?? 0);
  }

  /** Share of all work that is done, 0 to 1, each kind weighed by the time that it takes. */
  share(): number {
    let [done, total] = [0, 0];
    const paces = Object.values(this.#kinds).map((kind) => kind.pace());
    const known = paces.filter((pace) => pace !== null);
    const usual = known.length === 0 ? 1 : Math.max(...known);
    for (const [index, kind] of Object.values(this.#kinds).entries()) {
      const pace = paces[index] ?? usual;
      done += (kind.present + kind.done()) * pace;
      total += kind.total * pace;
    }
    return total === 0 ? 1 : Math.min(1, done / total);
  }

  /** Seconds left at the pace so far, of the kinds that have one; null while there is nothing to go by. */
  secondsLeft(now: number): number | null {
    this.#pass(now);
    let left: number | null = null;
    for (const kind of Object.values(this.#kinds)) {
      const pace = kind.pace();
      if (pace !== null) left = (left ?? 0) + kind.left() * pace;
    }
    return left;
  }
}
