import type { DatasetFacts, RunGraph } from '../experiments/graph.js';
import type { PlannedMeasurement } from '../experiments/measurements/index.js';
import type { MeasurementStore } from '../experiments/measurements/measurement.js';
import type { RunResults } from '../experiments/results.js';
import type { RunSpecification } from '../experiments/schema.js';
import type { CellStore } from '../experiments/store.js';
import type { PlannedCell } from '../experiments/trial-cells.js';

/** What a study trains and measures. */
export interface StudyWork {
  /** The settings that all of it starts from. */
  readonly base: RunSpecification;
  readonly network: RunGraph['network'];
  /** Every cell once, parents before children. */
  readonly cells: readonly PlannedCell[];
  /** Every measurement once, made when all cells are finished. */
  readonly measurements: readonly PlannedMeasurement[];
}

/** Where a study reads what it trained and measured: some of it may be missing. */
export type StudyStore = Pick<CellStore, 'has' | 'readSummary' | 'readHistory' | 'read'> &
  Pick<MeasurementStore, 'hasMeasurement' | 'readMeasurement'>;

/** A question that is asked of many trainings. */
export interface Study<Options, Work extends StudyWork, Found> {
  /** What it asks, in a few words. */
  readonly title: string;
  /** @throws InputError when settings and options do not fit */
  plan(base: RunSpecification, options: Options, facts: DatasetFacts): Work;
  /** What was found so far, as plain data. What is missing is absent, and counted. */
  assemble(work: Work, store: StudyStore, facts: DatasetFacts): Promise<Found>;
}

/** A study's results: what every study says of itself, and what it found. */
export interface StudyOutcome<Found>
  extends Pick<
    RunResults,
    'name' | 'command' | 'specification' | 'dataset' | 'network' | 'trials' | 'digest' | 'provenance'
  > {
  /** `consistency`, `stability`, ... */
  readonly study: string;
  readonly cells: { readonly planned: number; readonly finished: number; readonly diverged: number };
  readonly measurements: {
    readonly planned: number;
    readonly finished: number;
    /** SHA-256 over the names and values of all measurements; null until all are made, and where there are none. */
    readonly digest: string | null;
  };
  readonly found: Found;
}
