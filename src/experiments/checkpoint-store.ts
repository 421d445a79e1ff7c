import type { Checkpoint, CheckpointKeeper } from '../training/checkpoint.js';

/** What is kept of a cell in training. */
export interface KeptCheckpoint {
  readonly checkpoint: Checkpoint;
  /** Wall time of the training so far. */
  readonly seconds: number;
}

/** Where checkpoints of cells in training are kept: at most one per cell. */
export interface CheckpointStore {
  /** Undefined when there is none, or none that this version can resume from. */
  readCheckpoint(id: string): Promise<KeptCheckpoint | undefined>;
  /** Replaces the one before, whole or not at all. */
  writeCheckpoint(id: string, kept: KeptCheckpoint): Promise<void>;
  /** The cell is finished: its checkpoint is not needed any more. */
  dropCheckpoint(id: string): Promise<void>;
}

export interface CheckpointTimerOptions {
  readonly store: Pick<CheckpointStore, 'readCheckpoint' | 'writeCheckpoint'>;
  readonly cell: string;
  /** Seconds between two checkpoints; Infinity: only the one that a cell leaves when it is cancelled. */
  readonly interval: number;
  /** Milliseconds; default: `performance.now`. */
  readonly clock?: () => number;
}

/** Keeps the checkpoint of one cell every so many seconds, and counts how long its training has taken in all. */
export class CheckpointTimer implements CheckpointKeeper {
  readonly #store: CheckpointTimerOptions['store'];
  readonly #cell: string;
  readonly #interval: number;
  readonly #clock: () => number;
  #began: number;
  #last: number;
  #secondsBefore = 0;

  constructor({ store, cell, interval, clock = () => performance.now() }: CheckpointTimerOptions) {
    this.#store = store;
    this.#cell = cell;
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
    const kept = await this.#store.readCheckpoint(this.#cell);
    if (kept === undefined) return undefined;
    this.#secondsBefore = kept.seconds;
    this.#began = this.#clock();
    return kept.checkpoint;
  }

  async save(checkpoint: Checkpoint): Promise<void> {
    await this.#store.writeCheckpoint(this.#cell, { checkpoint, seconds: this.seconds });
    this.#last = this.#clock();
  }
}
