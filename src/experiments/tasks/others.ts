import { isClaim, type Standing, type TaskClaim, type TaskClaims } from './claims.js';
import type { Task } from './task.js';

/** What a process learns of tasks from those that it shares a store with. */
export interface OthersNews {
  /** Its result is in the store. */
  onFinished(task: Task): Promise<void>;
  onFailed(task: Task, error: Error): void;
  /** Nobody has it any more. */
  onFree(task: Task): void;
}

/** Milliseconds between two looks at what others have, at first and at most. */
const FIRST_LOOK = 200;
const LAST_LOOK = 5000;

/** Tasks that other processes work on, and whether they still do. */
export class Others {
  readonly #claims: TaskClaims | undefined;
  readonly #news: OthersNews;
  readonly #tasks = new Map<string, Task>();
  #wait = FIRST_LOOK;

  constructor(claims: TaskClaims | undefined, news: OthersNews) {
    this.#claims = claims;
    this.#news = news;
  }

  /** Tasks that they have. */
  get tasks(): readonly Task[] {
    return [...this.#tasks.values()];
  }

  /** Milliseconds until it is worth looking again: longer and longer, while nothing happens. */
  get wait(): number {
    return this.#wait;
  }

  /** Claims a task; null where it cannot be had. A process that shares its store with nobody needs no claim. */
  async claim(task: Task): Promise<TaskClaim | 'alone' | null> {
    if (this.#claims === undefined) return 'alone';
    const found = await this.#claims.claim(task);
    if (isClaim(found)) return found;
    await this.#hear(task, found);
    return null;
  }

  /** A claim was lost: somebody else has the task, or will. */
  lose(task: Task): void {
    this.#tasks.set(task.id, task);
  }

  /** This process failed at a task. */
  async fail(task: Task, error: unknown): Promise<void> {
    await this.#claims?.fail(task, error instanceof Error ? error.message : String(error));
  }

  /** Looks at every task that they have. @returns whether there was any news */
  async look(): Promise<boolean> {
    let isNews = false;
    for (const task of this.tasks) {
      const standing = await (this.#claims as TaskClaims).look(task);
      if (standing.kind === 'held') continue;
      isNews = true;
      await this.#hear(task, standing);
    }
    this.#wait = isNews ? FIRST_LOOK : Math.min(LAST_LOOK, this.#wait * 1.5);
    return isNews;
  }

  async #hear(task: Task, standing: Standing): Promise<void> {
    this.#tasks.delete(task.id);
    if (standing.kind === 'held') this.#tasks.set(task.id, task);
    else if (standing.kind === 'finished') await this.#news.onFinished(task);
    else if (standing.kind === 'free') this.#news.onFree(task);
    else this.#news.onFailed(task, new Error(standing.message));
  }
}
