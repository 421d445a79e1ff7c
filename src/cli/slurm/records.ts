import { trainedOn } from '../../experiments/examples.js';
import { lengthsOf } from '../../experiments/lengths.js';
import type { RunResults } from '../../experiments/results.js';
import {
  type Laboratory,
  type PlannedRun,
  type PlannedStudy,
  runResults,
  studyResults,
} from '../../laboratory/index.js';
import type { FileStore } from '../../node/store/index.js';
import type { StudyOutcome, StudyPlan } from '../../studies/study.js';
import { type ArrayPlan, usualSeconds } from './array.js';
import { executeOnSlurm, type SlurmEnding, type SlurmRequest, slurmPlan } from './execute.js';

/** A run or a study as jobs of a cluster execute it. */
export interface OnSlurm<Results> {
  /** What would be submitted, for `--dry-run`. */
  plan(): Promise<ArrayPlan>;
  execute(): Promise<SlurmEnding<Results>>;
}

interface Common extends Pick<SlurmRequest<unknown>, 'flags' | 'again' | 'signal'> {
  readonly laboratory: Laboratory;
  readonly store: FileStore;
  /** The command that makes it again, for its record. */
  readonly command: string;
}

export function runOnSlurm(planned: PlannedRun, { laboratory, store, command, ...rest }: Common): OnSlurm<RunResults> {
  const { folder: name, specification, facts, graph, tasks } = planned;
  const request: SlurmRequest<RunResults> = {
    ...rest,
    store,
    recorded: { kind: 'run', name, specification, dataset: facts, command, tasks, problems: [] },
    usual: usualSeconds(graph.network, specification.batch, graph.lengths.iterations),
    async begin() {
      await laboratory.reopen(await laboratory.beginRun(planned, command), tasks);
    },
    async assemble() {
      const record = await laboratory.beginRun(planned, command);
      await laboratory.conclude(record, tasks);
      return runResults((await store.readRun(name)) ?? record, store);
    },
  };
  return { plan: () => slurmPlan(request), execute: () => executeOnSlurm(request) };
}

type AnyPlannedStudy = PlannedStudy<unknown, StudyPlan, unknown>;

export function studyOnSlurm(
  planned: AnyPlannedStudy,
  { laboratory, store, command, ...rest }: Common,
): OnSlurm<StudyOutcome<unknown>> {
  const { folder: name, facts, plan, tasks } = planned;
  const { base, network } = plan;
  const { iterations } = lengthsOf(base, trainedOn(base, facts));
  const request: SlurmRequest<StudyOutcome<unknown>> = {
    ...rest,
    store,
    recorded: { kind: 'study', name, specification: base, dataset: facts, command, tasks, problems: [] },
    usual: usualSeconds(network, base.batch, iterations),
    async begin() {
      await laboratory.reopen(await laboratory.beginStudy(planned, command), tasks);
    },
    async assemble() {
      const record = await laboratory.beginStudy(planned, command);
      await laboratory.conclude(record, tasks);
      return studyResults((await store.readStudy(name)) ?? record, store);
    },
  };
  return { plan: () => slurmPlan(request), execute: () => executeOnSlurm(request) };
}
