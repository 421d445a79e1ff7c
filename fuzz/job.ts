import type { Tried } from './try-door.js';

/** What a process is asked to try. */
export interface Job {
  readonly door: string;
  readonly seed: number;
  readonly inputs: number;
  readonly path?: string;
  /** Seconds after which no further input is tried. */
  readonly seconds?: number;
  /** Folder of inputs that did wrong. */
  readonly out: string;
}

/** What it tells. */
export type Report =
  | { readonly kind: 'open'; readonly what: string }
  | ({ readonly kind: 'tried' } & Tried)
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly seed: number;
      readonly path: string;
      /** Folder with the files of the input. */
      readonly saved: string;
    };
