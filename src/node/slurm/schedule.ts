import { inOrderOfExecution } from '../../experiments/tasks/chains.js';
import { Heap } from '../../experiments/tasks/heap.js';
import type { Task } from '../../experiments/tasks/index.js';

/** A task as far as its place in a schedule goes. */
export type ScheduledTask = Pick<Task, 'id' | 'kind' | 'parents' | 'cost'>;

/** How a graph of tasks goes on so many slots. */
export interface Schedule {
  /** Seconds until the last task is finished. */
  readonly seconds: number;
  /** The most slots that were at work at once. */
  readonly busiest: number;
}

interface Run {
  readonly at: number;
  readonly end: number;
}

/**
 * A graph of tasks on which list scheduling is simulated: whenever a slot is free, it begins the ready task with the longest chain
 * of work below it, cells before measurements, as workers do.
 */
export class ScheduledGraph {
  /** Tasks that wait for each, by their places in the list. */
  readonly #children: readonly number[][];
  /** Parents that each waits for. */
  readonly #missing: Int32Array;
  /** Place of each in the order in which ready tasks are begun. */
  readonly #rank: Int32Array;
  readonly #seconds: Float64Array;

  /**
   * @param tasks each once, parents before children; parents that are none of them count as finished
   * @param secondsOf how long one takes
   */
  constructor(tasks: readonly ScheduledTask[], secondsOf: (task: ScheduledTask) => number) {
    const places = new Map(tasks.map(({ id }, at) => [id, at]));
    this.#children = tasks.map(() => []);
    this.#missing = new Int32Array(tasks.length);
    this.#rank = new Int32Array(tasks.length);
    this.#seconds = Float64Array.from(tasks, secondsOf);
    for (const [at, { parents }] of tasks.entries()) {
      for (const parent of parents) {
        const place = places.get(parent);
        if (place === undefined) continue;
        this.#children[place].push(at);
        this.#missing[at]++;
      }
    }
    for (const [rank, { id }] of inOrderOfExecution(tasks).entries()) this.#rank[places.get(id) as number] = rank;
  }

  /** @param slots tasks that can be executed at once; Infinity for as many as are ready */
  simulate(slots: number): Schedule {
    const rank = this.#rank;
    const missing = this.#missing.slice();
    const ready = new Heap<number>((a, b) => rank[a] - rank[b]);
    const running = new Heap<Run>((a, b) => a.end - b.end);
    for (const [at, count] of missing.entries()) if (count === 0) ready.push(at);
    let now = 0;
    let busiest = 0;
    const finish = ({ at, end }: Run): void => {
      now = end;
      for (const child of this.#children[at]) if (--missing[child] === 0) ready.push(child);
    };
    for (;;) {
      while (running.size < slots) {
        const at = ready.pop();
        if (at === undefined) break;
        running.push({ at, end: now + this.#seconds[at] });
      }
      busiest = Math.max(busiest, running.size);
      const first = running.pop();
      if (first === undefined) return { seconds: now, busiest };
      finish(first);
      // What ends at the same moment frees its slot at that moment too.
      for (let next = running.first; next !== undefined && next.end === now; next = running.first) {
        running.pop();
        finish(next);
      }
    }
  }
}
