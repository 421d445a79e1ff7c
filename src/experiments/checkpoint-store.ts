import type { Checkpoint, CheckpointKeeper } from '../training/checkpoint.js';

/** What is kept of a cell in training. */
export interface KeptCheckpoint {
  readonly checkpoint: Checkpoint;
  /** Wall time of the training so far. */
  readonly seconds: number;
}

/**
 * Where checkpoints of cells in training are kept: at most one per cell and fence. A fence is that of the claim under which a cell is
 * trained, where several processes share a store, so that a process that lost its claim and has not noticed replaces no checkpoint of
 * the one that has it now.
 */
export interface CheckpointStore {
  /** That of the highest fence up to this one; undefined when there is none, or none that this version can resume from. Default: 1. */
  readCheckpoint(id: string, fence?: number): Promise<KeptCheckpoint | undefined>;
  /** Replaces the one before of the same fence, whole or not at all. Default: 1. */
  writeCheckpoint(id: string, kept: KeptCheckpoint, fence?: number): Promise<void>;
  /** The cell is finished: its checkpoints up to this fence are not needed any more. Default: 1. */
  dropCheckpoint(id: string, fence?: number): Promise<void>;
}

export interface CheckpointTimerOptions {
  readonly store: Pick<CheckpointStore, 'readCheckpoint' | 'writeCheckpoint'>;
  readonly cell: string;
  /** Of the claim under which it is trained; default: 1. */
  readonly fence?: number | undefined;
  /** Seconds between two checkpoints; Infinity: only the one that a cell leaves when it is cancelled. */
  readonly interval: number;
  /** Milliseconds; default: `performance.now`. */
  readonly clock?: () => number;
}

/** Keeps the checkpoint of one cell every so many seconds, and counts how long its training has taken in all. */
export class CheckpointTimer implements CheckpointKeeper {
  readonly #store: CheckpointTimerOptions['store'];
  readonly #cell: string;
  readonly #fence: number;
  readonly #interval: number;
  readonly #clock: () => number;
  #began: number;
  #last: number;
  #secondsBefore = 0;

  constructor({ store, cell, fence = 1, interval, clock = () => performance.now() }: CheckpointTimerOptions) {
    this.#store = store;
    this.#cell = cell;
    this.#fence = fence;
    this.#interval = interval * 1000;
    this.#clock = clock;
    this.#began = clock();
    this.#last = this.#began;
  }

  /** Wall time of the cell's training, that before its checkpoint included. */
  get seconds(): number {
    return this.#secondsBefore + (this.#clock() - this.#began) / 1000;
  }

  due(): boolean {
    return this.#clock() - this.#last >= this.#interval;
  }

  async load(): Promise<Checkpoint | undefined> {
    const kept = await this.#store.readCheckpoint(this.#cell, this.#fence);
    if (kept === undefined) return undefined;
    this.#secondsBefore = kept.seconds;
    this.#began = this.#clock();
    return kept.checkpoint;
  }

  async save(checkpoint: Checkpoint): Promise<void> {
    await this.#store.writeCheckpoint(this.#cell, { checkpoint, seconds: this.seconds }, this.#fence);
    this.#last = this.#clock();
  }
}
