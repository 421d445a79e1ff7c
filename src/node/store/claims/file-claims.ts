import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import type { Standing, TaskClaim, TaskClaims, WorkerFacts } from '../../../experiments/tasks/claims.js';
import type { TaskProgress } from '../../../experiments/tasks/executor.js';
import type { Task } from '../../../experiments/tasks/task.js';
import { layout } from '../layout.js';
import { makeFolder } from '../make-folder.js';
import { storeTrouble } from '../trouble.js';
import { isListed, lookAnew } from '../visible.js';
import { failureIn, writeFailure } from './failures.js';
import { Presence } from './presence.js';
import { sweep } from './sweep.js';
import { hasEnded, readWorker, type WorkerTask } from './worker-file.js';

/**
 * Claims as files: `claims/ID.N` is the N-th process's claim on a task, and names who has it. Making a name is atomic on every
 * file system, on NFS too, where it asks the server whatever the client remembers. A claim whose owner has ended stays where it
 * is, and the next process makes N + 1; so nobody ever removes what somebody else may have made meanwhile. When the task is
 * finished all of them go.
 */

const claimSchema = z.object({ worker: z.string() });

interface Held {
  readonly task: WorkerTask;
  readonly abort: AbortController;
  share: number;
}

export interface FileClaimsOptions {
  readonly store: string;
  readonly facts: WorkerFacts;
  /** Drops a checkpoint that a claim with this fence may have left, of a task that is finished. */
  readonly dropCheckpoint: (id: string, fence: number) => Promise<void>;
}

/** What a file system without hard links says. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

export class FileClaims implements TaskClaims {
  readonly #store: string;
  readonly #dropCheckpoint: FileClaimsOptions['dropCheckpoint'];
  readonly #presence: Presence;
  readonly #held = new Map<string, Held>();
  /** Lost to others, with their fences. */
  readonly #lost: [Task, number][] = [];

  private constructor({ store, facts, dropCheckpoint }: FileClaimsOptions) {
    this.#store = store;
    this.#dropCheckpoint = dropCheckpoint;
    this.#presence = new Presence({
      store,
      facts,
      tasks: () => [...this.#held.values()].map(({ task, share }) => ({ ...task, share })),
      onLost: () => {
        for (const { abort } of this.#held.values()) abort.abort();
        this.#held.clear();
      },
    });
  }

  /** @throws InputError when the store cannot be written to */
  static async open(options: FileClaimsOptions): Promise<FileClaims> {
    const claims = new FileClaims(options);
    try {
      for (const place of [layout.claims, layout.failures, layout.workers, layout.aside]) {
        await makeFolder(place(options.store));
      }
      await claims.#presence.begin();
      await sweep(options.store, claims.#presence.now);
    } catch (error) {
      throw storeTrouble(error, `the store ${options.store} cannot be worked on`);
    }
    return claims;
  }

  async claim(task: Task): Promise<TaskClaim | Exclude<Standing, { kind: 'free' }>> {
    try {
      return await this.#claim(task);
    } catch (error) {
      throw storeTrouble(error, `${task.label} could not be claimed in ${this.#store}`);
    }
  }

  async #claim(task: Task): Promise<TaskClaim | Exclude<Standing, { kind: 'free' }>> {
    if (await this.#isThere(task)) return { kind: 'finished' };
    const { worker } = this.#presence;
    let fence = 1;
    while (!(await this.#make(task.id, fence, worker))) {
      const holder = await this.#holder(task.id, fence);
      if (holder === 'alive') return { kind: 'held' };
      if (holder === 'ended') fence++;
    }
    // Taken for dead meanwhile, it has another name now, by which it claims anew.
    if (worker !== this.#presence.worker) return this.#claim(task);
    const found =
      (await this.#failure(task)) ?? ((await this.#isThereAnew(task)) ? { kind: 'finished' as const } : null);
    if (found !== null) {
      await this.#remove(task.id, fence, found.kind === 'finished');
      return found;
    }
    await rm(layout.failure(this.#store, task.id), { force: true });
    return this.#hold(task, fence);
  }

  #hold(task: Task, fence: number): TaskClaim {
    const { id, kind, label } = task;
    const abort = new AbortController();
    const held: Held = {
      task: { id, kind, label: label.slice(0, 500), fence, since: new Date().toISOString(), share: 0 },
      abort,
      share: 0,
    };
    this.#held.set(id, held);
    this.#presence.changed();
    return {
      fence,
      lost: abort.signal,
      onProgress: (progress) => {
        held.share = shareOf(progress);
      },
      release: async () => {
        if (abort.signal.aborted) {
          this.#lost.push([task, fence]);
          return;
        }
        this.#held.delete(id);
        this.#presence.changed();
        // A store that cannot be written to any more keeps the claim until it lapses.
        await this.#remove(id, fence, await this.#isThere(task)).catch(() => {});
      },
    };
  }

  async look(task: Task): Promise<Standing> {
    const failed = await this.#failure(task);
    if (failed !== null) return failed;
    for (let fence = 1; ; fence++) {
      const holder = await this.#holder(task.id, fence);
      if (holder === 'alive') return { kind: 'held' };
      if (holder === 'none') break;
    }
    return { kind: (await this.#isThereAnew(task)) ? 'finished' : 'free' };
  }

  async fail({ id, label }: Task, message: string): Promise<void> {
    // Where nothing can be written any more others will find out by themselves.
    await writeFailure(this.#store, id, { label, message }).catch(() => {});
  }

  async close(): Promise<void> {
    for (const [id, { task }] of this.#held) await this.#remove(id, task.fence, false).catch(() => {});
    this.#held.clear();
    for (const [task, fence] of this.#lost) {
      if (await this.#isThere(task)) await this.#dropCheckpoint(task.id, fence).catch(() => {});
    }
    const { now } = this.#presence;
    await this.#presence.end().catch(() => {});
    await sweep(this.#store, now).catch(() => {});
  }

  /** Makes a claim; false where that name is there already. */
  async #make(id: string, fence: number, worker: string): Promise<boolean> {
    const path = layout.claim(this.#store, id, fence);
    const own = layout.token(this.#store, worker);
    const text = JSON.stringify({ worker });
    try {
      await writeFile(own, text, { flag: 'wx' }).catch((error) => {
        if (codeOf(error) !== 'EEXIST') throw error;
      });
      await link(own, path);
      return true;
    } catch (error) {
      const code = codeOf(error) ?? '';
      // A reply that was lost on a network leaves a name of one's own.
      if (code === 'EEXIST') return !this.#held.has(id) && (await this.#ownerOf(path)) === worker;
      if (!withoutLinks.has(code)) throw error;
    }
    try {
      await writeFile(path, text, { flag: 'wx' });
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
  }

  /** Removes a claim; of a finished task those before it too. */
  async #remove(id: string, fence: number, isFinished: boolean): Promise<void> {
    for (let before = isFinished ? 1 : fence; before <= fence; before++) {
      await rm(layout.claim(this.#store, id, before), { force: true });
    }
  }

  /** Whose claim it is; null when there is none, empty when it does not say yet. */
  async #ownerOf(path: string): Promise<string | null> {
    try {
      const read = claimSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
      return read.success ? read.data.worker : '';
    } catch (error) {
      return codeOf(error) === 'ENOENT' ? null : '';
    }
  }

  async #holder(id: string, fence: number): Promise<'alive' | 'ended' | 'none'> {
    const path = layout.claim(this.#store, id, fence);
    const owner = await this.#ownerOf(path);
    if (owner === null) return 'none';
    const seen = owner === '' ? ({ kind: 'unreadable' } as const) : await readWorker(this.#store, owner);
    if (seen.kind === 'absent') return 'ended';
    if (seen.kind === 'seen') return hasEnded(seen, this.#presence.now) ? 'ended' : 'alive';
    const found = await stat(path).catch(() => null);
    if (found === null) return 'none';
    return this.#presence.now - found.mtimeMs > this.#presence.lapse ? 'ended' : 'alive';
  }

  /** That another process failed at a task since this one began; those before may be tried again. */
  async #failure({ id }: Task): Promise<Extract<Standing, { kind: 'failed' }> | null> {
    const path = layout.failure(this.#store, id);
    const found = await stat(path).catch(() => null);
    if (found === null || found.mtimeMs < this.#presence.began) return null;
    return { kind: 'failed', message: await failureIn(path) };
  }

  /** Whether a task's result is in the store: by the folder's list, since a name that was once missing may be remembered as missing. */
  #isThere(task: Task): Promise<boolean> {
    return isListed(resultOf(this.#store, task));
  }

  /** The same, past what a network's file system remembers of the folder. */
  async #isThereAnew(task: Task): Promise<boolean> {
    const folder = dirname(resultOf(this.#store, task));
    await makeFolder(folder);
    await lookAnew(folder);
    return this.#isThere(task);
  }
}

const resultOf = (store: string, { kind, id }: Pick<Task, 'kind' | 'id'>) =>
  kind === 'cell' ? layout.cell(store, id) : layout.measurement(store, id);

const shareOf = (progress: TaskProgress) =>
  progress.kind === 'cell' ? progress.iteration / Math.max(1, progress.iterations) : progress.share;
