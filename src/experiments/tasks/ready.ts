import { chainCosts } from './chains.js';
import type { Task } from './task.js';

/** A task that can never be executed, and why. */
export interface BlockedTask {
  readonly task: Task;
  readonly reason: string;
}

/**
 * Which tasks wait for their parents, which are ready, and which can never be executed. Cells go before measurements, and
 * among those of one kind the one with the longest chain of work below it.
 */
export class ReadyTasks {
  readonly #children = new Map<string, Task[]>();
  /** Parents that are not finished yet, by task. */
  readonly #missing = new Map<string, number>();
  readonly #ready = new Set<Task>();
  readonly #rank: (a: Task, b: Task) => number;

  /**
   * @param tasks every task once, parents before children
   * @throws Error when a parent is none of the tasks
   */
  constructor(tasks: readonly Task[]) {
    const known = new Set(tasks.map(({ id }) => id));
    for (const task of tasks) {
      for (const parent of task.parents) {
        if (!known.has(parent)) throw new Error(`task ${task.id} has a parent ${parent} that is not in the graph.`);
        const siblings = this.#children.get(parent);
        if (siblings === undefined) this.#children.set(parent, [task]);
        else siblings.push(task);
      }
      this.#missing.set(task.id, task.parents.length);
      if (task.parents.length === 0) this.#ready.add(task);
    }
    const chains = chainCosts(tasks);
    const order = new Map(tasks.map(({ id }, index) => [id, index]));
    const chain = ({ id }: Task) => chains.get(id) ?? 0;
    const place = ({ id }: Task) => order.get(id) ?? 0;
    const kind = (task: Task) => (task.kind === 'cell' ? 0 : 1);
    this.#rank = (a, b) => kind(a) - kind(b) || chain(b) - chain(a) || place(a) - place(b);
  }

  /** The task to be executed next, which is taken out; undefined while none is ready. */
  take(): Task | undefined {
    let best: Task | undefined;
    for (const task of this.#ready) if (best === undefined || this.#rank(task, best) < 0) best = task;
    if (best !== undefined) this.#drop(best);
    return best;
  }

  /** A task is finished: what waited for it alone becomes ready. */
  finish(task: Task): void {
    this.#drop(task);
    for (const child of this.#children.get(task.id) ?? []) {
      const missing = this.#missing.get(child.id);
      if (missing === undefined) continue;
      this.#missing.set(child.id, missing - 1);
      if (missing === 1) this.#ready.add(child);
    }
  }

  /**
   * A task failed or diverged: nothing that is made from it can be executed.
   *
   * @returns those that are newly out of reach
   */
  block(task: Task, reason: string): BlockedTask[] {
    this.#drop(task);
    const blocked: BlockedTask[] = [];
    const visit = (id: string): void => {
      for (const child of this.#children.get(id) ?? []) {
        if (!this.#missing.has(child.id)) continue;
        this.#drop(child);
        blocked.push({ task: child, reason });
        visit(child.id);
      }
    };
    visit(task.id);
    return blocked;
  }

  #drop(task: Task): void {
    this.#missing.delete(task.id);
    this.#ready.delete(task);
  }
}
