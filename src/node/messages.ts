import type { Dataset } from '../data/dataset.js';
import type { CellSpecification } from '../experiments/cell-specification.js';
import type { MeasurementSpecification } from '../experiments/measurements/index.js';
import type { CellOutcome, CellProgress } from '../experiments/runner.js';
import type { CellDigests } from '../experiments/store.js';

/** What a worker thread is given when it starts. The data set's pixels lie in memory that all threads share. */
export interface WorkerSetup {
  readonly dataset: Dataset;
  /** The store's folder. */
  readonly store: string;
  /** Two 32-bit words: anything but 0 calls the cell in training off; how many threads it is to be trained on. */
  readonly control: SharedArrayBuffer;
  /** The most threads that a cell will ever be trained on. */
  readonly threads: number;
  /** Seconds between checkpoints of a cell in training; 0 for none at all. */
  readonly checkpointEvery: number;
}

/** A cell to train; `keep` writes it to the store, otherwise only its digests are wanted. */
export interface TrainRequest {
  readonly kind: 'train';
  readonly id: string;
  readonly specification: CellSpecification;
  readonly keep: boolean;
}

/** A measurement to make and to keep in the store. */
export interface MeasureRequest {
  readonly kind: 'measure';
  readonly id: string;
  readonly specification: MeasurementSpecification;
}

export type WorkerRequest = TrainRequest | MeasureRequest;

/** What a worker says while it works: how far a cell has come, or the share of a measurement that is done. */
export type WorkerProgress =
  | { readonly kind: 'progress'; readonly progress: CellProgress }
  | { readonly kind: 'share'; readonly share: number };

/** What a worker says at the end. */
export type WorkerDone =
  | { readonly kind: 'trained'; readonly outcome: CellOutcome; readonly digests: CellDigests }
  | { readonly kind: 'measured'; readonly seconds: number };

export type WorkerReply =
  | WorkerProgress
  | WorkerDone
  | {
      readonly kind: 'failed';
      /** `input`: the message is for people. `fatal`: no other cell can succeed either. `aborted`: it was called off. */
      readonly cause: 'input' | 'fatal' | 'aborted' | 'unexpected';
      readonly message: string;
      readonly stack: string | undefined;
    };
