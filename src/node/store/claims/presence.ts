import { randomBytes } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { WorkerFacts } from '../../../experiments/tasks/claims.js';
import { packageVersion } from '../../version.js';
import { asideName } from '../durably.js';
import { layout } from '../layout.js';
import { processStart, thisMachine } from './machine.js';
import { heartbeatSeconds, MISSED, type WorkerState, type WorkerTask } from './worker-file.js';

/** Milliseconds between two signs of life that say what has changed, at least. */
const SOON = 1000;

export interface PresenceOptions {
  readonly store: string;
  readonly facts: WorkerFacts;
  /** What it works on now. */
  readonly tasks: () => readonly WorkerTask[];
  /** It was silent for so long that others may have its tasks. */
  readonly onLost: () => void;
}

/**
 * A process's signs of life: its file in `workers/`, written anew every few seconds. One that was silent for too long, by the
 * clock of the file system, takes itself for dead as others do: it goes on under another name, with none of what it had.
 */
export class Presence {
  readonly #store: string;
  readonly #facts: WorkerFacts;
  readonly #tasks: () => readonly WorkerTask[];
  readonly #onLost: () => void;
  readonly #heartbeat = heartbeatSeconds() * 1000;
  readonly #started = new Date().toISOString();
  #worker = newName();
  #isBorn = false;
  /** The same moment by the file system's clock and by this process's own, which never jumps: that of the last sign of life. */
  #last = { file: 0, own: 0 };
  #began = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #beating: Promise<void> = Promise.resolve();

  constructor({ store, facts, tasks, onLost }: PresenceOptions) {
    this.#store = store;
    this.#facts = facts;
    this.#tasks = tasks;
    this.#onLost = onLost;
  }

  /** By which name others know it; another one after it was lost. */
  get worker(): string {
    return this.#worker;
  }

  /** When it began to work, by the file system's clock. */
  get began(): number {
    return this.#began;
  }

  /** Milliseconds since 1970 by the file system's clock. */
  get now(): number {
    return this.#last.file + (performance.now() - this.#last.own);
  }

  /** Milliseconds of silence after which others may take its tasks. */
  get lapse(): number {
    return this.#heartbeat * MISSED;
  }

  /** @throws the file system's error when the store cannot be written to */
  async begin(): Promise<void> {
    await this.#beat();
    this.#began = this.#last.file;
    this.#timer = setInterval(() => this.#again(), this.#heartbeat);
    this.#timer.unref();
  }

  /** Its tasks are others now: those who watch see it within a second. */
  changed(): void {
    if (this.#soon !== undefined || this.#timer === undefined) return;
    const wait = Math.max(0, SOON - (performance.now() - this.#last.own));
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      this.#again();
    }, wait);
    this.#soon.unref();
  }

  #again(): void {
    this.#beating = this.#beating.then(() => this.#try());
  }

  /** It has ended: nothing of it is left. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    clearTimeout(this.#soon);
    this.#timer = undefined;
    await this.#beating;
    await this.#clear();
  }

  async #clear(worker = this.#worker): Promise<void> {
    await rm(layout.token(this.#store, worker), { force: true });
    await rm(layout.worker(this.#store, worker), { force: true });
  }

  /** A store out of reach for a while is no reason to stop, until others must take this process for dead. */
  async #try(): Promise<void> {
    try {
      await this.#beat();
    } catch {
      if (performance.now() - this.#last.own > this.lapse) this.#lose();
    }
  }

  async #beat(): Promise<void> {
    const half = join(layout.aside(this.#store), asideName());
    try {
      await writeFile(half, JSON.stringify(this.#state()));
      const { mtimeMs: now } = await stat(half);
      if (this.#isBorn && (await this.#isLapsed(now))) {
        this.#lose();
        await writeFile(half, JSON.stringify(this.#state()));
      }
      await rename(half, layout.worker(this.#store, this.#worker));
      this.#isBorn = true;
      this.#last = { file: now, own: performance.now() };
    } catch (error) {
      await rm(half, { force: true }).catch(() => {});
      throw error;
    }
  }

  /** Whether others may have taken it for dead since its last sign of life. */
  async #isLapsed(now: number): Promise<boolean> {
    try {
      const { mtimeMs } = await stat(layout.worker(this.#store, this.#worker));
      return now - mtimeMs > this.lapse;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
      throw error;
    }
  }

  #lose(): void {
    void this.#clear(this.#worker).catch(() => {});
    this.#worker = newName();
    this.#isBorn = false;
    this.#onLost();
  }

  #state(): WorkerState {
    const { threads, job = null, until = null } = this.#facts;
    return {
      format: 1,
      worker: this.#worker,
      host: hostname(),
      machine: thisMachine(),
      pid: process.pid,
      born: processStart(process.pid),
      version: packageVersion,
      threads,
      job,
      started: this.#started,
      until: until === null ? null : new Date(until).toISOString(),
      lapse: this.lapse / 1000,
      tasks: [...this.#tasks()],
    };
  }
}

/** A name that no other process has, nor had. */
const newName = () =>
  `${
    hostname()
      .replaceAll(/[^A-Za-z0-9.-]/g, '-')
      .slice(0, 60) || 'host'
  }_${process.pid}_${randomBytes(6).toString('hex')}`;
