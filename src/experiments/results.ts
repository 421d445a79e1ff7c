/**
 * What a run found, as plain data: made from finished cells by the experiments room, read by tables, figures, reports
 * and `--json`. Densities are shares of prunable weights kept (0 .. 1), accuracies are shares (0 .. 1), losses are mean
 * cross-entropies in nats, iterations count optimiser steps.
 */

import type { Measures } from '../analysis/speed.js';
import type { History, Measurement } from '../training/types.js';
import type { PruningSchedule } from './pruning-schema.js';

export type { History, Measurement };

/**
 * Which network of the experiment a cell trained: `dense`, `ticket`, or a control's name (`reinitialise`, `random-mask`,
 * `signed-constant`, ...).
 */
export type Condition = string;

/** Which weights of a finished training: the last ones, or those of its lowest validation loss. */
export const weightsAt = ['early-stop', 'end'] as const;
export type WeightsAt = (typeof weightsAt)[number];

export interface LayerCount {
  readonly layer: string;
  readonly kept: number;
  readonly total: number;
}

/** One finished training run, where it stands in the experiment, and what it showed. */
export interface CellResult {
  /** The cell's name: SHA-256 of its canonical specification, hex. */
  readonly id: string;
  readonly condition: Condition;
  /** From 0. */
  readonly trial: number;
  /** Rounds of pruning done; 0 for the dense network. */
  readonly level: number;
  /** Which of several controls of one ticket, from 0. */
  readonly draw: number;
  /** Share of prunable weights kept. */
  readonly density: number;
  /** Share that the settings name for its level; null for the dense network, and where rates make the ladder. */
  readonly asked: number | null;
  /** The iteration that its training begins at: 0, or that of its rewind. */
  readonly firstIteration: number;
  /** Of the order of examples. */
  readonly orderSeed: number;
  readonly layers: readonly LayerCount[];
  /** `diverged`: the loss turned NaN or infinite, training ended there; its measurements are not averaged. */
  readonly status: 'done' | 'diverged';
  /** At the iteration of the lowest validation loss. */
  readonly earlyStop: Measurement;
  /** At the last iteration. */
  readonly end: Measurement;
  readonly history: History;
  /** Surviving first-layer weights that read each input, in the order of the image `[channel][row][column]`. */
  readonly inputDegree: readonly number[];
  /** Digest of everything deterministic in the cell. */
  readonly digest: string;
  /** Seconds of wall time that training took where it ran. */
  readonly seconds: number;
  /** Floating-point operations of the whole training, evaluation included. */
  readonly flops: number;
}

export interface RunResults {
  readonly name: string;
  /** The run's folder name in the store. */
  readonly run: string;
  /** The canonical specification. */
  readonly specification: Record<string, unknown>;
  readonly dataset: {
    readonly name: string;
    readonly digest: string;
    readonly shape: readonly [number, number, number];
    readonly classes: number;
  };
  readonly network: { readonly name: string; readonly weights: number };
  readonly schedule: PruningSchedule;
  readonly batch: number;
  readonly iterations: number;
  readonly trials: number;
  /** What trainings are compared by. */
  readonly measures: Measures;
  /** Densities of the ladder, one per level, level 0 (1.0) first. */
  readonly ladder: readonly {
    readonly level: number;
    readonly density: number;
    readonly layers: readonly LayerCount[];
  }[];
  /** Every finished cell; a run that was stopped lacks some. */
  readonly cells: readonly CellResult[];
  /** How many cells the specification asks for. */
  readonly planned: number;
  /** SHA-256 over the digests of all cells, when all are finished. */
  readonly digest: string | null;
  /** The command that makes this run again. */
  readonly command: string;
  readonly provenance: {
    readonly version: string;
    readonly arithmetic: number;
    readonly started: string;
    readonly finished: string | null;
    /** `Node 20.20.2`, or the browser's name and version. */
    readonly engine: string;
    readonly platform: string;
    readonly processor: string;
    /** Sum of the cells' training seconds. */
    readonly cellSeconds: number;
  };
}
