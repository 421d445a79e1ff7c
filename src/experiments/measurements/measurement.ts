import type { Dataset } from '../../data/dataset.js';
import type { Kernels } from '../../kernels/kernels.js';
import type { Turns } from '../../training/turns.js';
import { canonicalDigest } from '../canonical.js';
import type { FinishedCell } from '../store.js';

/**
 * A measurement is a result about finished cells beyond what their training recorded: the line between two of them, the
 * curvature at one. It is named by the hash of its specification, which names the cells, made by a worker thread, and kept
 * in the store beside the cells: nothing is measured twice.
 */
export interface MeasurementSpecification {
  /** Key of the table of kinds. */
  readonly kind: string;
  /** Raised when any number of the kind's results changes. */
  readonly version: number;
  /** Cells that it reads, each once. */
  readonly cells: readonly string[];
}

/** The inputs of a measurement. */
export interface MeasurementSource {
  readonly kernels: Kernels;
  readonly dataset: Dataset;
  /** For evaluations, which are long themselves. */
  readonly turns: Turns;
  /** A cell that the specification lists, whole. @throws InputError when it is not listed */
  cell(id: string): FinishedCell;
  /**
   * To be awaited from time to time with the share that is done, 0 to 1: lets the event loop have its turn if the last was some
   * time ago.
   *
   * @throws an error named `AbortError` when the measurement is cancelled
   */
  progress(share: number): Promise<void>;
}

/** One kind of measurement: from its specification to plain numbers. */
export interface MeasurementKind<Specification extends MeasurementSpecification, Values> {
  /** The same specification, data and cells give the same values. What is not finite is null in them. */
  measure(specification: Specification, source: MeasurementSource): Values | Promise<Values>;
}

/** A measurement and its place in a study. */
export interface PlannedMeasurement<Specification extends MeasurementSpecification = MeasurementSpecification> {
  readonly id: string;
  readonly specification: Specification;
  /** In a few words, for progress: `line, trial 1, 21.0%, from iteration 500`. */
  readonly label: string;
  /** Expected work, in any unit that measurements of its kind share. */
  readonly cost: number;
}

/** The measurement's name: SHA-256 of its specification, in hex. */
export function measurementId(specification: MeasurementSpecification): string {
  return canonicalDigest(specification);
}

/** A measurement with its name. */
export function planMeasurement<Specification extends MeasurementSpecification>(
  specification: Specification,
  label: string,
  cost = 1,
): PlannedMeasurement<Specification> {
  return { id: measurementId(specification), specification, label, cost };
}

/** Where measurements are kept, by name. */
export interface MeasurementStore {
  hasMeasurement(id: string): Promise<boolean>;
  /** Names of all measurements, sorted. */
  listMeasurements(): Promise<readonly string[]>;
  /** The values. @throws InputError when the measurement is absent or unreadable */
  readMeasurement(id: string): Promise<unknown>;
  /** Keeps it, whole or not at all. Writing one that is there already changes nothing. */
  writeMeasurement(id: string, specification: MeasurementSpecification, values: unknown): Promise<void>;
}
