import type { Store } from '../../../experiments/full-store.js';
import { type Ending, Laboratory, type PlannedStudy, planStudy, type Survey } from '../../../laboratory/index.js';
import { FileStore } from '../../../node/store/index.js';
import type { Finding } from '../../../studies/shared/finding.js';
import { optionWords } from '../../../studies/shared/options.js';
import type { StudyTable } from '../../../studies/shared/table.js';
import type { AnyStudy, StudyOutcome, StudyPlan, StudyReport } from '../../../studies/study.js';
import { openData } from '../../data-sources.js';
import { asUsage, exitCodes } from '../../errors.js';
import { executeHere, type PlaceFlags, placeFlags, reportLosses } from '../../executing.js';
import { interruptible } from '../../interrupt.js';
import { machine } from '../../machine.js';
import { studyPowerText } from '../../power.js';
import { plannedText } from '../../progress/index.js';
import { writeStudyReport } from '../../report.js';
import type { ArrayPlan } from '../../slurm/array.js';
import { checkSlurmFlags } from '../../slurm/execute.js';
import { type SlurmFlags, slurmWords } from '../../slurm/options.js';
import { studyOnSlurm } from '../../slurm/records.js';
import { loadSpecification, shellWord } from '../../specification.js';
import { paintFor, table, wrap } from '../../terminal.js';

/** Options that the command of every study has. */
export interface StudyFlags extends PlaceFlags, SlurmFlags {
  readonly set?: readonly string[];
  readonly trials?: number;
  readonly quick?: boolean;
  readonly allowCode?: boolean;
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

export interface StudyRequest {
  /** A preset or a file of settings. */
  readonly target: string;
  /** Values of the study's own options. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly flags: StudyFlags;
  /** Whether the command line named the store. */
  readonly isStoreGiven: boolean;
}

/**
 * Trains and measures what a study asks for, reports it, and says how it ended.
 *
 * @returns the exit code
 */
export async function runStudy(study: AnyStudy, request: StudyRequest): Promise<number> {
  const { target, options, flags, isStoreGiven } = request;
  checkSlurmFlags(flags);
  const base = loadSpecification(target, flags);
  const command = commandOf(study, request);
  const store = await FileStore.open(flags.store, { write: !flags.dryRun });
  const laboratory = new Laboratory({ store, machine: machine() });
  return interruptible(async (signal) => {
    const dataset = await openData(base.data, { folder: flags.data, output: process.stderr, signal });
    const planned = asUsage(() => planStudy(study, base, options, dataset));
    const again = [command, ...placeFlags(flags, isStoreGiven), ...slurmWords(flags)].join(' ');
    const onSlurm =
      flags.on === 'slurm' ? studyOnSlurm(planned, { laboratory, store, command, again, flags, signal }) : null;
    if (flags.dryRun) {
      printPlan(planned, await laboratory.survey(planned), flags, (await onSlurm?.plan()) ?? null);
      return exitCodes.done;
    }
    if (onSlurm !== null) {
      const end = await onSlurm.execute();
      if (end.kind === 'left') return end.code;
      await printResults(planned, end.ending.results, store, flags);
      return reportLosses(end.ending, planned.tasks);
    }
    const ending: Ending<StudyOutcome<unknown>> = await executeHere(
      { tasks: planned.tasks, dataset, flags, again, signal },
      (how) => laboratory.study(planned, { ...how, command }),
    );
    if (ending.results === null) return exitCodes.failed;
    await printResults(planned, ending.results, store, flags);
    return reportLosses(ending, planned.tasks);
  });
}

/** The command that makes a study again, without what does not affect any result. */
function commandOf(study: AnyStudy, { target, options, flags }: StudyRequest): string {
  const { set = [], trials, quick, allowCode } = flags;
  const words = ['lottery', 'study', study.name, target, ...optionWords(study.options, options)];
  if (quick) words.push('--quick');
  for (const assignment of set) words.push('--set', assignment);
  if (trials !== undefined) words.push('--trials', String(trials));
  if (allowCode) words.push('--allow-code');
  return words.map(shellWord).join(' ');
}

type Planned = PlannedStudy<unknown, StudyPlan, unknown>;

async function printResults(
  { study, folder }: Planned,
  outcome: StudyOutcome<unknown>,
  store: Store,
  { json }: StudyFlags,
): Promise<void> {
  const said = study.report(outcome);
  const path = await writeStudyReport(store, folder, study, outcome, said);
  const { findings, notes } = said;
  // Trainings are in `trainings.csv`.
  const { trainings: _trainings, ...rest } = outcome;
  process.stdout.write(
    json
      ? `${JSON.stringify({ ...rest, findings, notes, report: path }, null, 2)}\n`
      : `\n${reportText(outcome, said, path)}\n`,
  );
}

/** What the command prints at the end: tables, findings, where the page is, and the digests. */
function reportText(outcome: StudyOutcome<unknown>, { tables, findings, notes }: StudyReport, path: string): string {
  const width = Math.min(process.stdout.columns ?? 100, 120);
  const digests = [
    ...(outcome.digest === null ? [] : [`Digest: ${outcome.digest}`]),
    ...(outcome.measurements.digest === null ? [] : [`Digest of measurements: ${outcome.measurements.digest}`]),
  ];
  return [
    ...tables.map(tableText),
    findings.map((finding) => wrap(findingText(finding), width)).join('\n'),
    ...(notes.length > 0 ? [wrap(notes.join(' '), width)] : []),
    `Report: ${path}`,
    ...(digests.length > 0 ? [digests.join('\n')] : []),
  ].join('\n\n');
}

function tableText({ title, head, rows }: StudyTable): string {
  const paint = paintFor(process.stdout);
  const alignment = head.map((_, column) => (column === 0 ? 'l' : 'r')).join('');
  return `${paint('bold', title)}\n${table(head, rows, alignment, paint)}`;
}

const marks = { supported: '✓', contradicted: '✗', undecided: '~' } as const;

function findingText({ outcome, text }: Finding): string {
  return outcome === null ? text : `${marks[outcome]} ${text}`;
}

/** What a study would do, for `--dry-run`. */
function printPlan(
  { study, folder, plan, tasks }: Planned,
  { present, work }: Survey,
  { json }: StudyFlags,
  slurm: ArrayPlan | null,
): void {
  const { cells, measurements } = plan;
  if (json) {
    const marked = <Part extends { readonly id: string }>(parts: readonly Part[]) =>
      parts.map((part) => ({ ...part, present: present.has(part.id) }));
    const planned = {
      study: study.name,
      folder,
      work,
      cells: marked(cells),
      measurements: marked(measurements),
      ...(slurm === null ? {} : { slurm: slurm.json }),
    };
    process.stdout.write(`${JSON.stringify(planned, null, 2)}\n`);
    return;
  }
  process.stdout.write(
    `${partsTable(plan, present)}\n\n${plannedText(tasks, present)}\nWork ahead: about that of ${work.toFixed(1)} trainings of a dense network.\n${wrap(studyPowerText(plan.base), Math.min(process.stdout.columns ?? 100, 120))}\n${slurm?.text ?? ''}`,
  );
}

/** Cells by part of the study, or by condition, and how many of them are in the store. */
function partsTable({ cells, parts }: StudyPlan, present: ReadonlySet<string>): string {
  const paint = paintFor(process.stdout);
  const countOf = (own: readonly { readonly id: string }[]) => [
    String(own.length),
    String(own.filter(({ id }) => present.has(id)).length),
  ];
  if (parts !== undefined) {
    const rows = parts.map(({ name, title, cells: ids }) => [
      name,
      title,
      ...countOf(cells.filter(({ id }) => ids.has(id))),
    ]);
    return table(['part', '', 'cells', 'in the store'], rows, 'llrr', paint);
  }
  const conditions = [...new Set(cells.map(({ condition }) => condition))];
  const rows = conditions.map((condition) => [
    condition,
    ...countOf(cells.filter((cell) => cell.condition === condition)),
  ]);
  return table(['condition', 'cells', 'in the store'], rows, 'lrr', paint);
}
