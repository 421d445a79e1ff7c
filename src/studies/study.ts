import type { DatasetFacts } from '../experiments/dataset-facts.js';
import type { PlannedCell, RunGraph } from '../experiments/graph.js';
import type { MeasurementStore, PlannedMeasurement } from '../experiments/measurements/index.js';
import type { RunResults } from '../experiments/results.js';
import type { RunSpecification } from '../experiments/schema.js';
import type { CellStore } from '../experiments/store.js';
import type { Training } from '../experiments/trainings.js';
import type { Figure } from '../figures/finished-figure.js';
import type { Finding } from './shared/finding.js';
import type { StudyOption } from './shared/options.js';
import type { StudyTable } from './shared/table.js';

/** What a study trains and measures. */
export interface StudyPlan {
  /** The settings that all of it starts from. */
  readonly base: RunSpecification;
  readonly network: RunGraph['network'];
  /** Every cell once, parents before children. */
  readonly cells: readonly PlannedCell[];
  /** Every measurement once, made when its cells are finished. */
  readonly measurements: readonly PlannedMeasurement[];
  /** What its cells are counted by before they are trained; default: by condition. */
  readonly parts?: readonly { readonly name: string; readonly title: string; readonly cells: ReadonlySet<string> }[];
}

/** Where a study reads what it trained and measured: some of it may be missing. */
export type StudyStore = Pick<CellStore, 'has' | 'readSummary' | 'readHistory' | 'read'> &
  Pick<MeasurementStore, 'hasMeasurement' | 'readMeasurement'>;

/** A question that is asked of many trainings. All studies are one of these: see `registry.ts`. */
export interface Study<Options, Plan extends StudyPlan, Found> {
  /** As commands, folders and records call it: `consistency`. */
  readonly name: string;
  /** What it asks, in a few words. */
  readonly title: string;
  /** What a person must know before it runs, for help texts: paragraphs of plain text. */
  readonly about: string;
  /** Commands, without `lottery study`. */
  readonly examples: readonly string[];
  /** Its own options by name, each declared once: flags, defaults, validation and JSON Schema come from here. */
  readonly options: { readonly [Name in keyof Options]: StudyOption<Options[Name]> };
  /** @throws InputError when settings and options do not fit */
  plan(base: RunSpecification, options: Options, facts: DatasetFacts): Plan;
  /** What was found so far, as plain data. What is missing is absent, and counted. */
  assemble(plan: Plan, store: StudyStore, facts: DatasetFacts): Promise<Found>;
  /** What that says, in words and tables: pure. */
  report(outcome: StudyOutcome<Found>): StudyReport;
  /** Loads what draws it, and the figures' library with it. */
  readonly figures: () => Promise<StudyFigures<Found>>;
}

/**
 * Every figure of a study.
 *
 * @param document makes the SVG elements: the browser's, or one from linkedom
 */
export type StudyFigures<Found> = (outcome: StudyOutcome<Found>, document: Document) => readonly Figure[];

/** A study of whatever options, plan and findings. */
// biome-ignore lint/suspicious/noExplicitAny: each study has its own types, which only it looks into.
export type AnyStudy = Study<any, any, any>;

/** What a study says of its results, in the order of its page. */
export interface StudyReport {
  /** The question, as a sentence. */
  readonly lead: string;
  readonly findings: readonly Finding[];
  /** What the reader must know to trust them: what was left out of which mean and why, choices, bias of estimators. */
  readonly notes: readonly string[];
  readonly tables: readonly StudyTable[];
  /** Names and the papers they come from. */
  readonly sources: readonly (readonly [string, string])[];
}

/** A study's results: what every study says of itself, and what it found. */
export interface StudyOutcome<Found>
  extends Pick<
    RunResults,
    'name' | 'command' | 'specification' | 'dataset' | 'network' | 'trials' | 'digest' | 'provenance'
  > {
  /** `consistency`, `stability`, ... */
  readonly study: string;
  /** Every finished training, for tables of them: in the order of the plan. */
  readonly trainings: readonly Training[];
  readonly cells: { readonly planned: number; readonly finished: number; readonly diverged: number };
  readonly measurements: {
    readonly planned: number;
    readonly finished: number;
    /** SHA-256 over the names and values of all measurements; null until all are made, and where there are none. */
    readonly digest: string | null;
  };
  readonly found: Found;
}
