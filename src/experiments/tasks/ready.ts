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
  /** Places in the order of execution of those that are ready, falling. */
  readonly #ready: number[] = [];
  /** Tasks in the order of execution, and the place of each in it. */
  readonly #order: readonly Task[];
  readonly #places: ReadonlyMap<string, number>;

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
    }
    const chains = chainCosts(tasks);
    const chain = ({ id }: Task) => chains.get(id) ?? 0;
    const kind = (task: Task) => (task.kind === 'cell' ? 0 : 1);
    // Tasks that are alike stay in the order in which they are given.
    this.#order = [...tasks].sort((a, b) => kind(a) - kind(b) || chain(b) - chain(a));
    this.#places = new Map(this.#order.map(({ id }, place) => [id, place]));
    for (const task of tasks) if (task.parents.length === 0) this.#add(task);
  }

  /** The task to be executed next, which is taken out; undefined while none is ready. */
  take(): Task | undefined {
    const place = this.#ready.at(-1);
    if (place === undefined) return undefined;
    const task = this.#order[place];
    this.#drop(task);
    return task;
  }

  /** A task that was taken out is ready again. */
  putBack(task: Task): void {
    this.#missing.set(task.id, 0);
    this.#add(task);
  }

  /** A task is finished: what waited for it alone becomes ready. */
  finish(task: Task): void {
    this.#drop(task);
    for (const child of this.#children.get(task.id) ?? []) {
      const missing = this.#missing.get(child.id);
      if (missing === undefined) continue;
      this.#missing.set(child.id, missing - 1);
      if (missing === 1) this.#add(child);
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

  #drop({ id }: Task): void {
    this.#missing.delete(id);
    const place = this.#places.get(id) as number;
    const at = this.#indexOf(place);
    if (this.#ready[at] === place) this.#ready.splice(at, 1);
  }

  #add({ id }: Task): void {
    const place = this.#places.get(id) as number;
    const at = this.#indexOf(place);
    if (this.#ready[at] !== place) this.#ready.splice(at, 0, place);
  }

  /** Where a place stands, or would, among those that are ready. */
  #indexOf(place: number): number {
    let low = 0;
    let high = this.#ready.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ready[middle] > place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
