import { inOrderOfExecution } from './chains.js';
import { Heap } from './heap.js';
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
  /** Places in the order of execution of those that are ready; and of some that were, which are passed over. */
  readonly #ready = new Heap<number>((a, b) => a - b);
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
    this.#order = inOrderOfExecution(tasks);
    this.#places = new Map(this.#order.map(({ id }, place) => [id, place]));
    for (const task of tasks) if (task.parents.length === 0) this.#add(task);
  }

  /** The task to be executed next, which is taken out; undefined while none is ready. */
  take(): Task | undefined {
    for (let place = this.#ready.pop(); place !== undefined; place = this.#ready.pop()) {
      const task = this.#order[place];
      if (this.#missing.delete(task.id)) return task;
    }
    return undefined;
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
  }

  #add({ id }: Task): void {
    this.#ready.push(this.#places.get(id) as number);
  }
}
