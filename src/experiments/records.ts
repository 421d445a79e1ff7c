import type { DatasetFacts } from './dataset-facts.js';
import type { PlannedCell } from './graph.js';
import type { RunSpecification } from './schema.js';

/** Where and with what something is made. Nothing here enters a digest. */
export interface Machine {
  /** Version of this package. */
  readonly version: string;
  /** `Node 20.20.2`, or the browser's name and version. */
  readonly engine: string;
  /** `linux x64`. */
  readonly platform: string;
  /** The processor's name, or `unknown`. */
  readonly processor: string;
}

interface Record extends Machine {
  readonly dataset: DatasetFacts;
  /** The command that makes this again. */
  readonly command: string;
  /** ISO 8601, UTC: when it was first asked for, and when its last task was finished. */
  readonly started: string;
  readonly finished: string | null;
}

/** What a store keeps of a run beside its cells: enough to show, report and verify it without its data. */
export interface RunRecord extends Record {
  /** The run's folder name. */
  readonly run: string;
  readonly specification: RunSpecification;
  readonly cells: readonly Pick<PlannedCell, 'id' | 'condition' | 'trial' | 'level' | 'draw' | 'density'>[];
}

/** What a store keeps of a study beside its cells and measurements. */
export interface StudyRecord extends Record {
  /** The study's folder name. */
  readonly folder: string;
  /** The study's name: `consistency`, `frontier`, ... */
  readonly study: string;
  /** The settings that all of it starts from. */
  readonly specification: RunSpecification;
  /** The study's own options. */
  readonly options: Readonly<{ [option: string]: unknown }>;
  /** Names of all its cells, and of all its measurements. */
  readonly cells: readonly string[];
  readonly measurements: readonly string[];
}
