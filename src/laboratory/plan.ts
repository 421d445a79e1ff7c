import { canonicalDigest } from '../experiments/canonical.js';
import type { DatasetFacts } from '../experiments/dataset-facts.js';
import { ancestry, buildGraph, type PlannedCell, type RunGraph } from '../experiments/graph.js';
import { factsOf, runFolder } from '../experiments/run-folder.js';
import type { RunSpecification } from '../experiments/schema.js';
import { cellTask, type Task, tasksOf } from '../experiments/tasks/index.js';
import type { Study, StudyPlan } from '../studies/study.js';

/** A run, planned: its graph of cells, and the tasks to be executed. */
export interface PlannedRun {
  /** The run's folder name in the store. */
  readonly folder: string;
  readonly specification: RunSpecification;
  readonly facts: DatasetFacts;
  readonly graph: RunGraph;
  readonly tasks: readonly Task[];
}

/** A study, planned: what it trains and measures, and the tasks to be executed. */
export interface PlannedStudy<Options, Plan extends StudyPlan, Found> {
  /** The study's folder name in the store. */
  readonly folder: string;
  readonly study: Study<Options, Plan, Found>;
  readonly options: Options;
  readonly facts: DatasetFacts;
  readonly plan: Plan;
  readonly tasks: readonly Task[];
}

/**
 * Plans a run.
 *
 * @param only trains this cell alone and what it is made from; default: every cell
 * @throws InputError when the specification does not fit the data
 */
export function planRun(
  specification: RunSpecification,
  dataset: DatasetFacts,
  only?: (cells: readonly PlannedCell[]) => PlannedCell,
): PlannedRun {
  const facts = factsOf(dataset);
  const graph = buildGraph(specification, facts);
  const cells = only === undefined ? graph.cells : ancestry(graph.cells, only(graph.cells).id);
  return { folder: runFolder(specification, facts), specification, facts, graph, tasks: cells.map(cellTask) };
}

/**
 * Plans a study. Its folder is called after the settings, the study and eight digits of the hash of all that it trains and
 * measures, so that the same command finds the same study and other options make another.
 *
 * @throws InputError when settings and options do not fit
 */
export function planStudy<Options, Plan extends StudyPlan, Found>(
  study: Study<Options, Plan, Found>,
  base: RunSpecification,
  options: Options,
  dataset: DatasetFacts,
): PlannedStudy<Options, Plan, Found> {
  const facts = factsOf(dataset);
  const plan = study.plan(base, options, facts);
  const tasks = tasksOf(plan.cells, plan.measurements);
  const folder = `${studyName(base, study)}-${canonicalDigest(tasks.map(({ id }) => id).sort()).slice(0, 8)}`;
  return { folder, study, options, facts, plan, tasks };
}

/** What a study of some settings is called: `lenet-mnist-consistency`. */
export const studyName = ({ name }: Pick<RunSpecification, 'name'>, study: { readonly name: string }): string =>
  `${name}-${study.name}`;
