import type { Task, TaskEvent } from '../../experiments/tasks/index.js';

/** Events after which a task is done with. */
const settling: ReadonlySet<TaskEvent['kind']> = new Set(['finished', 'found', 'failed', 'blocked']);

/** How many tasks of each kind there are, and how many of them are done with: finished, failed or out of reach. */
export class Counts {
  readonly #total: Record<Task['kind'], number> = { cell: 0, measurement: 0 };
  readonly #settled: Record<Task['kind'], number> = { cell: 0, measurement: 0 };

  onEvent(event: TaskEvent): void {
    if (event.kind === 'planned') {
      for (const counts of [this.#total, this.#settled]) counts.cell = counts.measurement = 0;
      for (const { id, kind } of event.tasks) {
        this.#total[kind]++;
        if (event.present.has(id)) this.#settled[kind]++;
      }
    } else if (settling.has(event.kind) && 'task' in event) {
      this.#settled[event.task.kind]++;
    }
  }

  /** `3/69`. */
  of(kind: Task['kind']): string {
    return `${this.#settled[kind]}/${this.#total[kind]}`;
  }

  /** `3/69 cells  0/40 measurements`. */
  all(): string {
    const kinds = (['cell', 'measurement'] as const).filter((kind) => this.#total[kind] > 0);
    return kinds.map((kind) => `${this.of(kind)} ${kind}${this.#total[kind] === 1 ? '' : 's'}`).join('  ');
  }

  isLast(): boolean {
    return (['cell', 'measurement'] as const).every((kind) => this.#settled[kind] === this.#total[kind]);
  }

  isLastOf(kind: Task['kind']): boolean {
    return this.#settled[kind] === this.#total[kind];
  }
}
