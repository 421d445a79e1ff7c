import type { DatasetFacts } from '../experiments/dataset-facts.js';
import type { RecordName } from '../experiments/record-store.js';
import type { RunRecord, StudyRecord } from '../experiments/records.js';
import type { RunSpecification } from '../experiments/schema.js';
import type { Task } from '../experiments/tasks/index.js';
import { InputError } from '../networks/errors.js';
import { studies, studyNamed } from '../studies/registry.js';
import { recordedOptions } from '../studies/shared/options.js';
import type { StudyPlan } from '../studies/study.js';
import { type PlannedRun, type PlannedStudy, planRun, planStudy } from './plan.js';

/** A record, held against what its own settings plan. */
export interface Recorded extends RecordName {
  readonly specification: RunSpecification;
  readonly dataset: DatasetFacts;
  /** The command that makes it again. */
  readonly command: string;
  /** What its settings plan; empty where they cannot be planned. */
  readonly tasks: readonly Task[];
  /** Where the record disagrees with that, each as a sentence. */
  readonly problems: readonly string[];
}

/** Plans a run or a study anew from its record's settings, and compares. */
export function heldAgainstPlan(record: RunRecord | StudyRecord): Recorded {
  return 'run' in record ? ofRun(record) : ofStudy(record);
}

/** What a run's record plans. @throws InputError when its settings do not fit its data */
export const plannedRun = (record: RunRecord): PlannedRun => planRun(record.specification, record.dataset);

/** What a study's record plans. @throws InputError when there is no such study, or its settings do not fit */
export function plannedStudy(record: StudyRecord): PlannedStudy<unknown, StudyPlan, unknown> {
  const study = studyNamed(record.study);
  if (study === undefined) {
    throw new InputError(
      `no study is called ${record.study}; studies are ${studies.map(({ name }) => name).join(', ')}.`,
    );
  }
  return planStudy(study, record.specification, recordedOptions(study.options, record.options), record.dataset);
}

function ofRun(record: RunRecord): Recorded {
  const listed = record.cells.map(({ id }) => id);
  return recorded(record, 'run', record.run, listed, () => plannedRun(record));
}

function ofStudy(record: StudyRecord): Recorded {
  const listed = [...record.cells, ...record.measurements];
  return recorded(record, 'study', record.folder, listed, () => plannedStudy(record));
}

function recorded(
  { specification, dataset, command }: RunRecord | StudyRecord,
  kind: Recorded['kind'],
  name: string,
  listed: readonly string[],
  plan: () => { readonly folder: string; readonly tasks: readonly Task[] },
): Recorded {
  const common = { kind, name, specification, dataset, command };
  let planned: ReturnType<typeof plan>;
  try {
    planned = plan();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { ...common, tasks: [], problems: [`the record of ${name} cannot be planned: ${error.message}`] };
  }
  const problems: string[] = [];
  if (planned.folder !== name) {
    problems.push(
      `the record of ${name} has the settings of ${planned.folder}: one of them, or its data, was changed.`,
    );
  }
  const ids = new Set(planned.tasks.map(({ id }) => id));
  const known = new Set(listed);
  const missing = [...ids].filter((id) => !known.has(id)).length;
  const foreign = [...known].filter((id) => !ids.has(id)).length;
  if (missing + foreign > 0) {
    problems.push(
      `the record of ${name} lists other cells and measurements than its settings plan: ${missing} are missing, ${foreign} are not of the plan.`,
    );
  }
  return { ...common, tasks: planned.tasks, problems };
}
