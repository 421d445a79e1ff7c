import type { Mask, Tensors } from '../networks/network.js';
import type { History, Measurement } from '../training/types.js';
import type { CellSpecification } from './cell-specification.js';
import type { LayerCount } from './results.js';

/** SHA-256 in hex of each part of a cell that the specification decides. */
export interface CellDigests {
  readonly history: string;
  readonly finalWeights: string;
  readonly earlyStopWeights: string;
  /** Null for the dense network. */
  readonly mask: string | null;
  /** By iteration, in decimal. */
  readonly snapshots: Readonly<Record<string, string>>;
  /** Over all the above and the summary's deterministic figures. */
  readonly cell: string;
}

/** Where and how fast a cell was trained. Nothing here enters a digest. */
export interface CellProvenance {
  /** Version of the package. */
  readonly version: string;
  /** `Node 20.20.2` or the browser's name. */
  readonly engine: string;
  readonly platform: string;
  /** `wasm` or `native`. */
  readonly kernels: string;
  /** ISO 8601, UTC. */
  readonly started: string;
  /** Wall time of training. */
  readonly seconds: number;
  /** Largest resident memory of the process while it trained; 0 where unknown. */
  readonly peakMemoryBytes: number;
}

/** What a cell took beside its parents. Operations are counted as they were executed, sparse as sparse. */
export interface CellCost {
  /** Finding the mask: what was measured before training and in it. */
  readonly search: { readonly flops: number; readonly examples: number; readonly seconds: number };
  /** Floating-point operations from images to loss, from loss to update, and of all evaluations; examples learned from. */
  readonly training: {
    readonly forward: number;
    readonly backward: number;
    readonly evaluation: number;
    readonly examples: number;
  };
}

/**
 * What is known of a finished cell without reading its weights. Measurements of a diverged cell may be NaN or infinite:
 * a store must bring those back as they were.
 */
export interface CellSummary {
  readonly id: string;
  readonly specification: CellSpecification;
  readonly status: 'done' | 'diverged';
  /** Share of prunable weights kept. */
  readonly density: number;
  readonly layers: readonly LayerCount[];
  readonly earlyStop: Measurement;
  readonly end: Measurement;
  /** Surviving first-layer weights that read each input, in the order of the image. */
  readonly inputDegree: readonly number[];
  /** Operations of everything, search and evaluation included. */
  readonly flops: number;
  /** Absent in cells that were trained before search and training costs were recorded separately. Enters no digest. */
  readonly cost?: CellCost;
  readonly digests: CellDigests;
  readonly provenance: CellProvenance;
}

/** A finished cell, whole. */
export interface FinishedCell extends CellSummary {
  readonly history: History;
  /** Null for the dense network. */
  readonly mask: Mask | null;
  readonly finalWeights: Tensors;
  readonly earlyStopWeights: Tensors;
  /** By iteration. */
  readonly snapshots: ReadonlyMap<number, Tensors>;
}

/** Where finished cells are kept, by name. Cells never change once written. */
export interface CellStore {
  has(id: string): Promise<boolean>;
  /** Names of all cells, sorted. */
  list(): Promise<readonly string[]>;
  /** @throws InputError when the cell is absent or does not match its digests */
  read(id: string): Promise<FinishedCell>;
  /** Summary alone, cheaply. @throws InputError when the cell is absent or unreadable */
  readSummary(id: string): Promise<CellSummary>;
  /** Learning curves alone. @throws InputError when the cell is absent or unreadable */
  readHistory(id: string): Promise<History>;
  /** Keeps a cell, whole or not at all. Writing one that is there already changes nothing. */
  write(cell: FinishedCell): Promise<void>;
  /** What is wrong with a cell's files, each as a sentence; empty when everything matches its digest. */
  check(id: string): Promise<readonly string[]>;
}
